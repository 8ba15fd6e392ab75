import type { Expression, ExpressionBuilder, SqlBool } from 'kysely';
import { SECOND } from '../../lib/duration.ts';
import type { Dialect } from '../dialect.ts';
import { firstRow, type Operation } from '../operation.ts';
import type { NodeRecord } from '../records.ts';
import { statement, type Query } from '../statement.ts';
import type { ClaimRequest } from '../store.ts';
import type { Tables } from '../tables.ts';

/** A node that gave no sign of life for so long is away. It gives one every few seconds, and leases are shorter. */
const AWAY_MS = 10 * SECOND;
/** So long a session whose files are shared is left to the node that did its last run: its process may be warm there. */
const HAND_OVER_MS = 200;

type Place = NonNullable<ClaimRequest['place']>;
interface Search {
  nodeId: string;
  /** Absent: the files of a session are on its home node alone. */
  handOverMs?: number;
}

/** On which node a session may be worked on. */
interface Placement {
  toSearch(place: Place): Search;
  /** The condition of a claim: a session that has no home, is at home here, or has its home on a node that is away. */
  allows(heads: ExpressionBuilder<Tables, 'session_heads'>, now: number, search: Search): Expression<SqlBool>;
  /** A session without a home is at home where it is claimed first; one whose files are shared, where it was claimed last. */
  moveHome(key: { tenantId: string; sessionId: string }, place: Place): Query;
  /** The node that has the files of a session which was claimed elsewhere. */
  findAwayHome(homeNode: string | null, nodeId: string): Operation<NodeRecord | undefined>;
}

export function createPlacement({ db, now: timeOf }: Dialect): Placement {
  const moveHome = statement(
    ({ tenantId, sessionId, to, from }: { tenantId: string; sessionId: string; to: string; from?: 'any' }) =>
      db
        .updateTable('sessions')
        .set({ home_node: to })
        .where('tenant_id', '=', tenantId)
        .where('id', '=', sessionId)
        .where((session) =>
          session.or([
            session('home_node', 'is', null),
            ...(from === undefined ? [] : [session('home_node', '!=', to)]),
          ]),
        ),
  );
  const readNode = statement((id: string) =>
    db.selectFrom('nodes').select(['id', 'name']).where('id', '=', id),
  );

  return {
    toSearch: ({ nodeId, filesAreShared }: Place) => ({
      nodeId,
      ...(filesAreShared && { handOverMs: HAND_OVER_MS }),
    }),

    allows(heads, now, { nodeId, handOverMs }) {
      // With an aggregate, because planners turn any other subquery into a join, of more rows than are asked for.
      const suitable = heads
        .selectFrom('sessions')
        .leftJoin('nodes', 'nodes.id', 'sessions.home_node')
        .select(({ fn }) => fn.countAll().as('rows'))
        .whereRef('sessions.tenant_id', '=', 'session_heads.tenant_id')
        .whereRef('sessions.id', '=', 'session_heads.session_id')
        .where((session) =>
          session.or([
            session('sessions.home_node', 'is', null),
            session('sessions.home_node', '=', nodeId),
            session('nodes.seen_at', 'is', null),
            session('nodes.seen_at', '<=', session(timeOf(now), '-', AWAY_MS)),
            ...(handOverMs === undefined
              ? []
              : [session('session_heads.wake_at', '<=', session(timeOf(now), '-', handOverMs))]),
          ]),
        );
      return heads(suitable, '=', 1);
    },

    moveHome(key, { nodeId, filesAreShared }) {
      return moveHome({ ...key, to: nodeId, ...(filesAreShared && { from: 'any' as const }) });
    },

    *findAwayHome(homeNode, nodeId) {
      if (homeNode === null || homeNode === nodeId) return undefined;
      return (yield* firstRow(readNode(homeNode))) ?? { id: homeNode, name: homeNode };
    },
  };
}
