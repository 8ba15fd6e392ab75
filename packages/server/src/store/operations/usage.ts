import type { Dialect } from '../dialect.ts';
import type { Reads, Writes } from '../engine.ts';
import { firstRow, rows, type Operation, type Written } from '../operation.ts';
import type { UsageRecord } from '../records.ts';
import { parseUsage, toUsageRow } from '../rows.ts';
import { statement } from '../statement.ts';
import type { UsageTable } from '../tables.ts';

/** Usage rows, one per model request. A repeated one is stored once; one of a deleted session is dropped. */
export function createUsageWrites({ db }: Dialect): Pick<Writes, 'recordUsage'> {
  const findSession = statement(({ tenantId, sessionId }: { tenantId: string; sessionId: string }) =>
    db
      .selectFrom('session_heads')
      .select('version')
      .where('tenant_id', '=', tenantId)
      .where('session_id', '=', sessionId),
  );
  const insert = statement((row: UsageTable) =>
    db
      .insertInto('usage')
      .values(row)
      .onConflict((conflict) => conflict.doNothing()),
  );
  return {
    *recordUsage(usage: UsageRecord): Operation<Written<void>> {
      if (yield* firstRow(findSession(usage))) yield [insert(toUsageRow(usage))];
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
