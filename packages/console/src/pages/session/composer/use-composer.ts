import { useEffect, useMemo, useRef, useState } from 'react';
import { isOfSimpleApi, sendMessage } from '../../../api/sessions.ts';
import { refreshSession } from '../../../live/session.ts';
import type { SessionSnapshot } from '../../../live/session-items.ts';
import { toProblem, type Problem } from '../../../lib/problem.ts';
import { randomId } from '../../../lib/random-id.ts';
import { readStored, store } from '../../../lib/storage.ts';
import { jump } from '../conversation/jump.ts';
import { attach } from './attach.ts';
import { newAttachment, toContent, type Attachment } from './attachments.ts';
import { keepDraft, readDraft } from './draft.ts';
import { parseSent, queuedOf, type Sent } from './queue.ts';

export interface ComposerModel {
  text: string;
  attachments: readonly Attachment[];
  queue: readonly Sent[];
  isSending: boolean;
  /** Why the last attempt failed. What was written is still there. */
  problem: Problem | undefined;
  setText(text: string): void;
  add(files: readonly File[]): void;
  remove(id: string): void;
  send(): void;
}

/** What is written to a session and what becomes of it. Text is only thrown away when the server has it. */
export function useComposer({ sessionId, session, items }: SessionSnapshot): ComposerModel {
  const [draft, setDraft] = useState(() => readDraft(sessionId));
  const [sent, setSent] = useState(() => parseSent(readStored(queueName(sessionId))));
  const [isSending, setSending] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  /** The same until it is taken: a second attempt at what may have arrived is not a second message. */
  const once = useRef<{ id: string; of: string }>(undefined);
  const uploads = useRef(new Map<string, AbortController>());
  const queue = useMemo(() => queuedOf(sent, items), [sent, items]);

  useEffect(() => keepDraft(sessionId, draft), [sessionId, draft]);
  useEffect(() => {
    store(queueName(sessionId), queue.length === 0 ? undefined : JSON.stringify(queue), 'session');
  }, [sessionId, queue]);
  useEffect(() => {
    const open = uploads.current;
    return () => {
      for (const upload of open.values()) upload.abort();
    };
  }, []);

  const replace = (id: string, next: Attachment | undefined): void =>
    setDraft((before) => ({
      ...before,
      attachments: before.attachments.flatMap((one) => (one.id !== id ? [one] : next ? [next] : [])),
    }));
  const add = (files: readonly File[]): void => {
    const takesFiles = session !== undefined && !isOfSimpleApi(session);
    for (const file of files) {
      const attachment = newAttachment(file);
      const upload = new AbortController();
      uploads.current.set(attachment.id, upload);
      setDraft((before) => ({ ...before, attachments: [...before.attachments, attachment] }));
      void attach(attachment, file, { sessionId, takesFiles, signal: upload.signal }).then((made) => {
        uploads.current.delete(attachment.id);
        if (!upload.signal.aborted) replace(attachment.id, made);
        if (made.path !== undefined) refreshSession(sessionId);
      });
    }
  };
  const remove = (id: string): void => {
    uploads.current.get(id)?.abort();
    replace(id, undefined);
  };
  const send = async (): Promise<void> => {
    const { text, attachments } = draft;
    const ready = attachments.filter(({ state }) => state === 'ready');
    const isUnready = attachments.some(({ state }) => state === 'reading');
    if (isSending || isUnready || (text.trim() === '' && ready.length === 0)) return;
    const content = toContent(text, ready);
    const of = `${text}\n${ready.map(({ id }) => id).join(' ')}`;
    if (once.current?.of !== of) once.current = { id: randomId(), of };
    setSending(true);
    setProblem(undefined);
    try {
      const id = await sendMessage(sessionId, content, once.current.id);
      once.current = undefined;
      setSent((before) => [...before, { id, text, attachments: ready.length, at: Date.now() }]);
      // What was written meanwhile stays.
      setDraft((now) => ({
        text: now.text === text ? '' : now.text,
        attachments: now.attachments.filter((one) => !ready.includes(one)),
      }));
      jump.toLatest();
    } catch (error) {
      setProblem(toProblem(error));
    } finally {
      setSending(false);
    }
  };
  return {
    ...draft,
    queue,
    isSending,
    problem,
    setText: (text) => setDraft((before) => ({ ...before, text })),
    add,
    remove,
    send: () => void send(),
  };
}

function queueName(sessionId: string): string {
  return `queue.${sessionId}`;
}
