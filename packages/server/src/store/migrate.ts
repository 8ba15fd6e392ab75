import type { Clock } from '../lib/clock.ts';
import type { Log } from '../log.ts';
import type { Dialect } from './dialect.ts';
import { init } from './migrations/0001-init.ts';
import { recovery } from './migrations/0002-recovery.ts';
import { runPlaces } from './migrations/0003-run-places.ts';
import { webhooks } from './migrations/0004-webhooks.ts';
import { bounds } from './migrations/0005-bounds.ts';
import { nodes } from './migrations/0006-nodes.ts';
import { managedAgents } from './migrations/0007-managed-agents.ts';
import { agentLists } from './migrations/0008-agent-lists.ts';
import { sessionLists } from './migrations/0009-session-lists.ts';
import { fileStamps } from './migrations/0010-file-stamps.ts';
import { openApprovals } from './migrations/0011-open-approvals.ts';
import { usageByDay } from './migrations/0012-usage-by-day.ts';
import { forks } from './migrations/0013-forks.ts';
import { firstRow, rows, type Operation } from './operation.ts';
import type { Query } from './statement.ts';
import { StoreRefusedError } from './store.ts';

/**
 * One step of the schema. Once released it never changes; what is to be different comes as a new one. The release
 * before must be able to work with what it makes (docs/design/store.md).
 */
export interface Migration {
  version: number;
  name: string;
  /** A table that the database goes through row by row: the step takes the longer, the larger that is. */
  walks?: string;
  statements(dialect: Dialect): string[];
}

/** In order. Numbers may be missing: there are branches that were never released. */
export const MIGRATIONS: readonly Migration[] = [
  init,
  recovery,
  runPlaces,
  webhooks,
  bounds,
  nodes,
  managedAgents,
  agentLists,
  sessionLists,
  fileStamps,
  openApprovals,
  usageByDay,
  forks,
];

/** Runs an operation in a transaction of its own; begins it again when it has to be tried again. */
export type Transact = <Result>(begin: () => Operation<Result>) => Promise<Result>;

/**
 * Brings the schema to this program's version, step by step, each in a transaction of its own: what is done stays done
 * when a later one fails. Throws StoreRefusedError when the schema is newer than the program. The caller sees to it
 * that nobody else migrates meanwhile.
 */
export async function migrate(
  dialect: Dialect,
  transact: Transact,
  { clock, log }: { clock: Clock; log: Log },
  migrations = MIGRATIONS,
): Promise<void> {
  const applied = await transact(() => readApplied(dialect));
  refuseUnknown(applied, migrations);
  const missing = migrations.filter(({ version }) => !applied.has(version));
  // Nobody waits for an empty database.
  const level = applied.size === 0 ? 'debug' : 'info';
  for (const [index, migration] of missing.entries()) {
    const { version, name, walks } = migration;
    const size = walks === undefined ? {} : { rows: await transact(() => countRows(walks)) };
    const step = `${index + 1} of ${missing.length}: ${version}-${name}`;
    log[level]({ version, ...size }, `Changing the database, step ${step}. Do not stop the server.`);
    const begunAt = clock.monotonic();
    await transact(() => apply(dialect, migration, clock.now()));
    const durationMs = Math.round(clock.monotonic() - begunAt);
    log[level]({ version, durationMs }, `Changed the database, step ${step}.`);
  }
}

function* readApplied({ types: { integer, text } }: Dialect): Operation<Set<number>> {
  yield [
    sql(
      `create table if not exists schema_migrations (
        version ${integer} not null primary key, name ${text} not null, applied_at ${integer} not null)`,
    ),
  ];
  const select: Query<{ version: number }> = sql('select version from schema_migrations');
  return new Set((yield* rows(select)).map(({ version }) => version));
}

function refuseUnknown(applied: Set<number>, migrations: readonly Migration[]): void {
  const known = migrations.map(({ version }) => version);
  const unknown = [...applied].filter((version) => !known.includes(version));
  if (unknown.length === 0) return;
  throw new StoreRefusedError(
    `The database has schema version ${Math.max(...unknown)}, but this release of Bullpen knows versions up to ${Math.max(...known)} only. ` +
      'Start a newer release, or use another database.',
  );
}

function* countRows(table: string): Operation<number> {
  const count: Query<{ rows: number }> = sql(`select count(*) as rows from ${table}`);
  return (yield* firstRow(count))?.rows ?? 0;
}

function* apply(dialect: Dialect, { version, name, statements }: Migration, now: number): Operation<void> {
  for (const statement of statements(dialect)) yield [sql(statement)];
  yield [
    sql(`insert into schema_migrations (version, name, applied_at) values (${version}, '${name}', ${now})`),
  ];
}

function sql(text: string): Query<never> {
  return { name: '', sql: text, values: [] };
}
