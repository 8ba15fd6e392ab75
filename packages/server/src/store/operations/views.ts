import type { Compilable, SelectQueryBuilder } from 'kysely';
import type { Builder } from '../dialect.ts';
import type { ViewRow } from '../rows.ts';
import type { SessionTable, Tables } from '../tables.ts';

const RUN_COLUMNS = [
  'latest.id as run_id',
  'latest.ordinal as run_ordinal',
  'latest.state as run_state',
  'latest.prompt as run_prompt',
  'latest.options as run_options',
  'latest.failure as run_failure',
  'latest.result as run_result',
  'latest.model_usage as run_model_usage',
  'latest.cost_usd as run_cost_usd',
  'latest.created_at as run_created_at',
  'latest.started_at as run_started_at',
  'latest.ended_at as run_ended_at',
  'latest.attempts as run_attempts',
  'latest.first_seq as run_first_seq',
] as const;

const HEAD_COLUMNS = [
  'head.version',
  'head.last_seq',
  'head.message_count',
  'head.open_inputs',
  'head.wake_at',
  'head.needs_slot',
  'head.lease_owner',
  'head.lease_until',
  'head.lease_epoch',
  'head.log_bytes',
  'head.transcript_removed_at',
  'head.workspace_removed_at',
  'head.usage',
  'head.sent',
] as const;

type Sessions = SelectQueryBuilder<Tables, 'sessions', SessionTable>;

/**
 * The sessions that `filter` picks, each with its head and its latest run: what `parseView` of rows.ts takes.
 * They are picked first, limit and all: then no planner, however little it knows, joins more rows than are asked for.
 */
export function selectViews(db: Builder, filter: (sessions: Sessions) => Sessions): Compilable<ViewRow> {
  return db
    .selectFrom(filter(db.selectFrom('sessions').selectAll('sessions')).as('session'))
    .innerJoin('session_heads as head', (join) =>
      join.onRef('head.tenant_id', '=', 'session.tenant_id').onRef('head.session_id', '=', 'session.id'),
    )
    .leftJoin('runs as latest', (join) =>
      join
        .onRef('latest.tenant_id', '=', 'head.tenant_id')
        .onRef('latest.session_id', '=', 'head.session_id')
        .onRef('latest.ordinal', '=', 'head.last_ordinal'),
    )
    .selectAll('session')
    .select(HEAD_COLUMNS)
    .select(RUN_COLUMNS);
}
