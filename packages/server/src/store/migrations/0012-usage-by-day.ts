import type { Dialect } from '../dialect.ts';

/** What was used, day by day, which is kept when sessions go; and what each session has cost, to find the costliest. */
export const usageByDay = {
  version: 12,
  name: 'usage-by-day',
  walks: 'usage',
  statements({ name, types: { id, integer, real }, tableOptions }: Dialect): string[] {
    // PostgreSQL would not take every text that JSON can hold: here it need not read the message.
    const type =
      name === 'sqlite' ? `json_extract(failure, '$.type')` : `substring(failure from '"type":"([a-z_]+)"')`;
    const kind = `coalesce(${type}, 'internal')`;
    return [
      `create table usage_daily (
        tenant_id ${id} not null,
        day ${integer} not null,
        agent_id ${id} not null,
        model ${id} not null,
        writer ${integer} not null,
        requests ${integer} not null,
        failed_requests ${integer} not null,
        input_tokens ${integer} not null,
        output_tokens ${integer} not null,
        cache_read_input_tokens ${integer} not null,
        cache_creation_input_tokens ${integer} not null,
        cost_usd ${real} not null,
        primary key (tenant_id, day, agent_id, model, writer)
      ) ${tableOptions}`,
      `create table failures_daily (
        tenant_id ${id} not null,
        day ${integer} not null,
        kind ${id} not null,
        writer ${integer} not null,
        runs ${integer} not null,
        primary key (tenant_id, day, kind, writer)
      ) ${tableOptions}`,
      `create table session_costs (
        tenant_id ${id} not null,
        session_id ${id} not null,
        day ${integer} not null,
        cost_usd ${real} not null,
        primary key (tenant_id, session_id)
      ) ${tableOptions}`,
      `create index session_costs_by_day on session_costs (tenant_id, day, cost_usd, session_id)`,

      `insert into usage_daily
        select usage.tenant_id, usage.ended_at / ${DAY}, coalesce(sessions.agent_id, ''), usage.model, 0,
          count(*), sum(case when usage.status between 1 and 399 then 0 else 1 end),
          sum(usage.input_tokens), sum(usage.output_tokens),
          sum(usage.cache_read_input_tokens), sum(usage.cache_creation_input_tokens), sum(usage.cost_usd)
        from usage join sessions on sessions.tenant_id = usage.tenant_id and sessions.id = usage.session_id
        group by usage.tenant_id, usage.ended_at / ${DAY}, coalesce(sessions.agent_id, ''), usage.model`,
      `insert into failures_daily
        select tenant_id, coalesce(ended_at, created_at) / ${DAY}, ${kind}, 0, count(*)
        from runs where state = 'failed' and failure is not null
        group by tenant_id, coalesce(ended_at, created_at) / ${DAY}, ${kind}`,
      `insert into session_costs
        select tenant_id, id, coalesce(ended_at, updated_at) / ${DAY}, total_cost_usd
        from sessions where total_cost_usd is not null`,
    ];
  },
};

/** A day in ms: times are whole numbers, and so is what division leaves of them. */
const DAY = 86_400_000;
