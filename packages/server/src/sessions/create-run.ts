import type { Content } from '../domain/content.ts';
import { PRIMARY_THREAD } from '../domain/event.ts';
import { createId } from '../lib/ids.ts';
import type { RunRecord } from '../store/records.ts';
import type { NewInput } from '../store/store.ts';
import type { RunRequest } from './sessions.ts';

/** A run that waits for a worker. */
export function createRun(sessionId: string, ordinal: number, request: RunRequest, now: number): RunRecord {
  return {
    id: createId(now),
    sessionId,
    ordinal,
    state: 'queued',
    prompt: request.prompt,
    options: request.options,
    failure: null,
    result: null,
    modelUsage: null,
    costUsd: null,
    createdAt: now,
    startedAt: null,
    endedAt: null,
    attempts: 0,
    firstSeq: null,
  };
}

/** The prompt of a run as the input with which it begins. `content`: absent, its text is all of it. */
export function createPrompt(
  run: RunRecord,
  now: number,
  { id = createId(now), content = run.prompt }: { id?: string; content?: Content } = {},
): NewInput {
  return {
    id,
    threadId: PRIMARY_THREAD,
    kind: 'message',
    payload: { runId: run.id, content, isPrompt: true },
    receivedAt: now,
  };
}
