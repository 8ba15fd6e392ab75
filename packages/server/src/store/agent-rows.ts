import type { AgentDefinition } from '../domain/agent-config.ts';
import type { Environment } from '../domain/environment.ts';
import type { AgentRecord } from './agents.ts';
import type { EnvironmentRecord } from './environments.ts';
import { parseJson, toJson } from './rows.ts';
import type { AgentTable, AgentVersionTable, EnvironmentTable } from './tables.ts';

export function toAgentRow(tenantId: string, agent: AgentRecord): AgentTable {
  return {
    tenant_id: tenantId,
    id: agent.id,
    version: agent.version,
    config: toJson(agent.definition),
    created_at: agent.createdAt,
    updated_at: agent.updatedAt,
    archived_at: agent.archivedAt,
  };
}

export function toAgentVersionRow(tenantId: string, agent: AgentRecord): AgentVersionTable {
  return {
    tenant_id: tenantId,
    agent_id: agent.id,
    version: agent.version,
    config: toJson(agent.definition),
    created_at: agent.updatedAt,
  };
}

export function parseAgent(row: Omit<AgentTable, 'tenant_id'>): AgentRecord {
  return {
    id: row.id,
    version: row.version,
    definition: parseJson(row.config) as AgentDefinition,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    archivedAt: row.archived_at,
  };
}

export function toEnvironmentRow(tenantId: string, record: EnvironmentRecord): EnvironmentTable {
  return {
    tenant_id: tenantId,
    id: record.id,
    body: toJson(record.environment),
    created_at: record.createdAt,
    updated_at: record.updatedAt,
    archived_at: record.archivedAt,
  };
}

export function parseEnvironment(row: EnvironmentTable): EnvironmentRecord {
  return {
    id: row.id,
    environment: parseJson(row.body) as Environment,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    archivedAt: row.archived_at,
  };
}
