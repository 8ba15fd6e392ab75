import { DAY } from '../../lib/duration.ts';
import type { Dialect } from '../dialect.ts';
import type { UsageRecord } from '../records.ts';
import { statement, type Query } from '../statement.ts';
import type { Commit } from '../store.ts';
import type { DailyFailureTable, DailyUsageTable, SessionCostTable } from '../usage-tables.ts';

/** The columns of `usage_daily` that add up. */
const COUNTED = [
  'requests',
  'failed_requests',
  'input_tokens',
  'output_tokens',
  'cache_read_input_tokens',
  'cache_creation_input_tokens',
  'cost_usd',
] as const satisfies (keyof DailyUsageTable)[];

/** Adds to the sums by day, in the transaction of what they sum up. */
export interface DailyWrites {
  /** For a row of `usage` that is stored for the first time. */
  usage(usage: UsageRecord, agentId: string | null): Query;
  /** What a commit to a session says of its cost, and of a run that ends in error. */
  commit(
    tenantId: string,
    sessionId: string,
    commit: Pick<Commit, 'session' | 'updateRun'>,
    now: number,
  ): Query[];
}

export function createDailyWrites({ db, writer }: Dialect): DailyWrites {
  const addUsage = statement((row: Omit<DailyUsageTable, 'writer'>) =>
    db
      .insertInto('usage_daily')
      .values({ ...row, writer })
      .onConflict((conflict) =>
        conflict
          .columns(['tenant_id', 'day', 'agent_id', 'model', 'writer'])
          .doUpdateSet((column) =>
            Object.fromEntries(
              COUNTED.map((name) => [
                name,
                column(column.ref(`usage_daily.${name}`), '+', column.ref(`excluded.${name}`)),
              ]),
            ),
          ),
      ),
  );
  const addFailure = statement((row: Omit<DailyFailureTable, 'writer'>) =>
    db
      .insertInto('failures_daily')
      .values({ ...row, writer })
      .onConflict((conflict) =>
        conflict.columns(['tenant_id', 'day', 'kind', 'writer']).doUpdateSet((column) => ({
          runs: column(column.ref('failures_daily.runs'), '+', column.ref('excluded.runs')),
        })),
      ),
  );
  const setCost = statement((row: SessionCostTable) =>
    db
      .insertInto('session_costs')
      .values(row)
      .onConflict((conflict) =>
        conflict.columns(['tenant_id', 'session_id']).doUpdateSet((column) => ({
          day: column.ref('excluded.day'),
          cost_usd: column.ref('excluded.cost_usd'),
        })),
      ),
  );
  return {
    usage: (usage, agentId) =>
      addUsage({
        tenant_id: usage.tenantId,
        day: dayOf(usage.endedAt),
        agent_id: agentId ?? '',
        model: usage.model,
        requests: 1,
        failed_requests: usage.status >= 1 && usage.status < 400 ? 0 : 1,
        input_tokens: usage.inputTokens,
        output_tokens: usage.outputTokens,
        cache_read_input_tokens: usage.cacheReadInputTokens,
        cache_creation_input_tokens: usage.cacheCreationInputTokens,
        cost_usd: usage.costUsd,
      }),
    commit(tenantId, sessionId, { session, updateRun }, now) {
      const costUsd = session?.totalCostUsd;
      const failure = updateRun?.state === 'failed' ? updateRun.failure : undefined;
      const of = { tenant_id: tenantId, day: dayOf(now) };
      return [
        ...(costUsd == null ? [] : [setCost({ ...of, session_id: sessionId, cost_usd: costUsd })]),
        ...(failure ? [addFailure({ ...of, kind: failure.type, runs: 1 })] : []),
      ];
    },
  };
}

/** Days of UTC, counted since the epoch. */
function dayOf(at: number): number {
  return Math.floor(at / DAY);
}
