import { parseDelivery, toDeliveryRow, toOutcomeColumns } from '../delivery-rows.ts';
import type { Dialect } from '../dialect.ts';
import type { Reads, Writes } from '../engine.ts';
import { firstRow, rows, type Operation, type Written } from '../operation.ts';
import type { DeliveryRecord } from '../records.ts';
import { statement, type Query } from '../statement.ts';
import type {
  DeliveryOutcome,
  DeliveryQuery,
  DeliveryReplay,
  NewDelivery,
  ReplayResult,
} from '../deliveries.ts';
import type { DeliveryTable } from '../tables.ts';
import { chunks } from './appends.ts';
import { createKeyUse } from './idempotency.ts';

interface Key {
  tenantId: string;
  id: string;
}

/** The rows that a commit brings with it. */
export function createDeliveryAppends({
  db,
}: Dialect): (tenantId: string, sessionId: string, deliveries: NewDelivery[]) => Query[] {
  const insert = statement((deliveries: DeliveryTable[]) =>
    db.insertInto('webhook_deliveries').values(deliveries),
  );
  return (tenantId, sessionId, deliveries) =>
    chunks(deliveries.map((delivery) => toDeliveryRow(tenantId, sessionId, delivery))).map(insert);
}

export function createDeliveryWrites(
  dialect: Dialect,
): Pick<Writes, 'claimDeliveries' | 'settleDelivery' | 'replayDelivery'> {
  const { db, rowLocks } = dialect;
  const useKey = createKeyUse(dialect);
  const findDue = statement(({ now, limit }: { now: number; limit: number }) =>
    db
      .selectFrom('webhook_deliveries as delivery')
      .selectAll('delivery')
      .where('delivery.next_attempt_at', '<=', now)
      .where((condition) =>
        condition.or([
          condition('delivery.lease_until', 'is', null),
          condition('delivery.lease_until', '<=', now),
        ]),
      )
      .where(({ not, exists, selectFrom }) =>
        not(
          exists(
            selectFrom('webhook_deliveries as earlier')
              .select('earlier.id')
              .whereRef('earlier.tenant_id', '=', 'delivery.tenant_id')
              .whereRef('earlier.session_id', '=', 'delivery.session_id')
              .whereRef('earlier.id', '<', 'delivery.id')
              .where('earlier.next_attempt_at', '<=', now),
          ),
        ),
      )
      .orderBy('delivery.next_attempt_at')
      .limit(limit)
      .$if(rowLocks, (query) => query.forUpdate().skipLocked()),
  );
  const take = statement(({ tenantId, id, leaseUntil }: Key & { leaseUntil: number }) =>
    db
      .updateTable('webhook_deliveries')
      .set((column) => ({ lease_until: leaseUntil, attempts: column('attempts', '+', 1) }))
      .where('tenant_id', '=', tenantId)
      .where('id', '=', id),
  );
  const settle = statement(
    ({ tenantId, id, attempts, set }: Key & { attempts: number; set: ReturnType<typeof toOutcomeColumns> }) =>
      db
        .updateTable('webhook_deliveries')
        .set(set)
        .where('tenant_id', '=', tenantId)
        .where('id', '=', id)
        .where('attempts', '=', attempts)
        .where('lease_until', 'is not', null)
        .returning('id'),
  );
  const removeOrphan = statement(({ tenantId, sessionId, id }: Key & { sessionId: string }) =>
    db
      .deleteFrom('webhook_deliveries')
      .where('tenant_id', '=', tenantId)
      .where('id', '=', id)
      .where(({ not, exists, selectFrom }) =>
        not(
          exists(
            selectFrom('session_heads')
              .select('session_id')
              .where('tenant_id', '=', tenantId)
              .where('session_id', '=', sessionId),
          ),
        ),
      ),
  );
  const find = statement(({ tenantId, id }: Key) =>
    db
      .selectFrom('webhook_deliveries')
      .select('id')
      .where('tenant_id', '=', tenantId)
      .where('id', '=', id)
      .$if(rowLocks, (query) => query.forUpdate()),
  );
  const restart = statement(({ tenantId, id, now }: Key & { now: number }) =>
    db
      .updateTable('webhook_deliveries')
      .set({ state: 'pending', failures: 0, next_attempt_at: now, lease_until: null })
      .where('tenant_id', '=', tenantId)
      .where('id', '=', id),
  );
  return {
    *claimDeliveries({ now, leaseUntil, limit }): Operation<Written<DeliveryRecord[]>> {
      const due = (yield* rows(findDue({ now, limit }))).map(parseDelivery);
      if (due.length > 0) yield due.map(({ tenantId, id }) => take({ tenantId, id, leaseUntil }));
      return { result: due.map((delivery) => ({ ...delivery, attempts: delivery.attempts + 1 })) };
    },

    *settleDelivery({
      tenantId,
      sessionId,
      id,
      attempts,
      set,
    }: DeliveryOutcome): Operation<Written<boolean>> {
      const settled = yield* firstRow(settle({ tenantId, id, attempts, set: toOutcomeColumns(set) }));
      if (settled === undefined) return { result: false };
      // Nothing is kept of a deleted session but what has not arrived yet.
      if (set.state === 'delivered') yield [removeOrphan({ tenantId, sessionId, id })];
      return { result: true };
    },

    *replayDelivery(
      tenantId: string,
      { id, now, idempotency }: DeliveryReplay,
    ): Operation<Written<ReplayResult>> {
      if (!(yield* firstRow(find({ tenantId, id })))) return { result: { ok: false, conflict: 'gone' } };
      if (!(yield* useKey(tenantId, idempotency))) return { result: { ok: false, conflict: 'repeated' } };
      yield [restart({ tenantId, id, now })];
      return { result: { ok: true }, deliveries: true };
    },
  };
}

interface Page {
  tenantId: string;
  limit: number;
  state?: string | undefined;
  before?: string | undefined;
}

export function createDeliveryReads({ db }: Dialect): Pick<Reads, 'listDeliveries'> {
  const page = statement(({ tenantId, limit, state, before }: Page) => {
    let query = db
      .selectFrom('webhook_deliveries')
      .selectAll()
      .where('tenant_id', '=', tenantId)
      .orderBy('id', 'desc')
      .limit(limit);
    if (before !== undefined) query = query.where('id', '<', before);
    if (state !== undefined) query = query.where('state', '=', state);
    return query;
  });
  return {
    *listDeliveries(tenantId: string, query: DeliveryQuery): Operation<DeliveryRecord[]> {
      return (yield* rows(page({ tenantId, ...query }))).map(parseDelivery);
    },
  };
}
