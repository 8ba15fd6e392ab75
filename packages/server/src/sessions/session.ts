import { PRIMARY_THREAD, type NewEvent, type SessionStateEvent } from '../domain/event.ts';
import type { Failure } from '../domain/failure.ts';
import type { SessionUsage } from '../domain/managed-session.ts';
import type { SessionState } from '../domain/session-state.ts';
import type { Commit, SessionView } from '../store/store.ts';

/** Every way a session's state may change. What is not here is a bug, not a case. */
const TRANSITIONS: Record<SessionState, readonly SessionState[]> = {
  new: ['queued', 'deleting'],
  queued: ['running', 'failed', 'cancelled', 'deleting'],
  running: ['waiting', 'rescheduling', 'completed', 'failed', 'cancelled'],
  waiting: ['running', 'rescheduling', 'failed', 'cancelled'],
  rescheduling: ['running', 'waiting', 'completed', 'failed', 'cancelled'],
  completed: ['queued', 'deleting'],
  failed: ['queued', 'deleting'],
  cancelled: ['queued', 'deleting'],
  deleting: [],
};

/** A run is open: under way, or about to be. */
export function isBusy(state: SessionState): boolean {
  return state === 'queued' || state === 'running' || state === 'waiting' || state === 'rescheduling';
}

/** The last run has ended and the session waits for the next one. */
function hasEnded(state: SessionState): boolean {
  return state === 'completed' || state === 'failed' || state === 'cancelled';
}

export interface StateChange {
  to: SessionState;
  /** The id of the event that tells of it. */
  eventId: string;
  now: number;
  failure?: Failure | undefined;
  /** With `waiting`. */
  waitsFor?: SessionStateEvent['waitsFor'];
  /** With `rescheduling`. */
  attempt?: number | undefined;
  retryAt?: number | undefined;
}

/** The part of a commit that moves a session to another state: its row, and the event that says so. */
export function changeState(
  view: Pick<SessionView, 'session' | 'run'>,
  change: StateChange,
): { session: NonNullable<Commit['session']>; event: NewEvent } {
  const { session, run } = view;
  if (!TRANSITIONS[session.state].includes(change.to)) {
    throw new Error(`A session cannot go from ${session.state} to ${change.to}.`);
  }
  const usage = countActive(session.usage, change);
  const used = { ...usage, costUsd: session.totalCostUsd ?? 0 };
  return {
    session: {
      usage,
      state: change.to,
      updatedAt: change.now,
      endedAt: hasEnded(change.to) ? change.now : null,
    },
    event: {
      id: change.eventId,
      threadId: PRIMARY_THREAD,
      createdAt: change.now,
      body: {
        type: 'session.state',
        state: change.to,
        runId: run?.id ?? null,
        ...(isIdle(change.to) && { used, budget: session.budget }),
        ...(change.waitsFor !== undefined && { waitsFor: change.waitsFor }),
        ...(change.failure && { failure: change.failure }),
        ...(change.attempt !== undefined && { attempt: change.attempt }),
        ...(change.retryAt !== undefined && { retryAt: change.retryAt }),
      },
    },
  };
}

/** Nothing happens until a client does something. */
function isIdle(state: SessionState): boolean {
  return state === 'waiting' || hasEnded(state);
}

function countActive(usage: SessionUsage, { to, now }: StateChange): SessionUsage {
  if (to === 'running') return { ...usage, runningSince: usage.runningSince ?? now };
  if (usage.runningSince === null) return usage;
  return { ...usage, activeMs: usage.activeMs + Math.max(0, now - usage.runningSince), runningSince: null };
}
