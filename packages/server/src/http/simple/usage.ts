import type { z } from 'zod';
import { formatPrefixedId } from '../../lib/ids.ts';
import { DEFAULT_TENANT } from '../../store/records.ts';
import type { UsageQuery } from '../../store/usage-reports.ts';
import { integer, optional, optionalText } from '../fields.ts';
import { defineRoute } from '../route.ts';
import { nameAgents, parseAgentId, type NamedAgent } from './named-agents.ts';
import { formatTime } from '../format-time.ts';
import { projectState, roundUsd } from './project.ts';
import { validationErrorBody } from './schemas.ts';
import { CSV_HEADER, toCsv } from './usage-csv.ts';
import { readUsage, readUsageInParts } from './usage-parts.ts';
import { reportUsage } from './usage-report.ts';
import { costliestSessions, usage } from './usage-schemas.ts';
import { formatDay, spanQuery, toSpan } from './usage-span.ts';

const DEFAULT_SESSIONS = 20;
const INVALID = { 422: { description: 'A parameter does not fit the schema.', schema: validationErrorBody } };

const usageQuery = spanQuery.extend({
  agent_id: optionalText()
    .transform((text) => (text === undefined ? undefined : (parseAgentId(text) ?? null)))
    .refine((id) => id !== null, 'Input should be the id of an agent')
    .describe('Only what its sessions used.'),
  model: optionalText().describe('Only requests to this model.'),
});

export const getUsage = defineRoute({
  name: 'usage',
  method: 'GET',
  path: '/usage',
  summary: 'What was used and what it cost, by day, agent and model; deleted sessions included',
  query: usageQuery,
  responses: { 200: { description: 'The report.', schema: usage }, ...INVALID },
  handle: async ({ query }, { context: { store, clock } }) => {
    const span = toSpan(query, clock.now());
    const asked = toQuery(query, span);
    const found = {
      byAgent: await readUsage(store, { ...asked, by: 'agent' }),
      byModel: await readUsage(store, { ...asked, by: 'model' }),
      byTenant: await readUsage(store, { ...span, by: 'tenant' }),
      failures: await store.readDailyFailures(span),
    };
    const { by_agent: shown, ...report } = reportUsage(span, found);
    const agents = await nameAgents(
      store,
      shown.map(({ agent_id: id }) => id),
    );
    return {
      ...report,
      by_agent: shown.map(({ agent_id: id, ...sum }) => {
        const agent = agents.get(id);
        return { agent_id: agent?.id, name: agent?.name, ...sum };
      }),
    };
  },
});

export const getUsageCsv = defineRoute({
  name: 'usageCsv',
  method: 'GET',
  path: '/usage.csv',
  summary: 'The same as a table: a row for each day, agent and model',
  query: usageQuery,
  responses: { 200: { description: 'The table.', contentType: 'text/csv' }, ...INVALID },
  handle: async ({ query }, { context: { store, clock }, reply }) => {
    const span = toSpan(query, clock.now());
    const agents = new Map<string, NamedAgent>();
    let table = CSV_HEADER;
    for await (const rows of readUsageInParts(store, { ...toQuery(query, span), by: 'all' })) {
      const unknown = rows.map(({ agentId }) => agentId).filter((id) => !agents.has(id));
      for (const [id, agent] of await nameAgents(store, unknown)) agents.set(id, agent);
      table += toCsv(rows, agents);
    }
    const name = `usage-${formatDay(span.from)}-${formatDay(span.to)}.csv`;
    reply.type('text/csv; charset=utf-8').header('content-disposition', `attachment; filename="${name}"`);
    return table;
  },
});

export const listCostliest = defineRoute({
  name: 'usageSessions',
  method: 'GET',
  path: '/usage/sessions',
  summary: 'The sessions that cost most, of those which last cost something in this span',
  query: spanQuery.extend({ limit: optional(integer(1, 100)).describe(`Default: ${DEFAULT_SESSIONS}.`) }),
  responses: { 200: { description: 'The costliest first.', schema: costliestSessions }, ...INVALID },
  handle: async ({ query }, { context: { store, clock } }) => {
    const span = toSpan(query, clock.now());
    const { limit = DEFAULT_SESSIONS } = query;
    const found = await store.readCostliestSessions(DEFAULT_TENANT, { ...span, limit });
    const agents = await nameAgents(
      store,
      found.map(({ agentId }) => agentId ?? ''),
    );
    return {
      from: formatDay(span.from),
      to: formatDay(span.to),
      sessions: found.map(({ id, title, state, agentId, costUsd, day, createdAt }) => {
        const agent = agents.get(agentId ?? '');
        return {
          session_id: id,
          id: formatPrefixedId('sesn', id),
          title,
          status: projectState(state),
          agent_id: agent?.id,
          agent: agent?.name,
          cost_usd: roundUsd(costUsd),
          last_used: formatDay(day),
          created_at: formatTime(createdAt),
        };
      }),
    };
  },
});

function toQuery(
  { agent_id: agentId, model }: z.infer<typeof usageQuery>,
  span: Pick<UsageQuery, 'from' | 'to'>,
): UsageQuery {
  return { ...span, agentId: agentId ?? undefined, model };
}
