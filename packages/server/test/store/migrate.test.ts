import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, describe, expect, it } from 'vitest';
import { systemClock as clock } from '#src/lib/clock.ts';
import { createLog } from '#src/log.ts';
import { postgresDialect, sqliteDialect } from '#src/store/dialect.ts';
import { migrate, MIGRATIONS, type Migration, type Transact } from '#src/store/migrate.ts';
import { run, runSync, type Operation } from '#src/store/operation.ts';
import { connectionConfig, PostgresConnection } from '#src/store/postgres-connection.ts';
import { migratePostgres } from '#src/store/postgres-migrate.ts';
import { loadSqlite, SqliteConnection } from '#src/store/sqlite-driver.ts';
import type { Query } from '#src/store/statement.ts';
import { StoreRefusedError } from '#src/store/store.ts';
import { startPostgres } from '../support/postgres.ts';
import { until } from '../support/until.ts';

interface Line {
  msg: string;
  version?: number;
  rows?: number;
  durationMs?: number;
}

/** A log that is read. */
function createReadLog(): { log: ReturnType<typeof createLog>; lines: Line[] } {
  const lines: Line[] = [];
  const write = (text: string): void => void lines.push(JSON.parse(text) as Line);
  return { log: createLog({ level: 'info', format: 'json' }, { write }), lines };
}

