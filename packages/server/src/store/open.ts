import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../lib/clock.ts';
import type { Log } from '../log.ts';
import { sqliteDialect } from './dialect.ts';
import { createStore } from './engine.ts';
import { lockDataDir } from './lock.ts';
import { migrate } from './migrate.ts';
import { runSync } from './operation.ts';
import { loadSqlite, SqliteConnection, toStoreError } from './sqlite-driver.ts';
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
  const { dataDir, databaseUrl, clock, log } = options;
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  if (databaseUrl === undefined) return await openSqliteStore(options);
  // Loaded when needed: on SQLite its driver would only cost start time and memory.
  const { openPostgres } = await import('./postgres.ts');
  return createStore(await openPostgres(databaseUrl, clock, log));
}

async function openSqliteStore({ dataDir, clock }: StoreOptions): Promise<Store> {
  const driver = await loadSqlite();
  const path = join(dataDir, 'bullpen.sqlite');
  const lock = lockDataDir(driver, dataDir);
  try {
    const connection = new SqliteConnection(driver, path, { readOnly: false });
    try {
      connection.exec('pragma journal_mode = wal; pragma synchronous = full');
      connection.transaction(() => runSync(migrate(sqliteDialect, clock.now()), connection.query));
    } finally {
      connection.close();
    }
    const engine = await openSqlite(driver, path);
    const store = createStore({
      ...engine,
      async close() {
        await engine.close();
        lock[Symbol.dispose]();
      },
    });
    // Whoever held leases here is gone: nobody but the owner of the data dir has any.
    await store.voidLeases(clock.now());
    return store;
  } catch (error) {
    lock[Symbol.dispose]();
    throw toStoreError(error);
  }
}
