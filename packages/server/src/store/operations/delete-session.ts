import type { Dialect } from '../dialect.ts';
import type { Writes } from '../engine.ts';
import { firstRow, type Operation, type Written } from '../operation.ts';
import { statement } from '../statement.ts';

interface SessionKey {
  tenantId: string;
  sessionId: string;
}

const TABLES = [
  'inputs',
  'events',
  'runs',
  'transcripts',
  'usage',
  'approvals',
  'session_resources',
  'session_labels',
  'session_costs',
  'files',
  'session_heads',
] as const;

/** Removes every row of a session, for the holder of its lease. */
export function createSessionDeletion({ db, rowLocks }: Dialect): Writes['deleteSession'] {
  const readLease = statement(({ tenantId, sessionId }: SessionKey) =>
    db
      .selectFrom('session_heads')
      .select(['lease_owner', 'lease_epoch'])
      .where('tenant_id', '=', tenantId)
      .where('session_id', '=', sessionId)
      .$if(rowLocks, (query) => query.forUpdate()),
  );
  const deleteSessionRow = statement(({ tenantId, sessionId }: SessionKey) =>
    db.deleteFrom('sessions').where('tenant_id', '=', tenantId).where('id', '=', sessionId),
  );
  const deleteDeliveries = statement(({ tenantId, sessionId }: SessionKey) =>
    db
      .deleteFrom('webhook_deliveries')
      .where('tenant_id', '=', tenantId)
      .where('session_id', '=', sessionId)
      // What has not arrived yet is still sent.
      .where('next_attempt_at', 'is', null),
  );
  const deletions = TABLES.map((table) =>
    statement(({ tenantId, sessionId }: SessionKey) =>
      db.deleteFrom(table).where('tenant_id', '=', tenantId).where('session_id', '=', sessionId),
    ),
  );

  return function* deleteSession(
    tenantId: string,
    sessionId: string,
    epoch: number,
  ): Operation<Written<boolean>> {
    const key = { tenantId, sessionId };
    const lease = yield* firstRow(readLease(key));
    if (lease === undefined || lease.lease_owner === null || lease.lease_epoch !== epoch)
      return { result: false };
    yield [...deletions.map((deletion) => deletion(key)), deleteDeliveries(key), deleteSessionRow(key)];
    return { result: true, session: sessionId };
  };
}
