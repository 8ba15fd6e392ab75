import type { Dialect } from '../dialect.ts';
import type { Writes } from '../engine.ts';
import { rows, type Operation, type Written } from '../operation.ts';
import type { NodeRecord } from '../records.ts';
import { statement } from '../statement.ts';

/** So many sessions go on per beat of a node that was away; the next beat brings the next ones. */
const WAKE_LIMIT = 1000;

/** A node's sign of life, which also wakes the sessions that waited for it. */
export function createNodeWrites({ db, rowLocks, now: timeOf }: Dialect): Pick<Writes, 'beat'> {
  const noteNode = statement(({ id, name, now }: NodeRecord & { now: number }) =>
    db
      .insertInto('nodes')
      .values({ id, name, seen_at: timeOf(now) })
      .onConflict((conflict) => conflict.column('id').doUpdateSet({ name, seen_at: timeOf(now) })),
  );
  const findWaiting = statement(({ id, limit }: { id: string; limit: number }) =>
    db
      .selectFrom('session_heads')
      .select(['tenant_id', 'session_id'])
      .where('waits_for', '=', id)
      .limit(limit)
      .$if(rowLocks, (query) => query.forUpdate().skipLocked()),
  );
  const wake = statement(
    ({ tenantId, sessionId, now }: { tenantId: string; sessionId: string; now: number }) =>
      db
        .updateTable('session_heads')
        .set({ waits_for: null, wake_at: timeOf(now) })
        .where('tenant_id', '=', tenantId)
        .where('session_id', '=', sessionId),
  );

  return {
    *beat(node: NodeRecord, now: number): Operation<Written<void>> {
      yield [noteNode({ ...node, now })];
      const waiting = yield* rows(findWaiting({ id: node.id, limit: WAKE_LIMIT }));
      yield waiting.map(({ tenant_id: tenantId, session_id: sessionId }) =>
        wake({ tenantId, sessionId, now }),
      );
      return {
        result: undefined,
        sessions: waiting.map(({ session_id: sessionId }) => sessionId),
        work: waiting.length > 0,
      };
    },
  };
}
