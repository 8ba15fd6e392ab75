import { createId } from '../lib/ids.ts';
import { expireApprovals } from '../sessions/approval-events.ts';
import { isSpent } from '../sessions/budget.ts';
import { changeState } from '../sessions/session.ts';
import { collect } from './collect.ts';
import type { WorkerContext } from './context.ts';
import { settleCost, totalCost } from './finish.ts';
import { isGivenBack, LeaseLost, whileHeld, type Lease } from './lease.ts';
import { listSessionApprovals } from './session-approvals.ts';

/**
 * Lets a session wait for its client without a process: nobody looks at it until all its calls have an answer. Those of
 * subagents cannot wait and expire. If all were answered in the meantime it is claimed again at once.
 */
export function parkWaiting(context: WorkerContext, lease: Lease): Promise<void> {
  return whileHeld(lease, (attempt) => park(context, lease, attempt > 0));
}

async function park(context: WorkerContext, lease: Lease, isRepeated: boolean): Promise<void> {
  const { store, clock, log } = context;
  const { tenantId, sessionId, epoch } = lease;
  for (;;) {
    const view = await store.readSession(tenantId, sessionId);
    if (!view) throw new LeaseLost();
    if (isRepeated && isGivenBack(view.head, lease)) return;
    const now = clock.now();
    const inputs = view.head.openInputs > 0 ? await store.readInputs(tenantId, sessionId) : [];
    const isCancelled = inputs.some(({ kind }) => kind === 'cancel');
    const open = await listSessionApprovals(store, { tenantId, sessionId }, ['open']);
    const ofSubagents = open.filter(({ parentToolUseId }) => parentToolUseId !== null);
    const expired = expireApprovals(ofSubagents, 'not_carried_over', now);
    const waiting = open.filter((approval) => !ofSubagents.includes(approval));
    // It was cut before anybody heard that it waits.
    const change =
      view.session.state === 'waiting' || waiting.length === 0
        ? undefined
        : changeState(view, {
            to: 'waiting',
            eventId: createId(now),
            now,
            waitsFor: { eventIds: waiting.map(({ id }) => id) },
          });
    const collected = change ? await collect(context, lease, view.session) : [];
    const result = await store.commit(tenantId, sessionId, {
      // An answer is a commit too: none can come between the look and this.
      expectedVersion: view.head.version,
      epoch,
      ...expired,
      ...(change && { session: change.session, events: [...expired.events, ...collected, change.event] }),
      // A cancel needs no process.
      head: isCancelled
        ? { wakeAt: now, needsSlot: false }
        : { wakeAt: waiting.length > 0 ? null : now, needsSlot: true },
      releaseLease: true,
    });
    if (result.ok) {
      log.info({ sessionId }, 'A run waits for a person without a process.');
      return;
    }
    if (result.conflict !== 'version') throw new LeaseLost();
  }
}

/** Lets a session that has cost as much as it may wait until its budget is raised: then its run goes on from here. */
export function parkForBudget(context: WorkerContext, lease: Lease): Promise<void> {
  return whileHeld(lease, (attempt) => parkUnpaid(context, lease, attempt > 0));
}

async function parkUnpaid(context: WorkerContext, lease: Lease, isRepeated: boolean): Promise<void> {
  const { store, clock, log } = context;
  for (;;) {
    const view = await store.readSession(lease.tenantId, lease.sessionId);
    if (!view?.run) throw new LeaseLost();
    const { session, head, run } = view;
    if (isRepeated && isGivenBack(head, lease)) return;
    const now = clock.now();
    const inputs = head.openInputs > 0 ? await store.readInputs(lease.tenantId, lease.sessionId) : [];
    const costUsd = await settleCost(context, lease, run);
    const total = totalCost(session.totalCostUsd, run.costUsd, costUsd);
    const change =
      session.state === 'waiting'
        ? undefined
        : changeState(
            { run, session: { ...session, ...total } },
            { to: 'waiting', eventId: createId(now), now, waitsFor: 'budget' },
          );
    const collected = change ? await collect(context, lease, session) : [];
    const isCancelled = inputs.some(({ kind }) => kind === 'cancel');
    const result = await store.commit(lease.tenantId, lease.sessionId, {
      expectedVersion: head.version,
      epoch: lease.epoch,
      session: { ...change?.session, ...total },
      events: change ? [...collected, change.event] : [],
      updateRun: { id: run.id, costUsd },
      head: isCancelled
        ? { wakeAt: now, needsSlot: false }
        : // It may have been raised while the agent worked.
          { wakeAt: isSpent({ ...session, ...total }) ? null : now, needsSlot: true },
      releaseLease: true,
    });
    if (result.ok) {
      log.info({ sessionId: lease.sessionId, costUsd }, 'A session has reached its budget.');
      return;
    }
    if (result.conflict !== 'version') throw new LeaseLost();
  }
}
