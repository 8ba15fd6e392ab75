import type { RunRecord } from '../store/records.ts';
import type { PlacedEntry, SessionWalk, WalkedPage } from '../store/session-walk.ts';
import type { SessionView } from '../store/store.ts';
import type { Admission } from './admission.ts';
import { archiveSession, deleteIdleSession } from './archive.ts';
import type { SessionsContext } from './context.ts';
import { createManagedSession, type CreatedSession, type ManagedRequest } from './create-managed.ts';
import { forkSession, type ForkRequest } from './fork.ts';
import { readTranscript } from './read-transcript.ts';
import { updateSession, type SessionUpdate } from './update.ts';

/** What `/v1` does with sessions as things. */
export interface ManagedSessions {
  /** Resolves when it is durable. Throws QueueFull if it begins with work; BudgetRefused, RequestRepeated. */
  create(tenantId: string, request: ManagedRequest): Promise<CreatedSession>;
  /** See ManagedReads. */
  walk(tenantId: string, walk: SessionWalk): Promise<WalkedPage>;
  firstRun(tenantId: string, sessionId: string): Promise<RunRecord | undefined>;
  /** Throws what updateSession (update.ts) says, and what `update.changeAgent` throws. */
  update(tenantId: string, sessionId: string, update: SessionUpdate): Promise<SessionView>;
  /** Throws SessionNotFound, SessionBusy; WorkerDidNotAnswer when calls that wait could not be closed in time. */
  archive(tenantId: string, sessionId: string, signal: AbortSignal): Promise<SessionView>;
  /** Throws what forkSession (fork.ts) says. */
  fork(
    tenantId: string,
    sessionId: string,
    request: ForkRequest,
    signal: AbortSignal,
  ): Promise<CreatedSession>;
  /** What the agent of a session remembers, entry by entry. */
  transcript(view: SessionView): AsyncIterable<PlacedEntry>;
  /** As `delete`, but also one whose run waits for a person. Throws SessionNotFound, SessionBusy, WorkerDidNotAnswer. */
  deleteIdle(tenantId: string, sessionId: string, signal: AbortSignal): Promise<void>;
}

export function createManagedSessions(context: SessionsContext, admission: Admission): ManagedSessions {
  return {
    create: (tenantId, request) => createManagedSession(context, admission, tenantId, request),
    walk: (tenantId, walk) => context.store.walkSessions(tenantId, walk),
    firstRun: (tenantId, sessionId) => context.store.readFirstRun(tenantId, sessionId),
    update: (tenantId, sessionId, update) => updateSession(context, tenantId, sessionId, update),
    archive: (tenantId, sessionId, signal) => archiveSession(context, tenantId, sessionId, signal),
    fork: (tenantId, sessionId, request, signal) =>
      forkSession(context, tenantId, sessionId, request, signal),
    transcript: (view) => readTranscript(context.store, view),
    deleteIdle: (tenantId, sessionId, signal) => deleteIdleSession(context, tenantId, sessionId, signal),
  };
}
