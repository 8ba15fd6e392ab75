import type { SelectQueryBuilder } from 'kysely';
import type { SessionState } from '../../domain/session-state.ts';
import type { Dialect } from '../dialect.ts';
import { labelOf } from '../labels.ts';
import { rows, type Operation } from '../operation.ts';
import type { SessionWalk } from '../session-walk.ts';
import { statement, type Query } from '../statement.ts';
import type { Tables } from '../tables.ts';

/** What decides whether a session is listed. */
export interface Candidate {
  id: string;
  state: string;
  archived_at: number | null;
  agent_id: string | null;
  agent_version: number | null;
  /** How many of the labels it has that were asked for; null: none were. */
  labels: number | null;
}

/** Ids less than `bound`, highest first, or all others, lowest first: one bound, as with two SQLite takes another index. */
export interface Window {
  bound: string;
  limit: number;
}

export type Source = (window: Window) => Operation<Candidate[]>;

interface Args extends Window {
  tenantId: string;
  agentId?: string | undefined;
  state?: string | undefined;
  labels?: string[] | undefined;
}

type Sessions = SelectQueryBuilder<Tables, 'sessions', object>;

/** Few sessions are in one of these, so its index is short, however many sessions there are. */
const BUSY = new Set<SessionState>(['queued', 'running', 'waiting', 'rescheduling']);

/** The ways to read sessions by an index of theirs, in the order of their ids, down or up. */
export function createWalkSources(
  dialect: Dialect,
): (tenantId: string, walk: SessionWalk, isDown: boolean) => Source {
  const down = createQueries(dialect, 'desc');
  const up = createQueries(dialect, 'asc');

  return (tenantId, walk, isDown) => {
    const { agentId, states, archived, metadata = [] } = walk;
    const queries = isDown ? down : up;
    const read =
      (query: (args: Args) => Query<Candidate>, args: Partial<Args> = {}): Source =>
      (window) =>
        rows(query({ ...window, ...args, tenantId }));
    if (metadata.length > 0) return read(queries.labels, { labels: [...new Set(metadata.map(labelOf))] });
    if (agentId != null) return read(archived ? queries.agent : queries.openOfAgent, { agentId });
    if (archived) return read(states?.length === 0 ? queries.archived : queries.all);
    if (states?.every((state) => BUSY.has(state)))
      return merged(
        [...new Set(states)].map((state) => read(queries.state, { state })),
        isDown,
      );
    return read(queries.open);
  };
}

/** Several sources as one. */
function merged(sources: Source[], isDown: boolean): Source {
  return function* read(window) {
    const found: Candidate[] = [];
    for (const source of sources) found.push(...(yield* source(window)));
    found.sort((a, b) => (a.id < b.id === isDown ? 1 : -1));
    return found.slice(0, window.limit);
  };
}

function createQueries({ db }: Dialect, direction: 'asc' | 'desc') {
  const beyond = direction === 'desc' ? '<' : '>=';
  const query = (isOpen: boolean, narrow: (sessions: Sessions, args: Args) => Sessions) =>
    statement((args: Args) =>
      narrow(db.selectFrom('sessions'), args)
        .where('tenant_id', '=', args.tenantId)
        .where('id', beyond, args.bound)
        .orderBy('id', direction)
        .limit(args.limit)
        .select(['id', 'state', 'agent_id', 'agent_version'])
        .select(({ ref, lit }) => [
          // Not read where it is known: it stands behind large values in the row.
          (isOpen ? lit(null) : ref('archived_at')).as('archived_at'),
          lit(null).as('labels'),
        ]),
    );
  const labels = statement(({ labels: asked = [], ...args }: Args) =>
    db
      .selectFrom(
        db
          .selectFrom('session_labels')
          .select('session_id')
          .where('tenant_id', '=', args.tenantId)
          .where('label', '=', asked[0] ?? '')
          .where('session_id', beyond, args.bound)
          .orderBy('session_id', direction)
          .limit(args.limit)
          .as('labelled'),
      )
      .innerJoin('sessions', 'sessions.id', 'labelled.session_id')
      .where('sessions.tenant_id', '=', args.tenantId)
      .orderBy('sessions.id', direction)
      .select(['id', 'state', 'archived_at', 'agent_id', 'agent_version'])
      .select((session) =>
        asked.length === 1
          ? session.lit(1).as('labels')
          : session
              .selectFrom('session_labels as one')
              .select(({ fn }) => fn.countAll().as('count'))
              .where('one.tenant_id', '=', args.tenantId)
              .whereRef('one.session_id', '=', 'sessions.id')
              .where('one.label', 'in', asked)
              .$castTo<number>()
              .as('labels'),
      ),
  );
  return {
    labels,
    all: query(false, (sessions) => sessions),
    open: query(true, (sessions) => sessions.where('archived_at', 'is', null)),
    archived: query(false, (sessions) => sessions.where('archived_at', 'is not', null)),
    agent: query(false, (sessions, args) => sessions.where('agent_id', '=', args.agentId ?? '')),
    openOfAgent: query(true, (sessions, args) =>
      sessions.where('agent_id', '=', args.agentId ?? '').where('archived_at', 'is', null),
    ),
    state: query(false, (sessions, args) => sessions.where('state', '=', args.state ?? '')),
  };
}
