import type { EventBody, NewEvent } from '#src/domain/event.ts';
import { createId } from '#src/lib/ids.ts';
import {
  DEFAULT_TENANT,
  type ApprovalRecord,
  type IdempotencyRecord,
  type RunRecord,
  type SessionRecord,
  type UsageRecord,
  UNMANAGED,
} from '#src/store/records.ts';
import type { NewDelivery } from '#src/store/deliveries.ts';
import type { ClaimedSession, NewInput, SessionCreation, Store } from '#src/store/store.ts';

// Records as the store's tests need them: complete, and different where it matters.

/** A time to begin at. */
export const T0 = 1_800_000_000_000;
export const TENANT = DEFAULT_TENANT;
/** Of idempotency keys: where they count, and for how long. */
export const SCOPE = 'POST /execute/';
export const KEPT_MS = 99;

export function newSession(fields: Partial<SessionRecord> = {}): SessionRecord {
  return {
    tenantId: TENANT,
    id: createId(T0),
    origin: 'execute',
    state: 'queued',
    title: null,
    metadata: null,
    workspace: { kind: 'own', ref: '/workspaces/a' },
    homeNode: 'node-1',
    agentSessionId: null,
    totalCostUsd: null,
    grants: [],
    createdAt: T0,
    updatedAt: T0,
    endedAt: null,
    ...UNMANAGED,
    ...fields,
  };
}

export function newRun(sessionId: string, fields: Partial<RunRecord> = {}): RunRecord {
  return {
    id: createId(T0),
    sessionId,
    ordinal: 0,
    state: 'queued',
    prompt: 'Say hello.',
    options: { model: 'sonnet', env: { A: 'b' } },
    failure: null,
    result: null,
    modelUsage: null,
    costUsd: null,
    createdAt: T0,
    startedAt: null,
    endedAt: null,
    attempts: 0,
    firstSeq: null,
    ...fields,
  };
}

export function newInput(runId: string, fields: Partial<NewInput> = {}): NewInput {
  return {
    id: createId(T0),
    threadId: 'primary',
    kind: 'message',
    payload: { runId, content: 'Say hello.' },
    receivedAt: T0,
    ...fields,
  };
}

/** A session that waits for a worker since T0, with its first run and input. */
export function newWork(
  session: Partial<SessionRecord> = {},
): SessionCreation & { run: RunRecord; input: NewInput } {
  const record = newSession(session);
  const run = newRun(record.id);
  const input = newInput(run.id);
  return { session: record, wakeAt: T0, run, input, inputs: [input] };
}

function newEvent(body: EventBody, fields: Partial<NewEvent> = {}): NewEvent {
  return { id: createId(T0), threadId: 'primary', createdAt: T0, body, ...fields };
}

/** An event that is no message. */
export function stateEvent(): NewEvent {
  return newEvent({ type: 'session.state', state: 'running', runId: null });
}

/** An event that is one. */
export function messageEvent(content: string): NewEvent {
  return newEvent({ type: 'user.message', runId: 'run', content });
}

export function newUsage(sessionId: string, runId: string): UsageRecord {
  return {
    id: createId(T0),
    tenantId: TENANT,
    sessionId,
    runId,
    model: 'claude-demo',
    status: 200,
    requestId: 'req_1',
    inputTokens: 10,
    outputTokens: 20,
    cacheReadInputTokens: 30,
    cacheCreationInputTokens: 40,
    costUsd: 0.0125,
    startedAt: T0,
    endedAt: T0 + 5,
  };
}

export function newKey(
  key: string,
  { scope = SCOPE, answer = '{"a":1}', at = T0 }: { scope?: string; answer?: string; at?: number } = {},
): IdempotencyRecord {
  return { scope, key, requestHash: 'hash', answer, createdAt: at, expiresAt: at + KEPT_MS };
}

export function newDelivery(afterMs: number): NewDelivery {
  const createdAt = T0 + afterMs;
  return { id: createId(createdAt), type: 'run.completed', payload: '{"a":"\\u0000ä"}', createdAt };
}

export function newApproval(sessionId: string, index: number): ApprovalRecord {
  return {
    tenantId: TENANT,
    id: createId(T0 + index),
    sessionId,
    runId: createId(T0),
    toolUseId: `toolu_${index}`,
    kind: 'permission',
    name: 'Bash',
    input: { command: 'ls' },
    rules: ['Bash(ls:*)'],
    reason: 'It runs a command.',
    parentToolUseId: null,
    state: 'open',
    decision: null,
    createdAt: T0 + index,
    closedAt: null,
    deliveredAt: null,
  };
}

/** Creates a session with work and claims it. */
export async function createClaimed(store: Store, owner = 'worker'): Promise<ClaimedSession> {
  const work = newWork();
  await store.createSession(TENANT, work);
  const claimed = await store.claim({ owner, leaseMs: 10_000, slots: 100, limit: 100 });
  const own = claimed.find(({ session }) => session.id === work.session.id);
  if (own === undefined) throw new Error('The session could not be claimed.');
  return own;
}
