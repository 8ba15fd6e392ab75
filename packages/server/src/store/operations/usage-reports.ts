import { sql, type Expression } from 'kysely';
import type { Dialect } from '../dialect.ts';
import type { Reads } from '../engine.ts';
import { rows, type Operation } from '../operation.ts';
import { statement } from '../statement.ts';
import type {
  CostlySession,
  DailyFailures,
  DailyUsage,
  DaySpan,
  UsageGrouping,
  UsageQuery,
  UsageReportReads,
} from '../usage-reports.ts';
import { parseCostlySession, parseDailyUsage } from '../usage-rows.ts';

const COLUMNS = {
  agent: ['agent_id'],
  model: ['model'],
  tenant: ['tenant_id'],
  all: ['tenant_id', 'agent_id', 'model'],
} as const satisfies Record<UsageGrouping, readonly string[]>;

export function createUsageReportReads({ db }: Dialect): Pick<Reads, keyof UsageReportReads> {
  const tenants = db.selectFrom('tenants').select('id');
  const sumUsageBy = (grouping: UsageGrouping) => {
    const columns: readonly string[] = COLUMNS[grouping];
    const name = (column: 'tenant_id' | 'agent_id' | 'model') =>
      columns.includes(column) ? sql<string>`${sql.ref(column)}`.as(column) : sql<string>`''`.as(column);
    return statement(({ from, to, agentId, model }: UsageQuery) =>
      db
        .selectFrom('usage_daily')
        .select(['day', name('tenant_id'), name('agent_id'), name('model')])
        .select((column) => [
          count(column.ref('requests')).as('requests'),
          count(column.ref('failed_requests')).as('failed_requests'),
          count(column.ref('input_tokens')).as('input_tokens'),
          count(column.ref('output_tokens')).as('output_tokens'),
          count(column.ref('cache_read_input_tokens')).as('cache_read_input_tokens'),
          count(column.ref('cache_creation_input_tokens')).as('cache_creation_input_tokens'),
          column.fn.sum<number>('cost_usd').as('cost_usd'),
        ])
        .where('tenant_id', 'in', tenants)
        .where('day', '>=', from)
        .where('day', '<=', to)
        .$if(agentId !== undefined, (query) => query.where('agent_id', '=', agentId ?? ''))
        .$if(model !== undefined, (query) => query.where('model', '=', model ?? ''))
        .groupBy(['day', ...COLUMNS[grouping]])
        .orderBy('day'),
    );
  };
  const sums = {
    agent: sumUsageBy('agent'),
    model: sumUsageBy('model'),
    tenant: sumUsageBy('tenant'),
    all: sumUsageBy('all'),
  };
  const sumFailures = statement(({ from, to }: DaySpan) =>
    db
      .selectFrom('failures_daily')
      .select(['day', 'kind'])
      .select((column) => count(column.ref('runs')).as('runs'))
      .where('tenant_id', 'in', tenants)
      .where('day', '>=', from)
      .where('day', '<=', to)
      .groupBy(['day', 'kind'])
      .orderBy('day')
      .orderBy('kind'),
  );
  const costliestOfDay = statement(
    ({ tenantId, day, limit }: { tenantId: string; day: number; limit: number }) =>
      db
        .selectFrom('session_costs')
        .innerJoin('sessions', (join) =>
          join
            .onRef('sessions.tenant_id', '=', 'session_costs.tenant_id')
            .onRef('sessions.id', '=', 'session_costs.session_id'),
        )
        .select(['id', 'title', 'state', 'agent_id', 'created_at', 'cost_usd', 'day'])
        .where('session_costs.tenant_id', '=', tenantId)
        .where('day', '=', day)
        .where('state', '!=', 'deleting')
        .orderBy('cost_usd', 'desc')
        .orderBy('session_id', 'desc')
        .limit(limit),
  );

  return {
    *readDailyUsage({ by, ...query }): Operation<DailyUsage[]> {
      return (yield* rows(sums[by](query))).map(parseDailyUsage);
    },
    *readDailyFailures(span): Operation<DailyFailures[]> {
      return yield* rows(sumFailures(span));
    },
    *readCostliestSessions(tenantId, { from, to, limit }): Operation<CostlySession[]> {
      let costliest: CostlySession[] = [];
      for (let day = from; day <= to; day++) {
        const found = yield* rows(costliestOfDay({ tenantId, day, limit }));
        costliest = [...costliest, ...found.map(parseCostlySession)]
          .toSorted((a, b) => b.costUsd - a.costUsd)
          .slice(0, limit);
      }
      return costliest;
    },
  };
}

/** Of PostgreSQL a sum of whole numbers would be a text. */
function count(column: Expression<number>) {
  return sql<number>`cast(sum(${column}) as bigint)`;
}
