import type { BetaFileMetadata } from '@anthropic-ai/sdk/resources/beta/files';
import { useMutation, useQueryClient, type UseMutationResult } from '@tanstack/react-query';
import { parseBody } from '../lib/problem-body.ts';
import { Problem } from '../lib/problem.ts';
import { v1 } from './client.ts';
import { authorization } from './http.ts';
import { usePages, type Pages } from './pages.ts';

export type StoredFile = BetaFileMetadata;

/** `sessionId`: `sesn_…`; only the files of that session. */
export function useFiles({
  sessionId,
  whole,
}: {
  sessionId: string | undefined;
  whole: boolean;
}): Pages<StoredFile> {
  return usePages(
    ['files', sessionId ?? 'all'],
    (page, signal) =>
      v1().beta.files.list(
        { limit: 100, ...(sessionId !== undefined && { scope_id: sessionId }), ...(page && { page }) },
        { signal },
      ),
    { whole },
  );
}

export function useDeleteFile(): UseMutationResult<unknown, Error, string> {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (id) => v1().beta.files.delete(id),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['files'] }),
  });
}

/** The bytes, as the key of this browser gets them. */
export async function readFile(id: string, signal?: AbortSignal): Promise<Blob> {
  return (await v1().beta.files.download(id, {}, signal ? { signal } : {})).blob();
}

/** Sends a file, and says how far it is (0 to 1), which `fetch` cannot. Throws Problem. */
export function uploadFile(
  file: File,
  { onProgress, signal }: { onProgress: (done: number) => void; signal: AbortSignal },
): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', '/v1/files');
    request.setRequestHeader('anthropic-version', '2023-06-01');
    for (const [name, value] of Object.entries(authorization())) request.setRequestHeader(name, value);
    request.upload.addEventListener('progress', ({ loaded, total }) =>
      onProgress(total > 0 ? loaded / total : 0),
    );
    request.addEventListener('load', () => {
      if (request.status < 300) return resolve();
      const { message, fields } = parseBody(readJson(request.responseText));
      reject(new Problem(request.status, message ?? request.statusText, { fields }));
    });
    request.addEventListener('error', () => reject(new Problem(0, '')));
    request.addEventListener('abort', () => reject(new Problem(0, '')));
    signal.addEventListener('abort', () => request.abort(), { once: true });
    const form = new FormData();
    form.append('file', file, file.name);
    request.send(form);
  });
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
