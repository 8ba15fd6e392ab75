import { closeSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../lib/clock.ts';
import type { Log } from '../log.ts';
import { sqliteDialect } from './dialect.ts';
import { createStore, type Engine } from './engine.ts';
import { lockDataDir } from './lock.ts';
import { migrate } from './migrate.ts';
import { runSync } from './operation.ts';
import { BUSY_MS, loadSqlite, SqliteConnection, toStoreError } from './sqlite-driver.ts';
import { openSqlite } from './sqlite.ts';
import type { Store } from './store.ts';

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
    const owned: Engine = {
      ...engine,
      async close() {
        await engine.close();
        lock[Symbol.dispose]();
      },
    };
    const store = createStore(owned, options.clock);
    // Whoever held leases in this file is gone: nobody but the owner of the data dir has any.
    if (databaseUrl === undefined) await store.voidLeases(options.clock.now());
    return store;
  } catch (error) {
    lock[Symbol.dispose]();
    throw toStoreError(error);
  }
}

/** Its driver is loaded when it is needed: on SQLite it would only cost start time and memory. */
async function openDatabase(databaseUrl: string, { clock, log }: StoreOptions): Promise<Engine> {
  const { openPostgres } = await import('./postgres.ts');
  return openPostgres(databaseUrl, clock, log);
}

async function openSqliteFile(
  driver: Awaited<ReturnType<typeof loadSqlite>>,
  { dataDir, clock }: StoreOptions,
): Promise<Engine> {
  const path = join(dataDir, 'bullpen.sqlite');
  // A directory that was there before may be open to others; what SQLite puts beside the file gets the file's mode.
  closeSync(openSync(path, 'a', 0o600));
  return openSqlite(driver, path, () => {
    const connection = new SqliteConnection(driver, path, { readOnly: false, busyMs: BUSY_MS });
    try {
      connection.exec('pragma journal_mode = wal; pragma synchronous = full');
      connection.transaction(() => runSync(migrate(sqliteDialect, clock.now()), connection.query));
    } finally {
      connection.close();
    }
  });
}
