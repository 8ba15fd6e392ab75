import { sql, type Compilable, type SelectQueryBuilder } from 'kysely';
import { parseApproval } from '../approval-rows.ts';
import type { Builder, Dialect } from '../dialect.ts';
import type { Reads } from '../engine.ts';
import type { FleetMark, FleetQuery, FleetRecord } from '../fleet.ts';
import { parseFleetMark, parseFleetRow, PROMPT_JSON, type FleetRow } from '../fleet-rows.ts';
import type { Operation } from '../operation.ts';
import type { ApprovalRecord } from '../records.ts';
import { statement, type Query } from '../statement.ts';
import type { SessionTable, Tables } from '../tables.ts';
import { chunks } from './appends.ts';

/** The event that a request is tried again is shorter; most events need not be read for it. */
const RETRY_JSON = 4096;

/** Nothing is under way: no call of theirs waits. */
const AT_REST = new Set(['new', 'completed', 'failed', 'cancelled']);

type Sessions = SelectQueryBuilder<Tables, 'sessions', SessionTable>;
interface Page {
  tenantId: string;
  limit: number;
  beyond?: string | undefined;
  state?: string | undefined;
}
interface Some {
  tenantId: string;
  ids: string[];
}

/** Reading many sessions for a table of them: a page costs a few statements, however many sessions it has. */
export function createFleetReads(
  dialect: Dialect,
): Pick<Reads, 'readFleet' | 'readFleetMarks' | 'readOpenApprovals'> {
  const { db } = dialect;
  const fleet = createSelection((filter) => selectFleet(dialect, filter));
  const marks = createSelection((filter) => selectMarks(db, filter));
  const openCalls = statement(({ tenantId, ids }: Some) =>
    selectOpen(db, tenantId, ids).select(['id', 'session_id', 'kind', 'name', 'created_at']),
  );
  const openApprovals = statement(({ tenantId, ids }: Some) => selectOpen(db, tenantId, ids).selectAll());
  const lastEvents = statement(({ tenantId, ids }: Some) =>
    db
      .selectFrom('session_heads as head')
      .innerJoin('events as event', (join) =>
        join
          .onRef('event.tenant_id', '=', 'head.tenant_id')
          .onRef('event.session_id', '=', 'head.session_id')
          .onRef('event.seq', '=', 'head.last_seq'),
      )
      .select(['event.session_id', 'event.created_at', 'event.payload'])
      .where('head.tenant_id', '=', tenantId)
      .where('head.session_id', 'in', ids)
      .where(({ fn }) => fn<number>('length', ['event.payload']), '<', RETRY_JSON),
  );

  return {
    *readFleet(tenantId: string, query: FleetQuery): Operation<FleetRecord[]> {
      const found = yield* all(fleet(tenantId, query));
      const busy = found.filter(({ state }) => !AT_REST.has(state)).map(({ id }) => id);
      const running = found.filter(({ state }) => state === 'running').map(({ id }) => id);
      // After the rows: what is newer than its row changes the row too, and it is read again.
      const calls = group(yield* all(chunks(busy).map((ids) => openCalls({ tenantId, ids }))));
      const last = group(yield* all(chunks(running).map((ids) => lastEvents({ tenantId, ids }))));
      return found.map((row) => parseFleetRow(row, calls.get(row.id) ?? [], last.get(row.id)?.[0]));
    },
    *readFleetMarks(tenantId: string, query: FleetQuery): Operation<FleetMark[]> {
      return (yield* all(marks(tenantId, query))).map(parseFleetMark);
    },
    *readOpenApprovals(tenantId: string, sessionIds: readonly string[]): Operation<ApprovalRecord[]> {
      const queries = chunks([...sessionIds].toSorted()).map((ids) => openApprovals({ tenantId, ids }));
      return (yield* all(queries)).map(parseApproval);
    },
  };
}

