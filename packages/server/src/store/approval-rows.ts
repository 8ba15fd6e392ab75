import type { ApprovalRecord } from './records.ts';
import { parseJson, toJson } from './rows.ts';
import type { ApprovalTable } from './tables.ts';

export function toApprovalRow(approval: ApprovalRecord): ApprovalTable {
  return {
    tenant_id: approval.tenantId,
    id: approval.id,
    session_id: approval.sessionId,
    run_id: approval.runId,
    tool_use_id: approval.toolUseId,
    kind: approval.kind,
    name: approval.name,
    input: JSON.stringify(approval.input),
    rules: JSON.stringify(approval.rules),
    reason: toJson(approval.reason),
    parent_tool_use_id: approval.parentToolUseId,
    state: approval.state,
    decision: toJson(approval.decision),
    created_at: approval.createdAt,
    closed_at: approval.closedAt,
    delivered_at: approval.deliveredAt,
  };
}

export function parseApproval(row: ApprovalTable): ApprovalRecord {
  return {
    tenantId: row.tenant_id,
    id: row.id,
    sessionId: row.session_id,
    runId: row.run_id,
    toolUseId: row.tool_use_id,
    kind: row.kind as ApprovalRecord['kind'],
    name: row.name,
    input: parseJson(row.input) as ApprovalRecord['input'],
    rules: parseJson(row.rules) as ApprovalRecord['rules'],
    reason: parseJson(row.reason) as ApprovalRecord['reason'],
    parentToolUseId: row.parent_tool_use_id,
    state: row.state as ApprovalRecord['state'],
    decision: parseJson(row.decision) as ApprovalRecord['decision'],
    createdAt: row.created_at,
    closedAt: row.closed_at,
    deliveredAt: row.delivered_at,
  };
}
