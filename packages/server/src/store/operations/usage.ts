import type { Dialect } from '../dialect.ts';
import type { Reads, Writes } from '../engine.ts';
import { firstRow, rows, type Operation, type Written } from '../operation.ts';
import type { UsageRecord } from '../records.ts';
import { parseUsage, toUsageRow } from '../rows.ts';
import { statement } from '../statement.ts';
import type { UsageTable } from '../tables.ts';
import { createDailyWrites } from './daily.ts';

/**
 * Usage rows, one per model request, and the sums by day. A repeated one is stored, and counts, once; one of a deleted
 * session is dropped.
 */
export function createUsageWrites(dialect: Dialect): Pick<Writes, 'recordUsage'> {
  const { db } = dialect;
  const daily = createDailyWrites(dialect);
  const findSession = statement(({ tenantId, sessionId }: { tenantId: string; sessionId: string }) =>
    db
      .selectFrom('sessions')
      .select('agent_id')
      .where('tenant_id', '=', tenantId)
      .where('id', '=', sessionId),
  );
  const insert = statement((row: UsageTable) =>
    db
      .insertInto('usage')
      .values(row)
      .onConflict((conflict) => conflict.doNothing())
      .returning('id'),
  );
  return {
    *recordUsage(usage: UsageRecord): Operation<Written<void>> {
      const session = yield* firstRow(findSession(usage));
      const isNew = session && (yield* firstRow(insert(toUsageRow(usage)))) !== undefined;
      if (isNew) yield [daily.usage(usage, session.agent_id)];
      return { result: undefined };
    },
  };
}

export function createUsageReads({ db }: Dialect): Pick<Reads, 'readUsage'> {
  const select = statement(
    ({ tenantId, sessionId, runId }: { tenantId: string; sessionId: string; runId: string }) =>
      db
        .selectFrom('usage')
        .selectAll()
        .where('tenant_id', '=', tenantId)
        .where('session_id', '=', sessionId)
        .where('run_id', '=', runId)
        .orderBy('id'),
  );
  return {
    *readUsage(tenantId: string, sessionId: string, runId: string): Operation<UsageRecord[]> {
      return (yield* rows(select({ tenantId, sessionId, runId }))).map(parseUsage);
    },
  };
}
