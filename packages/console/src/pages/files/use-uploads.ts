import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { uploadFile } from '../../api/files.ts';
import { toProblem } from '../../lib/problem.ts';
import { changeUpload, nextUploads, type Upload } from './uploads.ts';

interface Uploads {
  uploads: readonly Upload[];
  add: (files: Iterable<File>) => void;
  /** Ends it if it is under way; takes it off the list. */
  remove: (id: number) => void;
  retry: (id: number) => void;
}

interface Held {
  file: File;
  stop: AbortController;
}

/** Sends files, a few at a time; what is under way ends with the page. */
export function useUploads(): Uploads {
  const queries = useQueryClient();
  const [uploads, setUploads] = useState<readonly Upload[]>([]);
  const held = useRef(new Map<number, Held>());
  const last = useRef(0);
  useEffect(() => {
    const change = (id: number, part: Partial<Upload>): void =>
      setUploads((all) => changeUpload(all, id, part));
    for (const { id } of nextUploads(uploads)) {
      const one = held.current.get(id);
      if (!one) continue;
      const { signal } = one.stop;
      // In the list before it is looked at again.
      change(id, { state: 'sending', progress: 0 });
      uploadFile(one.file, { signal, onProgress: (progress) => change(id, { progress }) })
        .then(() => {
          change(id, { state: 'done', progress: 1 });
          return queries.invalidateQueries({ queryKey: ['files'] });
        })
        .catch((error: unknown) => {
          if (!signal.aborted) change(id, { state: 'failed', fault: toProblem(error).message });
        });
    }
  }, [uploads, queries]);
  useEffect(() => {
    const all = held.current;
    return () => {
      for (const { stop } of all.values()) stop.abort();
    };
  }, []);
  return {
    uploads,
    add: (files) => {
      const added = [...files].map((file): Upload => {
        const id = ++last.current;
        held.current.set(id, { file, stop: new AbortController() });
        return { id, name: file.name, size: file.size, state: 'waiting', progress: 0 };
      });
      setUploads((all) => [...all, ...added]);
    },
    remove: (id) => {
      held.current.get(id)?.stop.abort();
      held.current.delete(id);
      setUploads((all) => all.filter((upload) => upload.id !== id));
    },
    retry: (id) => setUploads((all) => changeUpload(all, id, { state: 'waiting', progress: 0 })),
  };
}
