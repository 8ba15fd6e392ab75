import type { SessionRecord } from './records.ts';
import { toJson, type Patch } from './rows.ts';
import type { SessionTable } from './tables.ts';

export type SessionPatch = Partial<Omit<SessionRecord, 'tenantId' | 'id' | 'origin' | 'createdAt'>>;

/** The columns that are set in `session`; the others are undefined. */
export function toSessionColumns(session: SessionPatch): Patch<SessionTable> {
  return {
    state: session.state,
    title: toJson(session.title),
    metadata: toJson(session.metadata),
    workspace_kind: session.workspace?.kind,
    workspace_ref: session.workspace?.ref,
    home_node: session.homeNode,
    agent_session_id: session.agentSessionId,
    total_cost_usd: session.totalCostUsd,
    grants: toJson(session.grants),
    updated_at: session.updatedAt,
    ended_at: session.endedAt,
    environment_id: session.environmentId,
    agent_id: session.agentId,
    agent_version: session.agentVersion,
    agent: toJson(session.agent),
    budget: toJson(session.budget),
    outcomes: toJson(session.outcomes),
    archived_at: session.archivedAt,
    forked_from: toJson(session.forkedFrom),
  };
}

export function toSessionRow(session: SessionRecord): SessionTable {
  return {
    tenant_id: session.tenantId,
    id: session.id,
    origin: session.origin,
    state: session.state,
    title: toJson(session.title),
    metadata: toJson(session.metadata),
    workspace_kind: session.workspace.kind,
    workspace_ref: session.workspace.ref,
    home_node: session.homeNode,
    agent_session_id: session.agentSessionId,
    total_cost_usd: session.totalCostUsd,
    grants: session.grants.length > 0 ? toJson(session.grants) : null,
    created_at: session.createdAt,
    updated_at: session.updatedAt,
    ended_at: session.endedAt,
    environment_id: session.environmentId,
    agent_id: session.agentId,
    agent_version: session.agentVersion,
    agent: toJson(session.agent),
    budget: toJson(session.budget),
    outcomes: session.outcomes.length > 0 ? toJson(session.outcomes) : null,
    archived_at: session.archivedAt,
    forked_from: toJson(session.forkedFrom),
  };
}
