import type { Dialect } from '../dialect.ts';
import type { Writes } from '../engine.ts';
import { rows, type Operation, type Written } from '../operation.ts';
import { statement } from '../statement.ts';

/** Removes rows whose time is over, a bounded number at a time. */
export function createExpiry({ db }: Dialect): Pick<Writes, 'removeExpired'> {
  const findKeys = statement(({ now, limit }: { now: number; limit: number }) =>
    db
      .selectFrom('idempotency_keys')
      .select(['tenant_id', 'scope', 'idempotency_key'])
      .where('expires_at', '<=', now)
      .orderBy('expires_at')
      .limit(limit),
  );
  const removeKey = statement(
    ({ tenantId, scope, key, now }: { tenantId: string; scope: string; key: string; now: number }) =>
      db
        .deleteFrom('idempotency_keys')
        .where('tenant_id', '=', tenantId)
        .where('scope', '=', scope)
        .where('idempotency_key', '=', key)
        // It may have been used again meanwhile.
        .where('expires_at', '<=', now),
  );
  const findDeliveries = statement(({ before, limit }: { before: number; limit: number }) =>
    db
      .selectFrom('webhook_deliveries')
      .select(['tenant_id', 'id'])
      .where('created_at', '<', before)
      .orderBy('created_at')
      .limit(limit),
  );
  const removeDelivery = statement(({ tenantId, id }: { tenantId: string; id: string }) =>
    db.deleteFrom('webhook_deliveries').where('tenant_id', '=', tenantId).where('id', '=', id),
  );
  const findFiles = statement(({ before, limit }: { before: number; limit: number }) =>
    db
      .selectFrom('files')
      .select(['tenant_id', 'id'])
      .where('expires_at', '<', before)
      .where('digest', '=', '')
      .orderBy('expires_at')
      .limit(limit),
  );
  const removeFile = statement(({ tenantId, id }: { tenantId: string; id: string }) =>
    db.deleteFrom('files').where('tenant_id', '=', tenantId).where('id', '=', id),
  );
  return {
    *removeExpired({ now, deliveriesBefore, filesBefore, limit }): Operation<Written<boolean>> {
      const keys = yield* rows(findKeys({ now, limit }));
      const deliveries = yield* rows(findDeliveries({ before: deliveriesBefore, limit }));
      const files = yield* rows(findFiles({ before: filesBefore, limit }));
      const removals = [
        ...keys.map(({ tenant_id: tenantId, scope, idempotency_key: key }) =>
          removeKey({ tenantId, scope, key, now }),
        ),
        ...deliveries.map(({ tenant_id: tenantId, id }) => removeDelivery({ tenantId, id })),
        ...files.map(({ tenant_id: tenantId, id }) => removeFile({ tenantId, id })),
      ];
      if (removals.length > 0) yield removals;
      return { result: [keys, deliveries, files].every(({ length }) => length < limit) };
    },
  };
}
