import type { Dialect } from '../dialect.ts';
import type { Reads, Writes } from '../engine.ts';
import { rows, type Operation, type Written } from '../operation.ts';
import type { NodeRecord, SeenNode } from '../records.ts';
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

/** More than any cluster has. */
const LISTED_LIMIT = 1000;

export function createNodeReads({ db, now: timeOf }: Dialect): Pick<Reads, 'listNodes'> {
  const select = statement(({ withinMs, now }: { withinMs: number; now: number }) =>
    db
      .selectFrom('nodes')
      .selectAll()
      .where((column) => column('seen_at', '>', column(timeOf(now), '-', withinMs)))
      .orderBy('seen_at', 'desc')
      .limit(LISTED_LIMIT),
  );
  return {
    *listNodes(withinMs: number, now: number): Operation<SeenNode[]> {
      return (yield* rows(select({ withinMs, now }))).map(({ id, name, seen_at: seenAt }) => ({
        id,
        name,
        seenAt,
      }));
    },
  };
}
