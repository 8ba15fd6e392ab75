import type { Dialect } from './dialect.ts';
import { init } from './migrations/0001-init.ts';
import { recovery } from './migrations/0002-recovery.ts';
import { runPlaces } from './migrations/0003-run-places.ts';
import { webhooks } from './migrations/0004-webhooks.ts';
import { bounds } from './migrations/0005-bounds.ts';
import { firstRow, type Operation } from './operation.ts';
import type { Query } from './statement.ts';
import { StoreRefusedError } from './store.ts';

/** One step of the schema. Once released it never changes; what is to be different comes as a new one. */
interface Migration {
  version: number;
  name: string;
  statements(dialect: Dialect): string[];
}

const MIGRATIONS: Migration[] = [init, recovery, runPlaces, webhooks, bounds];

/**
 * Brings the schema to this program's version; throws StoreRefusedError when it is newer. Run it in a
 * transaction that excludes every other migration.
 */
export function* migrate(dialect: Dialect, now: number): Operation<void> {
  const { integer, text } = dialect.types;
  yield [
    sql(
      `create table if not exists schema_migrations (
        version ${integer} not null primary key, name ${text} not null, applied_at ${integer} not null)`,
    ),
  ];
  const latest: Query<{ version: number | null }> = sql(
    'select max(version) as version from schema_migrations',
  );
  const present = (yield* firstRow(latest))?.version ?? 0;
  const newest = Math.max(...MIGRATIONS.map(({ version }) => version));
  if (present > newest) {
    throw new StoreRefusedError(
      `The database has schema version ${present}, but this release of Bullpen knows versions up to ${newest} only. ` +
        'Start a newer release, or use another database.',
    );
  }
  for (const { version, name, statements } of MIGRATIONS.filter((migration) => migration.version > present)) {
    for (const statement of statements(dialect)) yield [sql(statement)];
    yield [
      sql(`insert into schema_migrations (version, name, applied_at) values (${version}, '${name}', ${now})`),
    ];
  }
}

function sql(text: string): Query<never> {
  return { name: '', sql: text, values: [] };
}
