import type { SessionState } from '../domain/session-state.ts';
import { createDeadline } from '../lib/deadline.ts';
import { SECOND } from '../lib/duration.ts';
import { createId } from '../lib/ids.ts';
import type { Commit, CommitResult, SessionView } from '../store/store.ts';
import { withMessages } from './announce.ts';
import { cancelSession } from './cancel.ts';
import { requireSession, type SessionsContext } from './context.ts';
import { SessionBusy, SessionNotRunning } from './errors.ts';
import { changeState, isBusy } from './session.ts';
import { waitForSession } from './wait.ts';

const GONE_WITHIN_MS = 30 * SECOND;
const PAGE = 200;
const ENDED: SessionState[] = ['completed', 'failed', 'cancelled'];

/**
 * Deletes a session that has no run under way. From the commit on it is gone for every reader; then a worker on its
 * home node ends its process and removes its files and rows, and this waits for that (but not for ever: a node that
 * is away removes the files when it is back).
 */
export async function deleteSession(
  context: SessionsContext,
  tenantId: string,
  sessionId: string,
  signal: AbortSignal,
): Promise<SessionView> {
  const before = await requireSession(context.store, tenantId, sessionId);
  for (let view = before; ; view = await requireSession(context.store, tenantId, sessionId)) {
    const { state } = view.session;
    if (isBusy(state) && state !== 'queued') throw new SessionBusy(state);
    if (state === 'queued' && (await context.store.isLeased(tenantId, sessionId))) {
      await cancelTaken(context, tenantId, sessionId, signal);
      continue;
    }
    const result = await markDeleting(context, view);
    if (result.ok) break;
  }
  using deadline = createDeadline(GONE_WITHIN_MS, signal);
  await waitForSession(context.store, tenantId, sessionId, (view) => !view, deadline.signal);
  return before;
}

/** Deletes every session that ended at or before `endedBefore`; without `all` only those begun by `/execute/`. */
export async function cleanUpSessions(
  context: SessionsContext,
  tenantId: string,
  request: { endedBefore: number; all: boolean },
): Promise<number> {
  let removed = 0;
  let beyond: string | undefined;
  for (;;) {
    const page = await context.store.listSessions(tenantId, {
      limit: PAGE,
      order: 'oldest',
      states: ENDED,
      endedBefore: request.endedBefore + 1,
      ...(request.all ? {} : { origin: 'execute' as const }),
      ...(beyond && { beyond }),
    });
    const results = await Promise.all(page.map((view) => markDeleting(context, view)));
    removed += results.filter((result) => result.ok).length;
    beyond = page.at(-1)?.session.id;
    if (page.length < PAGE) return removed;
  }
}

async function cancelTaken(
  context: SessionsContext,
  tenantId: string,
  sessionId: string,
  signal: AbortSignal,
): Promise<void> {
  try {
    await cancelSession(context, tenantId, sessionId, signal);
  } catch (error) {
    // It ended by itself in the meantime: so much the better.
    if (!(error instanceof SessionNotRunning)) throw error;
  }
}

/** From this commit on it is gone for every reader. */
export async function markDeleting(
  context: Pick<SessionsContext, 'store' | 'clock' | 'announce'>,
  view: SessionView,
): Promise<CommitResult> {
  const { session, head, run } = view;
  const now = context.clock.now();
  const inputs = head.openInputs > 0 ? await context.store.readInputs(session.tenantId, session.id) : [];
  const change = changeState(view, { to: 'deleting', eventId: createId(now), now });
  const commit: Commit = {
    expectedVersion: head.version,
    session: change.session,
    events: [change.event],
    consumeInputIds: inputs.map((input) => input.id),
    head: { wakeAt: now, needsSlot: false },
    ...(run?.state === 'queued' && { updateRun: { id: run.id, state: 'cancelled', endedAt: now } }),
  };
  const announced = await withMessages(context.announce, view, commit);
  return context.store.commit(session.tenantId, session.id, announced);
}
