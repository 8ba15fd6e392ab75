import { PRIMARY_THREAD, type NewEvent } from '../domain/event.ts';
import type { ApprovalExpiredEvent } from '../domain/managed-events.ts';
import { createId } from '../lib/ids.ts';
import type { ApprovalRecord } from '../store/records.ts';
import type { Commit } from '../store/store.ts';

/** The part of a commit that closes approvals which nobody can answer any more, and says so. */
export function expireApprovals(
  approvals: readonly ApprovalRecord[],
  reason: ApprovalExpiredEvent['reason'],
  now: number,
): Required<Pick<Commit, 'events' | 'expireApprovals'>> {
  return {
    expireApprovals: { ids: approvals.map(({ id }) => id), closedAt: now },
    events: approvals.map(({ id, runId, toolUseId, name }): NewEvent => ({
      id: createId(now),
      threadId: PRIMARY_THREAD,
      createdAt: now,
      body: { type: 'approval.expired', approvalId: id, runId, toolUseId, name, reason },
    })),
  };
}
