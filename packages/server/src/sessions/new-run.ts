import type { Content } from '../domain/content.ts';
import { PRIMARY_THREAD } from '../domain/event.ts';
import type { Outcome } from '../domain/managed-session.ts';
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

/** What the agent of a run is to be told, on its way to it. */
export function createPrompt(runId: string, content: Content, now: number): NewInput {
  return { ...newInput(now), kind: 'message', payload: { runId, content } };
}

/** What a client wants a run to reach, on its way to the agent. */
export function createOutcomeInput(runId: string, outcome: Outcome, now: number): NewInput {
  return { ...newInput(now), kind: 'outcome', payload: { runId, outcome } };
}

function newInput(now: number): Pick<NewInput, 'id' | 'threadId' | 'receivedAt'> {
  return { id: createId(now), threadId: PRIMARY_THREAD, receivedAt: now };
}
