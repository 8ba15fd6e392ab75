import { createFailure } from '../domain/failure.ts';
import type { ApprovalRecord } from '../store/records.ts';
import type { ClaimedSession } from '../store/store.ts';
import type { TurnHandle, WorkerContext } from './context.ts';
import { finishRun } from './finish.ts';
import { whileHeld, type Lease } from './lease.ts';
import { parkWaiting } from './park.ts';
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
    return finishRun(context, lease, { state: 'cancelled', failure: null });
  }
  switch (claimed.session.state) {
    case 'rescheduling':
      return runTurn(context, lease, claimed, handle);
    case 'waiting':
      return goOnWaiting(context, lease, claimed, handle);
    default:
      // Found as its worker left it.
      return rescheduleRun(context, lease, { failure: createFailure('interrupted'), counts: true });
  }
}

/** With an answer the run goes on; without one the worker is gone, and the call that can be held waits on. */
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
  if (ofRun.some(({ decision }) => decision !== null)) return runTurn(context, lease, claimed, handle);
  const carried = ofRun.find(isInMainLine);
  if (carried) return parkWaiting(context, lease, carried);
  return rescheduleRun(context, lease, { failure: createFailure('interrupted'), counts: true });
}

/** The calls of subagents go with their process. */
function isInMainLine({ parentToolUseId }: ApprovalRecord): boolean {
  return parentToolUseId === null;
}