/** The queries that read the sessions that are asked for. */
function createSelection<Row>(
  select: (filter: (sessions: Sessions) => Sessions) => Compilable<Row>,
): (tenantId: string, query: FleetQuery) => Query<Row>[] {
  const some = statement(({ tenantId, ids }: Some) =>
    select((sessions) =>
      sessions.where('tenant_id', '=', tenantId).where('id', 'in', ids).where('state', '!=', 'deleting'),
    ),
  );
  const page = statement(({ tenantId, limit, beyond, state }: Page) =>
    select((sessions) => {
      let query = sessions
        .where('tenant_id', '=', tenantId)
        .where('state', '!=', 'deleting')
        .orderBy('id', 'desc')
        .limit(limit);
      if (beyond !== undefined) query = query.where('id', '<', beyond);
      if (state !== undefined) query = query.where('state', '=', state);
      return query;
    }),
  );
  return (tenantId, query) =>
    'ids' in query
      ? chunks([...query.ids]).map((ids) => some({ tenantId, ids }))
      : [page({ tenantId, limit: query.limit, beyond: query.beyond, state: query.state })];
}

function selectFleet(
  { db, jsonAt }: Dialect,
  filter: (sessions: Sessions) => Sessions,
): Compilable<FleetRow> {
  return withHeads(db, filter)
    .leftJoin('runs as latest', (join) =>
      join
        .onRef('latest.tenant_id', '=', 'head.tenant_id')
        .onRef('latest.session_id', '=', 'head.session_id')
        .onRef('latest.ordinal', '=', 'head.last_ordinal'),
    )
    .leftJoin('runs as first', (join) =>
      join
        .onRef('first.tenant_id', '=', 'head.tenant_id')
        .onRef('first.session_id', '=', 'head.session_id')
        .on('first.ordinal', '=', 0),
    )
    .select([
      'session.id',
      'session.origin',
      'session.state',
      'session.title',
      'session.metadata',
      'session.workspace_kind',
      'session.workspace_ref',
      'session.total_cost_usd',
      'session.budget',
      'session.created_at',
      'session.updated_at',
      'session.ended_at',
      'session.archived_at',
      'session.agent_id',
      'session.agent_version',
      'head.version',
      'head.waits_for',
      'head.usage',
      'head.last_event_us',
      'head.message_count',
      'latest.started_at as run_started_at',
      'latest.failure as run_failure',
    ])
    .select(({ fn, lit }) => [
      jsonAt('session.agent', ['name']).as('agent_name'),
      jsonAt('session.agent', ['model', 'id']).as('agent_model'),
      jsonAt('latest.options', ['model']).as('run_model'),
      fn<string | null>('substr', ['first.prompt', lit(1), lit(PROMPT_JSON)]).as('prompt_start'),
    ])
    .orderBy('session.id', 'desc');
}

function selectMarks(
  db: Builder,
  filter: (sessions: Sessions) => Sessions,
): Compilable<Pick<FleetRow, 'id' | 'version' | 'waits_for'>> {
  return withHeads(db, filter)
    .select(['session.id', 'head.version', 'head.waits_for'])
    .orderBy('session.id', 'desc');
}

/** As in views.ts, the sessions are picked first: then no planner joins more rows than are asked for. */
function withHeads(db: Builder, filter: (sessions: Sessions) => Sessions) {
  return db
    .selectFrom(filter(db.selectFrom('sessions').selectAll('sessions')).as('session'))
    .innerJoin('session_heads as head', (join) =>
      join.onRef('head.tenant_id', '=', 'session.tenant_id').onRef('head.session_id', '=', 'session.id'),
    );
}

function selectOpen(db: Builder, tenantId: string, ids: string[]) {
  return (
    db
      .selectFrom('approvals')
      .where('tenant_id', '=', tenantId)
      .where('session_id', 'in', ids)
      // Written out, as the index on open ones has it.
      .where('state', '=', sql.lit('open'))
      .orderBy('session_id')
      .orderBy('id')
  );
}

/** Runs queries that do not depend on each other; their rows, one after the other. */
function* all<Row>(queries: Query<Row>[]): Operation<Row[]> {
  return queries.length === 0 ? [] : parseAll<Row>(yield queries);
}

function parseAll<Row>(results: unknown[][]): Row[] {
  return results.flat() as Row[];
}

function group<Row extends { session_id: string }>(rows: readonly Row[]): Map<string, Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const own = groups.get(row.session_id);
    if (own) own.push(row);
    else groups.set(row.session_id, [row]);
  }
  return groups;
}
