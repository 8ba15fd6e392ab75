import { NO_USAGE, type Budget } from '../domain/managed-session.ts';
import { createDeadline } from '../lib/deadline.ts';
import { MINUTE } from '../lib/duration.ts';
import { createId, timeOfId } from '../lib/ids.ts';
import type { NewResource } from '../store/files.ts';
import type { IdempotencyRecord, SessionRecord } from '../store/records.ts';
import type { FirstTranscript, TranscriptPlace } from '../store/session-walk.ts';
import type { CreationResult, SessionView } from '../store/store.ts';
import { requireSession, type SessionsContext } from './context.ts';
import type { CreatedSession } from './create-managed.ts';
import {
  RequestRepeated,
  SessionBusy,
  SessionElsewhere,
  TranscriptRemoved,
  WorkerDidNotAnswer,
} from './errors.ts';
import { findForkPlaces } from './fork-point.ts';
import { createForkTitle } from './fork-title.ts';
import { isBusy } from './session.ts';
import { waitForSession } from './wait.ts';

/** No run begins meanwhile. If we die, what waits then goes on after this. */
const LEASE_MS = 10 * MINUTE;
/** The rest is for the commit. */
const COPIED_WITHIN_MS = 9 * MINUTE;

/** In what a fork is to differ; what is absent is as in the session that it comes from. */
export interface ForkRequest {
  /** A message of the agent is the last thing that is remembered, one of the client the first that is not; absent: all is. */
  eventId?: string | undefined;
  title?: string | null | undefined;
  metadata?: Record<string, string> | undefined;
  budget?: Budget | null | undefined;
  /** What the session was given, for the fork of this id. */
  copyResources(forkId: string): Promise<{ resources: NewResource[] }>;
  /** What is stored with the fork, so that the request is carried out once. */
  idempotency?: (created: CreatedSession) => IdempotencyRecord | undefined;
}

/**
 * Makes a session that goes on from where another one is, or was at an event, and that stays as it is: with its agent, its
 * conversation and a copy of its files as they are now, but no events. Nobody works on the other one meanwhile, unless it is
 * at work and the event is named. Throws SessionNotFound, SessionBusy (also when it waits; without an event), ForkPointRefused,
 * TranscriptRemoved, SessionElsewhere, RequestRepeated, WorkerDidNotAnswer, and what `copyResources` throws.
 */
export async function forkSession(
  context: SessionsContext,
  tenantId: string,
  sessionId: string,
  request: ForkRequest,
  signal: AbortSignal,
): Promise<CreatedSession> {
  for (;;) {
    const view = await requireSession(context.store, tenantId, sessionId);
    const { store } = context;
    const { eventId } = request;
    check(context, view, eventId !== undefined);
    const upTo = eventId === undefined ? undefined : await findForkPlaces(context, view, eventId);
    const source = { view, upTo };
    if (isBusy(view.session.state)) {
      const { created, result } = await fork(context, source, undefined, request, signal);
      if (result.ok) return created;
      if (result.conflict === 'repeated') throw new RequestRepeated();
      continue;
    }
    const seen = view.head.version;
    const epoch = await store.takeLease(tenantId, sessionId, {
      expectedVersion: seen,
      owner: `${context.homeNode}:${createId(context.clock.now())}`,
      leaseMs: LEASE_MS,
    });
    if (epoch === undefined) {
      await waitForSession(store, tenantId, sessionId, (now) => now?.head.version !== seen, signal);
      if (signal.aborted) throw new WorkerDidNotAnswer();
      continue;
    }
    try {
      const { created, result } = await fork(context, source, epoch, request, signal);
      if (result.ok) return created;
      if (result.conflict === 'repeated') throw new RequestRepeated();
    } finally {
      await store.commit(tenantId, sessionId, { epoch, releaseLease: true });
    }
  }
}

function check({ homeNode }: SessionsContext, { session, head }: SessionView, hasEvent: boolean): void {
  if (isBusy(session.state) && !hasEvent) throw new SessionBusy(session.state);
  if (head.transcriptRemovedAt !== null) throw new TranscriptRemoved();
  const isElsewhere = session.homeNode !== null && session.homeNode !== homeNode;
  if (isElsewhere && session.workspace.kind === 'own') throw new SessionElsewhere();
}

interface Source {
  view: SessionView;
  /** Absent: all of its conversation. */
  upTo: TranscriptPlace[] | undefined;
}

/** `epoch`: of the lease on the source; absent: it is at work. */
async function fork(
  context: SessionsContext,
  { view, upTo }: Source,
  epoch: number | undefined,
  request: ForkRequest,
  signal: AbortSignal,
): Promise<{ created: CreatedSession; result: CreationResult }> {
  const { session } = view;
  const transcript = findTranscript(session, upTo, epoch);
  const title = request.title === undefined ? await createForkTitle(context.store, session) : request.title;
  const record = createFork(context, view, { ...request, title }, transcript !== undefined);
  await using files = await copyFiles(context, session, epoch === undefined, signal);
  const { resources } = await request.copyResources(record.id);
  const created = { session: record, run: null, resources: resources.map(({ resource }) => resource) };
  const result = await context.store.createSession(session.tenantId, {
    session: record,
    wakeAt: null,
    resources,
    transcript,
    idempotency: request.idempotency?.(created),
  });
  if (result.ok) await files?.place(record.id);
  return { created, result };
}

/** Undefined: it begins with an empty one. */
function findTranscript(
  { id: sessionId, agentSessionId }: SessionRecord,
  upTo: TranscriptPlace[] | undefined,
  epoch: number | undefined,
): FirstTranscript | undefined {
  if (agentSessionId === null || upTo?.length === 0) return undefined;
  const source = { from: 'session' as const, sessionId, agentSessionId };
  if (upTo) return { ...source, upTo };
  return epoch === undefined ? undefined : { ...source, epoch };
}

function createFork(
  { clock, defaultWorkspace }: SessionsContext,
  { session, run }: SessionView,
  { title = null, metadata, budget, eventId }: ForkRequest,
  remembers: boolean,
): SessionRecord {
  const now = clock.now();
  const id = createId(now);
  return {
    ...session,
    id,
    origin: 'v1',
    state: 'new',
    title,
    metadata: metadata ?? session.metadata,
    workspace: session.workspace.kind === 'own' ? defaultWorkspace(id) : session.workspace,
    agentSessionId: remembers ? createId(now) : null,
    totalCostUsd: null,
    // What a person allowed was for that session.
    grants: [],
    createdAt: timeOfId(id),
    updatedAt: now,
    endedAt: null,
    budget: budget === undefined ? session.budget : budget,
    outcomes: [],
    usage: NO_USAGE,
    archivedAt: null,
    forkedFrom: {
      sessionId: session.id,
      eventId: eventId ?? null,
      options: run?.options ?? session.forkedFrom?.options ?? {},
    },
  };
}

/** Undefined: they are where the client put them, or the session has none any more. */
async function copyFiles(
  { copyWorkspace }: SessionsContext,
  session: SessionRecord,
  isAtWork: boolean,
  signal: AbortSignal,
) {
  if (session.workspace.kind === 'directory' || session.archivedAt !== null) return undefined;
  using deadline = createDeadline(COPIED_WITHIN_MS, signal);
  try {
    return await copyWorkspace(session.id, isAtWork, deadline.signal);
  } catch (error) {
    if (deadline.signal.aborted) throw new WorkerDidNotAnswer();
    throw error;
  }
}
