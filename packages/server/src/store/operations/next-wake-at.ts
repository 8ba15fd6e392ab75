import type { Dialect } from '../dialect.ts';
import type { Reads } from '../engine.ts';
import { firstRow, type Operation } from '../operation.ts';
import { statement } from '../statement.ts';

/** When something becomes claimable by the mere passing of time: a `wakeAt`, or the end of a lease whose holder is gone. */
export function createNextWakeAt({ db }: Dialect): Reads['nextWakeAt'] {
  const nextWake = statement(({ needsSlot, now }: { needsSlot: number; now: number }) =>
    db
      .selectFrom('session_heads')
      .select(({ fn }) => fn.min('wake_at').as('at'))
      .where('needs_slot', '=', needsSlot)
      .where('wake_at', '>', now),
  );
  const nextLeaseEnd = statement(({ now }: { now: number }) =>
    db
      .selectFrom('session_heads')
      .select(({ fn }) => fn.min('lease_until').as('at'))
      .where('lease_until', '>', now)
      .where('wake_at', 'is not', null),
  );

  return function* nextWakeAt(now: number): Operation<number | undefined> {
    const times = [
      yield* firstRow(nextWake({ needsSlot: 0, now })),
      yield* firstRow(nextWake({ needsSlot: 1, now })),
      yield* firstRow(nextLeaseEnd({ now })),
    ];
    const known = times.flatMap((row) => row?.at ?? []);
    return known.length > 0 ? Math.min(...known) : undefined;
  };
}
