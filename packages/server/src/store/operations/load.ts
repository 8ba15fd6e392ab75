import { SESSION_STATES, type SessionState } from '../../domain/session-state.ts';
import type { Dialect } from '../dialect.ts';
import type { Reads } from '../engine.ts';
import { firstRow, type Operation } from '../operation.ts';
import { statement } from '../statement.ts';
import { MAX_COUNT, type Load } from '../bounds.ts';

/** The others only ever grow in number, and counting a million takes a while. */
const COUNTED = SESSION_STATES.filter(
  (state) => !['new', 'completed', 'failed', 'cancelled'].includes(state),
);

/**
 * How much there is to do, over all tenants. Each number comes from an index, and counting stops at MAX_COUNT, so
 * this costs the same however many sessions there are.
 */
export function createLoadRead({ db, now: timeOf }: Dialect): Pick<Reads, 'readLoad'> {
  const tenants = db.selectFrom('tenants').select('id');
  const countSessions = statement(({ state }: { state: SessionState }) =>
    db
      .selectFrom(
        db
          .selectFrom('sessions')
          .select('id')
          .where('tenant_id', 'in', tenants)
          .where('state', '=', state)
          .limit(MAX_COUNT)
          .as('counted'),
      )
      .select(({ fn }) => fn.countAll<number>().as('count')),
  );
  const countApprovals = statement((_: null) =>
    db
      .selectFrom(
        db
          .selectFrom('approvals')
          .select('id')
          .where('tenant_id', 'in', tenants)
          .where('state', '=', 'open')
          .limit(MAX_COUNT)
          .as('counted'),
      )
      .select(({ fn }) => fn.countAll<number>().as('count')),
  );
  const findOldest = statement(({ now }: { now: number }) =>
    db
      .selectFrom('session_heads')
      .select((heads) => heads(timeOf(now), '-', heads.ref('wake_at')).as('waited_ms'))
      .where('needs_slot', '=', 1)
      .where('wake_at', '<=', timeOf(now))
      .where((condition) =>
        condition.or([condition('lease_until', 'is', null), condition('lease_until', '<=', timeOf(now))]),
      )
      .orderBy('wake_at')
      .limit(1),
  );

  return {
    *readLoad(now: number): Operation<Load> {
      const sessions: Load['sessions'] = {};
      for (const state of COUNTED) {
        sessions[state] = (yield* firstRow(countSessions({ state })))?.count ?? 0;
      }
      return {
        sessions,
        longestWaitMs: (yield* firstRow(findOldest({ now })))?.waited_ms ?? null,
        openApprovals: (yield* firstRow(countApprovals(null)))?.count ?? 0,
      };
    },
  };
}
