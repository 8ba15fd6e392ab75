import type { RunOptions } from '../domain/run-options.ts';
import type { StoredEvent } from '../domain/event.ts';
import type { Preview, Written } from '../store/draft.ts';
import type { Unsubscribe } from '../store/hints.ts';
import type { ApprovalRecord, IdempotencyRecord, RunRecord } from '../store/records.ts';
import type { ApprovalQuery } from '../store/approvals.ts';
import type { SessionQuery, SessionView } from '../store/store.ts';
import type { ApprovalAnswer } from './approvals.ts';
import type { FleetStep } from './fleet.ts';
import type { ManagedSessions } from './managed.ts';
import type { SendRequest } from './send-events.ts';

/** What the HTTP side can do with sessions. Made by createSessions (use-cases.ts). */
export interface Sessions extends ManagedSessions {
  /**
   * Stores the session with its first run; a worker takes it from there. Resolves with its id when it is durable.
   * Throws QueueFull, RequestRepeated.
   */
  start(tenantId: string, request: StartRequest): Promise<string>;
  /**
   * Throws SessionNotFound, SessionArchived, SessionNotResumable, SessionBusy, TranscriptRemoved, SessionLogFull, DifferentCwd, QueueFull:
   * checked in this order; and RequestRepeated.
   */
  resume(tenantId: string, sessionId: string, request: ResumeRequest): Promise<void>;
  /**
   * Resolves when the agent's process tree is gone and the state is `cancelled`. Throws SessionNotFound,
   * SessionNotRunning; WorkerDidNotAnswer when that takes too long or `signal` aborts.
   */
  cancel(tenantId: string, sessionId: string, signal: AbortSignal): Promise<SessionView>;
  /**
   * Resolves with the session as it was, when rows and files are gone; when that takes too long or `signal` aborts,
   * before, and they go later. Throws SessionNotFound, SessionBusy.
   */
  delete(tenantId: string, sessionId: string, signal: AbortSignal): Promise<SessionView>;
  /** Deletes sessions that ended before `endedBefore`; the files go in the background. Resolves with how many. */
  cleanup(tenantId: string, request: { endedBefore: number; all: boolean }): Promise<number>;
  /** Undefined also for one that is being deleted. */
  find(tenantId: string, sessionId: string): Promise<SessionView | undefined>;
  list(tenantId: string, query: SessionQuery): Promise<SessionView[]>;
  /** All sessions as they change, see watchFleet (fleet.ts). */
  fleet(tenantId: string, limit: number, signal: AbortSignal): AsyncIterable<FleetStep>;
  runs(tenantId: string, sessionIds: string[]): Promise<RunRecord[]>;
  messages(tenantId: string, sessionId: string, from: number, limit: number): Promise<StoredEvent[]>;
  /**
   * The log from `after` on, batch by batch, as it grows, until `signal` aborts; a batch is never empty except the
   * first one. Ends by itself when the session is deleted.
   */
  tail(
    tenantId: string,
    sessionId: string,
    after: number,
    signal: AbortSignal,
  ): AsyncIterable<readonly StoredEvent[]>;
  /** Resolves when the session's state satisfies `until`, or when `signal` aborts; with the view as it is then. */
  wait(
    tenantId: string,
    sessionId: string,
    until: (view: SessionView) => boolean,
    signal: AbortSignal,
  ): Promise<SessionView | undefined>;
  /**
   * Takes what a client of `/v1` sends, all of it or nothing. Throws SessionNotFound, SessionArchived, TranscriptRemoved,
   * SessionLogFull, BudgetReached, OutcomeOpen, CallNotWaiting, QueueFull, RequestRepeated.
   */
  send(tenantId: string, sessionId: string, request: SendRequest): Promise<void>;
  /** The log, up to `limit` events: those after a seq, in order, or those before one, the latest first. */
  events(
    tenantId: string,
    sessionId: string,
    from: { after: number } | { before: number },
    limit: number,
  ): Promise<StoredEvent[]>;
  /** After which seq the stretch of work began that is under way. */
  stretchStart(view: SessionView): Promise<number>;
  /** A client has seen the end of the work that it asked for: the log up to `seq`. */
  noteSeen(tenantId: string, sessionId: string, client: string, seq: number): Promise<void>;
  /** Tool calls that wait, or waited, for a person, oldest first. */
  approvals(tenantId: string, query: ApprovalQuery): Promise<ApprovalRecord[]>;
  /** Those of these sessions that are open, by session, oldest first. */
  openApprovals(tenantId: string, sessionIds: readonly string[]): Promise<ApprovalRecord[]>;
  /** Decides about one. Throws ApprovalNotFound, ApprovalClosed, NotAQuestion. */
  answer(tenantId: string, approvalId: string, answer: ApprovalAnswer): Promise<ApprovalRecord>;
  /** What is being written on this node; undefined: nothing, or somewhere else. */
  written(sessionId: string): Written | undefined;
  /** The next pieces of it. */
  onPreview(sessionId: string, listener: (preview: Preview) => void): Unsubscribe;
}

export interface RunRequest {
  prompt: string;
  options: RunOptions;
}

export interface StartRequest extends RunRequest {
  origin: 'execute' | 'v1';
  /** Absolute and checked; absent: the server's default. */
  cwd?: string | undefined;
  title?: string | undefined;
  metadata?: Record<string, unknown> | undefined;
  /** What is stored with the session of this id, so that the request is carried out once. */
  idempotency?: (sessionId: string) => IdempotencyRecord | undefined;
}

export interface ResumeRequest extends RunRequest {
  /** Absent: the session's own, the only one that there can be. */
  cwd?: string | undefined;
  /** What is stored with the run, so that the request is carried out once. */
  idempotency?: IdempotencyRecord | undefined;
}