/** An SQLite of a test's own, without a schema. */
async function withSqlite(
  test: (database: {
    transact: Transact;
    query: (sql: string) => Record<string, unknown>[];
  }) => Promise<void>,
): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'bullpen-migrate-'));
  const options = { readOnly: false, busyMs: 0 };
  const connection = new SqliteConnection(await loadSqlite(), join(directory, 'test.sqlite'), options);
  try {
    await test({
      transact: async <Result>(begin: () => Operation<Result>) =>
        connection.transaction(() => runSync(begin(), connection.query)),
      query: (sql) => connection.query({ name: '', sql, values: [] }) as Record<string, unknown>[],
    });
  } finally {
    connection.close();
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Steps that only leave a table behind. */
function step(version: number, change: Partial<Migration> = {}): Migration {
  return {
    version,
    name: `step${version}`,
    statements: () => [`create table t${version} (id integer)`],
    ...change,
  };
}

describe('bringing a schema up to date', () => {
  it('takes the steps that are missing, in order, also one in a gap, and each once', () =>
    withSqlite(async ({ transact, query }) => {
      const { log, lines } = createReadLog();
      await migrate(sqliteDialect, transact, { clock, log }, [step(1), step(2)]);
      await migrate(sqliteDialect, transact, { clock, log }, [step(1), step(2), step(5)]);
      const all = [step(1), step(2), step(3), step(5), step(6)];
      await migrate(sqliteDialect, transact, { clock, log }, all);
      await migrate(sqliteDialect, transact, { clock, log }, all);
      const done = lines.filter(({ msg }) => msg.startsWith('Changed')).map(({ version }) => version);
      expect(done).toEqual([5, 3, 6]);
      expect(query('select count(*) as steps from schema_migrations')).toEqual([{ steps: 5 }]);
    }));

  it('keeps the steps that are done when a later one fails, and nothing of that one', () =>
    withSqlite(async ({ transact, query }) => {
      const { log } = createReadLog();
      const broken = step(3, { statements: () => ['create table half (id integer)', 'no SQL'] });
      const migrating = migrate(sqliteDialect, transact, { clock, log }, [step(1), step(2), broken]);
      await expect(migrating).rejects.toThrow();
      expect(query('select max(version) as newest from schema_migrations')).toEqual([{ newest: 2 }]);
      expect(query("select name from sqlite_master where name = 'half'")).toEqual([]);
    }));

  it('says each step before and after it: which, of how many, how long, and how many rows it goes through', () =>
    withSqlite(async ({ transact, query }) => {
      const { log, lines } = createReadLog();
      await migrate(sqliteDialect, transact, { clock, log }, [step(1)]);
      // An empty database is nothing to wait for.
      expect(lines).toEqual([]);
      query('insert into t1 values (1), (2), (3)');
      const walk = step(2, { walks: 't1', statements: () => ['create index t1_by_id on t1 (id)'] });
      await migrate(sqliteDialect, transact, { clock, log }, [step(1), walk, step(4)]);
      expect(lines).toEqual([
        expect.objectContaining({ msg: expect.stringMatching(/^Changing .*step 1 of 2: 2-step2/), rows: 3 }),
        expect.objectContaining({
          msg: expect.stringMatching(/^Changed .*step 1 of 2/),
          durationMs: expect.any(Number),
        }),
        expect.objectContaining({ msg: expect.stringMatching(/^Changing .*step 2 of 2: 4-step4/) }),
        expect.objectContaining({ msg: expect.stringMatching(/^Changed .*step 2 of 2/) }),
      ]);
    }));

  it('refuses a step that this program does not know, also one in a gap', () =>
    withSqlite(async ({ transact }) => {
      const { log } = createReadLog();
      await migrate(sqliteDialect, transact, { clock, log }, [step(1), step(2)]);
      const migrating = migrate(sqliteDialect, transact, { clock, log }, [step(1), step(3)]);
      await expect(migrating).rejects.toBeInstanceOf(StoreRefusedError);
    }));
});

describe('every step of the schema', () => {
  it('has a number of its own, in order', () => {
    const versions = MIGRATIONS.map(({ version }) => version);
    expect(versions).toEqual([...new Set(versions)].sort((a, b) => a - b));
  });

  it('only adds, so that the release before it can go on working while nodes are replaced one by one', () =>
    withSqlite(async ({ transact, query }) => {
      const { log } = createReadLog();
      const describeSchema = (): Map<string, Record<string, unknown>> =>
        new Map(
          query(
            `select t.name || '.' || c.name as "column", c.type, c."notnull", c.pk, c.dflt_value as fallback
             from sqlite_master t, pragma_table_info(t.name) c where t.type = 'table'`,
          ).map((column) => [String(column['column']), column]),
        );
      const uniqueIndexes = (): unknown[] =>
        query(
          `select t.name as "table", i.name from sqlite_master t, pragma_index_list(t.name) i
           where t.type = 'table' and i."unique" = 1`,
        );
      for (const [index] of MIGRATIONS.entries()) {
        const before = describeSchema();
        const tables = new Set([...before.keys()].map((column) => column.split('.')[0]));
        const unique = uniqueIndexes();
        await migrate(sqliteDialect, transact, { clock, log }, MIGRATIONS.slice(0, index + 1));
        const after = describeSchema();
        for (const [name, column] of before) expect(after.get(name)).toEqual(column);
        // What it writes without knowing a column must be enough, and must not collide.
        for (const [name, column] of after) {
          if (before.has(name) || !tables.has(name.split('.')[0])) continue;
          expect({ name, isOptional: column['notnull'] === 0 || column['fallback'] !== null }).toEqual({
            name,
            isOptional: true,
          });
        }
        expect(uniqueIndexes().filter((found) => tables.has((found as { table: string }).table))).toEqual(
          unique,
        );
      }
    }));
});

/** A database as the release before usage was summed up left it. */
const BEFORE_SUMS = MIGRATIONS.filter(({ version }) => version < 12);
const USED = [
  `insert into sessions (tenant_id, id, origin, state, workspace_kind, workspace_ref, created_at, updated_at, ended_at,
      agent_id, total_cost_usd)
    values ('default', 'a', 'v1', 'failed', 'own', '/', 0, 0, 172800000, 'agent', 1.5),
      ('default', 'b', 'execute', 'running', 'own', '/', 0, 86400000, null, null, 0.5),
      ('default', 'c', 'execute', 'new', 'own', '/', 0, 0, null, null, null)`,
  ...['a', 'a', 'b'].map(
    (session, index) =>
      `insert into usage (tenant_id, session_id, run_id, id, model, status, input_tokens, output_tokens,
        cache_read_input_tokens, cache_creation_input_tokens, cost_usd, started_at, ended_at)
      values ('default', '${session}', 'r', '${index}', 'm', ${index === 0 ? 0 : 200}, 1, 2, 3, 4, 0.5, 86399999, 86400000)`,
  ),
  `insert into runs (tenant_id, session_id, ordinal, id, state, prompt, options, failure, created_at, ended_at)
    values ('default', 'a', 0, 'r', 'failed', '""', '{}', '{"type":"billing","message":"a \\u0000"}', 0, 86400001)`,
];

/** What must have come of it. */
async function expectSums(query: (sql: string) => Promise<unknown[]>): Promise<void> {
  const counts = {
    input_tokens: 1,
    output_tokens: 2,
    cache_read_input_tokens: 3,
    cache_creation_input_tokens: 4,
  };
  const of = { tenant_id: 'default', day: 1 };
  const double = Object.fromEntries(Object.entries(counts).map(([name, value]) => [name, 2 * value]));
  expect(await query('select * from usage_daily order by agent_id')).toEqual([
    { ...of, agent_id: '', model: 'm', writer: 0, requests: 1, failed_requests: 0, ...counts, cost_usd: 0.5 },
    {
      ...of,
      agent_id: 'agent',
      model: 'm',
      writer: 0,
      requests: 2,
      failed_requests: 1,
      ...double,
      cost_usd: 1,
    },
  ]);
  expect(await query('select * from failures_daily')).toEqual([
    { ...of, kind: 'billing', writer: 0, runs: 1 },
  ]);
  expect(await query('select * from session_costs order by session_id')).toEqual([
    { tenant_id: 'default', session_id: 'a', day: 2, cost_usd: 1.5 },
    { tenant_id: 'default', session_id: 'b', day: 1, cost_usd: 0.5 },
  ]);
}

it('what was used before it was summed up by day is part of the sums', () =>
  withSqlite(async ({ transact, query }) => {
    const { log } = createReadLog();
    await migrate(sqliteDialect, transact, { clock, log }, BEFORE_SUMS);
    for (const statement of USED) query(statement);
    await migrate(sqliteDialect, transact, { clock, log });
    await expectSums(async (sql) => query(sql).map((row) => ({ ...row })));
  }));

const started = await startPostgres();
afterAll(() => ('postgres' in started ? started.postgres[Symbol.asyncDispose]() : undefined));

describe('on PostgreSQL', () => {
  it('what was used before it was summed up by day is part of the sums', async ({ skip }) => {
    if ('reason' in started) return skip(`no PostgreSQL runs here: ${started.reason}`);
    const config = connectionConfig(await started.postgres.createDatabase());
    const { log } = createReadLog();
    const connection = await PostgresConnection.open(config);
    const query = (sql: string): Promise<unknown[]> => connection.query({ name: '', sql, values: [] });
    const transact = async <Result>(begin: () => Operation<Result>): Promise<Result> =>
      run(begin(), connection.query);
    await migrate(postgresDialect, transact, { clock, log }, BEFORE_SUMS);
    for (const statement of USED) await query(statement);
    await migratePostgres(config, { clock, log });
    await expectSums(query);
    await connection.close();
  });

  it('a step does not make a serving node wait behind somebody’s long transaction', async ({ skip }) => {
    if ('reason' in started) return skip(`no PostgreSQL runs here: ${started.reason}`);
    const { postgres } = started;
    const databaseUrl = await postgres.createDatabase();
    const config = connectionConfig(databaseUrl);
    const { log, lines } = createReadLog();
    const first = await PostgresConnection.open(config);
    const sql = (text: string): Query => ({ name: '', sql: text, values: [] });
    const transact = async <Result>(begin: () => Operation<Result>): Promise<Result> =>
      run(begin(), first.query);
    await migrate(postgresDialect, transact, { clock, log }, MIGRATIONS.slice(0, 1));
    await first.close();

    const backup = new pg.Client(databaseUrl);
    await backup.connect();
    await backup.query('begin; select count(*) from runs; select count(*) from sessions');
    const migrating = migratePostgres(config, { clock, log });
    await until('it waits', () => lines.some(({ msg }) => msg.startsWith('Somebody else uses a table')));
    const node = await PostgresConnection.open({ ...config, query_timeout: 5000 });
    expect(await node.query(sql('select id from sessions'))).toEqual([]);
    await node.close();
    await backup.query('commit');
    await backup.end();
    await migrating;
    expect(await postgres.query('select count(*)::int as rows from schema_migrations', databaseUrl)).toEqual([
      { rows: MIGRATIONS.length },
    ]);
  });
});
