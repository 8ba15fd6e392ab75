import type { Failure } from '../domain/failure.ts';
import { createFailure } from '../domain/failure.ts';
import { createId } from '../lib/ids.ts';
import { expireApprovals } from '../sessions/approval-events.ts';
import { changeState } from '../sessions/session.ts';
import type { WorkerContext } from './context.ts';
import { finishRun, settleCost, totalCost } from './finish.ts';
import { isGivenBack, LeaseLost, whileHeld, type Lease } from './lease.ts';
import { endOpenRequest } from './open-request.ts';
import { listSessionApprovals } from './session-approvals.ts';

/**
 * Puts a run that was cut back into the queue, to go on from what the agent has recorded. `counts`: it was cut by
 * something that may happen again; else the server was stopped in order.
 */
export function rescheduleRun(context: WorkerContext, lease: Lease, cut: Cut): Promise<void> {
  return whileHeld(lease, (attempt) => reschedule(context, lease, cut, attempt > 0));
}

interface Cut {
  failure: Failure;
  counts: boolean;
}

async function reschedule(
  context: WorkerContext,
  lease: Lease,
  { failure, counts }: Cut,
  isRepeated: boolean,
): Promise<void> {
  const { store, clock, log } = context;
  for (;;) {
    const view = await store.readSession(lease.tenantId, lease.sessionId);
    if (!view?.run) throw new LeaseLost();
    const { session, head, run } = view;
    if (isRepeated && isGivenBack(head, lease)) return;
    const attempt = counts ? run.attempts + 1 : 0;
    const delayMs = counts ? context.retryDelaysMs[run.attempts] : 0;
    if (delayMs === undefined) {
      await finishRun(context, lease, {
        state: 'failed',
        failure: createFailure('cut_too_often', failure.message),
      });
      return;
    }
    const now = clock.now();
    const approvals = await listSessionApprovals(store, lease, ['open']);
    // The others wait on: the run goes on when its client has answered them.
    const ofSubagents = approvals.filter(({ parentToolUseId }) => parentToolUseId !== null);
    const expired = expireApprovals(ofSubagents, 'not_carried_over', now);
    const change = changeState(view, {
      to: 'rescheduling',
      eventId: createId(now),
      now,
      failure,
      attempt,
      retryAt: now + delayMs,
    });
    const inputs = head.openInputs > 0 ? await store.readInputs(lease.tenantId, lease.sessionId) : [];
    const isCancelled = inputs.some(({ kind }) => kind === 'cancel');
    const costUsd = await settleCost(context, lease, run);
    const result = await store.commit(lease.tenantId, lease.sessionId, {
      expectedVersion: head.version,
      epoch: lease.epoch,
      session: { ...change.session, ...totalCost(session.totalCostUsd, run.costUsd, costUsd) },
      events: [...(await endOpenRequest(store, view, now)), ...expired.events, change.event],
      expireApprovals: expired.expireApprovals,
      updateRun: { id: run.id, costUsd, ...(counts && { attempts: attempt }) },
      // With an input, a cancel has come: that is done at once and needs no process.
      head: isCancelled ? { wakeAt: now, needsSlot: false } : { wakeAt: now + delayMs, needsSlot: true },
      releaseLease: true,
    });
    if (result.ok) {
      log.warn(
        { sessionId: lease.sessionId, runId: run.id, failure: failure.type, attempt, delayMs },
        'A run was cut and goes on.',
      );
      return;
    }
    if (result.conflict !== 'version') throw new LeaseLost();
  }
}
