import type { ApprovalRecord } from '../../store/records.ts';
import type { Approval } from './schemas.ts';
import { formatTime } from '../format-time.ts';

/** A tool call that waits, or waited, for a person. */
export function projectApproval(approval: ApprovalRecord): Approval {
  const { decision, closedAt, kind, input } = approval;
  return {
    id: approval.id,
    session_id: approval.sessionId,
    status: approval.state,
    kind,
    tool_name: approval.name,
    tool_use_id: approval.toolUseId,
    parent_tool_use_id: approval.parentToolUseId,
    input,
    questions: kind === 'question' && Array.isArray(input['questions']) ? input['questions'] : null,
    rules: approval.rules,
    reason: approval.reason,
    created_at: formatTime(approval.createdAt),
    closed_at: closedAt === null ? null : formatTime(closedAt),
    decision: decision && {
      decision: decision.behavior,
      by: decision.by,
      message: decision.message ?? null,
      input: decision.input ?? null,
      remember: decision.remember,
    },
  };
}
