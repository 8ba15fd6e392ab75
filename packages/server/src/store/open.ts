import { closeSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../lib/clock.ts';
import type { Log } from '../log.ts';
import { sqliteDialect } from './dialect.ts';
import { createStore, type Engine } from './engine.ts';
import { lockDataDir } from './lock.ts';
import { migrate } from './migrate.ts';
import { runSync, type Operation } from './operation.ts';
import { BUSY_MS, loadSqlite, SqliteConnection, toStoreError } from './sqlite-driver.ts';
import { openSqlite } from './sqlite.ts';
import type { Store } from './store.ts';

type Driver = Awaited<ReturnType<typeof loadSqlite>>;

export interface StoreOptions {
  dataDir: string;
  /** Of a PostgreSQL; undefined: SQLite in the data dir. */
  databaseUrl?: string | undefined;
  clock: Clock;
  log: Log;
}

/**
 * Opens the store and brings its schema up to date. Throws StoreRefusedError when the data dir is another process's
 * or the schema is newer than the program, and StoreUnavailableError when the database cannot be used.
 */
export async function openStore(options: StoreOptions): Promise<Store> {
  const { dataDir, databaseUrl } = options;
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const driver = await loadSqlite();
  // On PostgreSQL too: workspaces and agent processes have their directories here.
  const lock = lockDataDir(driver, dataDir);
  try {
    const engine = await (databaseUrl === undefined
      ? openSqliteFile(driver, options)
      : openDatabase(databaseUrl, options));
    const close = async (): Promise<void> => {
      await engine.close();
      lock[Symbol.dispose]();
    };
    const store = createStore({ ...engine, close }, options);
    // Whoever held leases in this file is gone: nobody but the owner of the data dir has any.
    if (databaseUrl === undefined) await store.voidLeases(options.clock.now());
    return store;
  } catch (error) {
    lock[Symbol.dispose]();
    throw toStoreError(error);
  }
}

/** Brings the schema up to date without a server. Throws like `openStore`. */
export async function migrateStore(options: StoreOptions): Promise<void> {
  const { databaseUrl, clock, log } = options;
  if (databaseUrl === undefined) return (await openStore(options))[Symbol.asyncDispose]();
  // The data dir may be a running server's: it has no part in this.
  const { migratePostgres } = await import('./postgres-migrate.ts');
  const { connectionConfig } = await import('./postgres-connection.ts');
  await migratePostgres(connectionConfig(databaseUrl), { clock, log });
}

/** Its driver is loaded when it is needed: on SQLite it would only cost start time and memory. */
async function openDatabase(databaseUrl: string, { clock, log }: StoreOptions): Promise<Engine> {
  const { openPostgres } = await import('./postgres.ts');
  return openPostgres(databaseUrl, clock, log);
}

async function openSqliteFile(driver: Driver, { dataDir, clock, log }: StoreOptions): Promise<Engine> {
  const path = join(dataDir, 'bullpen.sqlite');
  // A directory that was there before may be open to others; what SQLite puts beside the file gets the file's mode.
  closeSync(openSync(path, 'a', 0o600));
  return openSqlite(driver, path, clock, () => migrateSqlite(driver, path, { clock, log }));
}

async function migrateSqlite(
  driver: Driver,
  path: string,
  context: Pick<StoreOptions, 'clock' | 'log'>,
): Promise<void> {
  const connection = new SqliteConnection(driver, path, { readOnly: false, busyMs: BUSY_MS });
  const transact = async <Result>(begin: () => Operation<Result>): Promise<Result> =>
    connection.transaction(() => runSync(begin(), connection.query));
  try {
    connection.exec('pragma journal_mode = wal; pragma synchronous = full');
    await migrate(sqliteDialect, transact, context);
  } finally {
    connection.close();
  }
}
