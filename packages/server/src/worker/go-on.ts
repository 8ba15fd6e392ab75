import { createFailure } from '../domain/failure.ts';
import { isSpent } from '../sessions/budget.ts';
import type { ClaimedSession } from '../store/store.ts';
import type { TurnHandle, WorkerContext } from './context.ts';
import { closeCalls } from './close-calls.ts';
import { finishRun } from './finish.ts';
import { whileHeld, type Lease } from './lease.ts';
import { parkForBudget, parkWaiting } from './park.ts';
import { rescheduleRun } from './reschedule.ts';
import { listSessionApprovals } from './session-approvals.ts';
import { runTurn } from './turn.ts';

/**
 * Takes up a run that has begun before: it was put off, waited for a person, or its worker is gone. It is never begun
 * again silently: the log says what happened, and it goes on from what the agent has recorded.
 */
export async function goOn(
  context: WorkerContext,
  lease: Lease,
  claimed: ClaimedSession,
  handle: TurnHandle,
): Promise<void> {
  if (claimed.inputs.some(({ kind }) => kind === 'cancel')) {
    await closeCalls(context, lease, claimed);
    await finishRun(context, lease, { state: 'cancelled', failure: null });
    return;
  }
  switch (claimed.session.state) {
    case 'rescheduling':
      if (await hasOpenCalls(context, lease)) return parkWaiting(context, lease);
      return runTurn(context, lease, claimed, handle);
    case 'waiting':
      return goOnWaiting(context, lease, claimed, handle);
    default:
      // Found as its worker left it.
      return rescheduleRun(context, lease, { failure: createFailure('interrupted'), counts: true });
  }
}

/** Calls in the main line that its client has not answered. */
async function hasOpenCalls({ store }: WorkerContext, lease: Lease): Promise<boolean> {
  const open = await whileHeld(lease, () => listSessionApprovals(store, lease, ['open']));
  return open.some(({ parentToolUseId }) => parentToolUseId === null);
}

/** With an answer to all its calls the run goes on; before that it waits on, without a process. */
async function goOnWaiting(
  context: WorkerContext,
  lease: Lease,
  claimed: ClaimedSession,
  handle: TurnHandle,
): Promise<void> {
  const approvals = await whileHeld(lease, () =>
    listSessionApprovals(context.store, lease, ['open', 'allowed', 'denied']),
  );
  const ofRun = approvals.filter(
    ({ runId, deliveredAt }) => runId === claimed.run?.id && deliveredAt === null,
  );
  // The agent goes on when it has an answer to all that it waits for.
  if (ofRun.some(({ decision, parentToolUseId }) => decision === null && parentToolUseId === null)) {
    return parkWaiting(context, lease);
  }
  if (ofRun.some(({ decision }) => decision !== null)) return runTurn(context, lease, claimed, handle);
  if (ofRun.length === 0 && (await waitsForBudget(context, lease, claimed))) {
    return isSpent(claimed.session)
      ? parkForBudget(context, lease)
      : runTurn(context, lease, claimed, handle);
  }
  return rescheduleRun(context, lease, { failure: createFailure('interrupted'), counts: true });
}

const PAGE = 50;

/** For what it waits stands where it began to wait. The budget itself may be gone by now. */
async function waitsForBudget(
  { store }: WorkerContext,
  lease: Lease,
  { head }: ClaimedSession,
): Promise<boolean> {
  for (let before = head.lastSeq + 1; before > 1;) {
    const events = await whileHeld(lease, () =>
      store.readEventsBefore(lease.tenantId, lease.sessionId, before, PAGE),
    );
    const state = events.find(({ body }) => body.type === 'session.state')?.body;
    if (state?.type === 'session.state') return state.waitsFor === 'budget';
    before = events.at(-1)?.seq ?? 0;
  }
  return false;
}
