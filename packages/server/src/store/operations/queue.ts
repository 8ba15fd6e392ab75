import { sql } from 'kysely';
import type { Dialect } from '../dialect.ts';
import type { Reads } from '../engine.ts';
import { firstRow, type Operation } from '../operation.ts';
import { statement } from '../statement.ts';
import type { QueueLength, QueueQuery } from '../bounds.ts';

/** How long the queue is. Both counts stop at a limit, so the cost does not grow with the number of sessions. */
export function createQueueReads({ db, now: timeOf }: Dialect): Pick<Reads, 'readQueue'> {
  const count = sql<number>`count(*)`.as('sessions');
  const waiting = statement(({ now, limit }: { now: number; limit: number }) =>
    db
      .selectFrom(
        db
          .selectFrom('session_heads')
          .select('session_id')
          .where('needs_slot', '=', 1)
          .where('wake_at', 'is not', null)
          .where((condition) =>
            condition.or([condition('lease_until', 'is', null), condition('lease_until', '<=', timeOf(now))]),
          )
          .limit(limit)
          .as('head'),
      )
      .select(count),
  );
  const leased = statement(({ now, limit }: { now: number; limit: number }) =>
    db
      .selectFrom(
        db
          .selectFrom('session_heads')
          .select('session_id')
          .where('lease_until', '>', timeOf(now))
          .where('needs_slot', '=', 1)
          .limit(limit)
          .as('head'),
      )
      .select(count),
  );

  return {
    *readQueue({ maxWaiting, maxLeased }: QueueQuery, now: number): Operation<QueueLength> {
      const waits = yield* firstRow(waiting({ now, limit: maxWaiting }));
      const runs = yield* firstRow(leased({ now, limit: maxLeased }));
      return { waiting: waits?.sessions ?? 0, leased: runs?.sessions ?? 0 };
    },
  };
}
