import { expireApprovals } from '../sessions/approval-events.ts';
import type { ApprovalRecord } from '../store/records.ts';
import type { WorkerContext } from './context.ts';
import { isGivenBack, LeaseLost, whileHeld, type Lease } from './lease.ts';
import { listSessionApprovals } from './session-approvals.ts';

/**
 * Lets a session wait for a person without a process: nobody looks at it until there is an answer. All open calls but
 * the carried one expire. One that was answered in the meantime is claimed again at once.
 */
export function parkWaiting(context: WorkerContext, lease: Lease, carried: ApprovalRecord): Promise<void> {
  return whileHeld(lease, (attempt) => park(context, lease, carried, attempt > 0));
}

async function park(
  { store, clock, log }: WorkerContext,
  lease: Lease,
  carried: ApprovalRecord,
  isRepeated: boolean,
): Promise<void> {
  const { tenantId, sessionId, epoch } = lease;
  for (;;) {
    const view = await store.readSession(tenantId, sessionId);
    if (!view) throw new LeaseLost();
    if (isRepeated && isGivenBack(view.head, lease)) return;
    const now = clock.now();
    const isCancelled = view.head.openInputs > 0;
    const isOpen = (await store.readApproval(tenantId, carried.id))?.state === 'open';
    const open = await listSessionApprovals(store, { tenantId, sessionId }, ['open']);
    const others = open.filter(({ id }) => id !== carried.id);
    const result = await store.commit(tenantId, sessionId, {
      // An answer is a commit too: none can come between the look and this.
      expectedVersion: view.head.version,
      epoch,
      ...expireApprovals(others, 'not_carried_over', now),
      // Also a cancel has come if there is an input: that needs no process.
      head: isCancelled
        ? { wakeAt: now, needsSlot: false }
        : { wakeAt: isOpen ? null : now, needsSlot: true },
      releaseLease: true,
    });
    if (result.ok) {
      log.info({ sessionId, approvalId: carried.id }, 'A run waits for a person without a process.');
      return;
    }
    if (result.conflict !== 'version') throw new LeaseLost();
  }
}
