import { parseJson } from './rows.ts';
import type { SessionTable } from './tables.ts';
import type { CostlySession, DailyUsage } from './usage-reports.ts';
import type { DailyUsageTable, SessionCostTable } from './usage-tables.ts';

export function parseDailyUsage(row: Omit<DailyUsageTable, 'writer'>): DailyUsage {
  return {
    day: row.day,
    tenantId: row.tenant_id,
    agentId: row.agent_id,
    model: row.model,
    requests: row.requests,
    failedRequests: row.failed_requests,
    inputTokens: row.input_tokens,
    outputTokens: row.output_tokens,
    cacheReadInputTokens: row.cache_read_input_tokens,
    cacheCreationInputTokens: row.cache_creation_input_tokens,
    costUsd: row.cost_usd,
  };
}

type CostRow = Pick<SessionTable, 'id' | 'title' | 'state' | 'agent_id' | 'created_at'> &
  Pick<SessionCostTable, 'day' | 'cost_usd'>;

export function parseCostlySession(row: CostRow): CostlySession {
  return {
    id: row.id,
    title: parseJson(row.title) as CostlySession['title'],
    state: row.state as CostlySession['state'],
    agentId: row.agent_id,
    createdAt: row.created_at,
    costUsd: row.cost_usd,
    day: row.day,
  };
}
