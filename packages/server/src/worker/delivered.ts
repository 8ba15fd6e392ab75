import type { ApprovalDecision } from '../domain/approval.ts';
import { PRIMARY_THREAD, type NewEvent } from '../domain/event.ts';
import { createId } from '../lib/ids.ts';
import type { ApprovalRecord } from '../store/records.ts';

/** The event that the agent hears of a decision; under the id with which the client decided, if it gave one. */
export function toDeliveredEvent(
  { id: approvalId, runId, toolUseId, kind }: ApprovalRecord,
  decision: ApprovalDecision,
  now: number,
): NewEvent {
  return {
    // The result of a custom tool is an event of its own when it arrives.
    id: kind === 'custom_tool' ? createId(now) : (decision.eventId ?? createId(now)),
    threadId: PRIMARY_THREAD,
    createdAt: now,
    body: { type: 'approval.delivered', approvalId, runId, toolUseId, kind, decision },
  };
}
