import { SECOND } from '../lib/duration.ts';
import type { Query, Value } from './statement.ts';
import { StoreUnavailableError } from './store.ts';

/** What we use of the `node:sqlite` API, which both drivers have. */
interface Driver {
  DatabaseSync: new (path: string, options: { readOnly: boolean }) => Database;
}
interface Database {
  exec(sql: string): void;
  prepare(sql: string): { all(...values: Value[]): unknown[] };
  close(): void;
  readonly isTransaction: boolean;
}

/**
 * Node's own SQLite where it has one that is no experiment (from 24 on), else a package with the same API. Both are
 * loaded only when used: the other one may be missing, or warn.
 */
export async function loadSqlite(): Promise<Driver> {
  const major = Number.parseInt(process.versions.node, 10);
  return major >= 24 ? await import('node:sqlite') : await import('@photostructure/sqlite');
}

/** For every connection but the one whose business is the lock. */
export const BUSY_MS = 30 * SECOND;

/** One connection, with its prepared statements. */
export class SqliteConnection {
  readonly #database: Database;
  readonly #statements = new Map<string, ReturnType<Database['prepare']>>();

  /** `busyMs`: how long it waits for a lock of another connection. */
  constructor(driver: Driver, path: string, { readOnly, busyMs }: { readOnly: boolean; busyMs: number }) {
    this.#database = new driver.DatabaseSync(path, { readOnly });
    // Before anything else: a connection that was just closed may still be moving its log into the file.
    this.#database.exec(`pragma busy_timeout = ${busyMs}`);
  }

  exec(sql: string): void {
    this.#database.exec(sql);
  }

  query = (query: Query): unknown[] => {
    let statement = this.#statements.get(query.sql);
    if (statement === undefined) {
      statement = this.#database.prepare(query.sql);
      this.#statements.set(query.sql, statement);
    }
    return statement.all(...query.values);
  };

  /** Runs `work` in a transaction; when it throws, nothing of it is stored. */
  transaction<Result>(work: () => Result): Result {
    this.#database.exec('begin immediate');
    try {
      const result = work();
      this.#database.exec('commit');
      return result;
    } catch (error) {
      this.#rollBack();
      throw error;
    }
  }

  #rollBack(): void {
    try {
      // A full disk has rolled back already.
      if (this.#database.isTransaction) this.#database.exec('rollback');
    } catch {
      // What made it necessary says more.
    }
  }

  close(): void {
    this.#statements.clear();
    this.#database.close();
  }
}

/**
 * A connection that is opened when it is needed, and anew after it failed: what a broken or full disk left in it is not
 * to be trusted.
 */
export class SqliteLink {
  readonly #open: () => SqliteConnection;
  #connection: SqliteConnection | undefined;

  constructor(open: () => SqliteConnection) {
    this.#open = open;
    this.#connection = open();
  }

  get connection(): SqliteConnection {
    return (this.#connection ??= this.#open());
  }

  /** After a failure, and at the end. */
  close(): void {
    try {
      this.#connection?.close();
    } catch {
      // It is broken, and goes.
    }
    this.#connection = undefined;
  }
}

const BUSY = 5;
const CONSTRAINT = 19;

export function isBusy(error: unknown): boolean {
  return readCode(error) === BUSY;
}

/**
 * An error of the database itself (full, unreadable, locked, …) as StoreUnavailableError; everything else, a bug of
 * ours, as it is. One of the drivers gives no code for errors of prepared statements: these count as the former.
 */
export function toStoreError(error: unknown): unknown {
  const code = readCode(error);
  if (code === undefined || code === CONSTRAINT || !(error instanceof Error)) return error;
  return new StoreUnavailableError(`The database failed: ${error.message}.`, { cause: error });
}

/** SQLite's primary result code, 0 when the driver keeps it to itself; undefined for what is no error of SQLite. */
function readCode(error: unknown): number | undefined {
  const { code, errcode = 0 } = (error ?? {}) as { code?: unknown; errcode?: number };
  return code === 'ERR_SQLITE_ERROR' ? errcode & 0xff : undefined;
}
