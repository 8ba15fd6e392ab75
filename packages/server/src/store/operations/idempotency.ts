import type { Dialect } from '../dialect.ts';
import type { Reads } from '../engine.ts';
import { parseIdempotency, toIdempotencyRow } from '../idempotency-rows.ts';
import { firstRow, type Operation } from '../operation.ts';
import type { IdempotencyRecord } from '../records.ts';
import { statement } from '../statement.ts';
import type { IdempotencyTable } from '../tables.ts';

/**
 * Uses a key, for the operation that it is a part of; false: it is used already, and nothing was written. To be asked
 * last of an operation's conflicts and before its first write. Of two nodes that ask at once, the unique index lets
 * one wait for the other's commit, and then it sees that row: nobody gets an error.
 */
export type UseKey = (tenantId: string, record: IdempotencyRecord | undefined) => Operation<boolean>;

export function createKeyUse({ db }: Dialect): UseKey {
  const insert = statement((row: IdempotencyTable) =>
    db
      .insertInto('idempotency_keys')
      .values(row)
      .onConflict((conflict) =>
        conflict
          .columns(['tenant_id', 'scope', 'idempotency_key'])
          .doUpdateSet((column) => ({
            request_hash: column.ref('excluded.request_hash'),
            answer: column.ref('excluded.answer'),
            created_at: column.ref('excluded.created_at'),
            expires_at: column.ref('excluded.expires_at'),
          }))
          // One whose time is over may be used again.
          .whereRef('idempotency_keys.expires_at', '<=', 'excluded.created_at'),
      )
      .returning('scope'),
  );
  return function* useKey(tenantId, record) {
    if (record === undefined) return true;
    return (yield* firstRow(insert(toIdempotencyRow(tenantId, record)))) !== undefined;
  };
}

export function createIdempotencyReads({ db }: Dialect): Pick<Reads, 'readIdempotency'> {
  const select = statement(
    ({ tenantId, scope, key, now }: { tenantId: string; scope: string; key: string; now: number }) =>
      db
        .selectFrom('idempotency_keys')
        .selectAll()
        .where('tenant_id', '=', tenantId)
        .where('scope', '=', scope)
        .where('idempotency_key', '=', key)
        .where('expires_at', '>', now),
  );
  return {
    *readIdempotency(tenantId, query): Operation<IdempotencyRecord | undefined> {
      const row = yield* firstRow(select({ tenantId, ...query }));
      return row && parseIdempotency(row);
    },
  };
}
