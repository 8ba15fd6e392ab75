import { stat } from 'node:fs/promises';
import { Worker } from 'node:worker_threads';
import { sqliteDialect } from './dialect.ts';
import {
  parseWritten,
  type Engine,
  type ReadArgs,
  type ReadName,
  type ReadResult,
  type WriteArgs,
  type WriteName,
  type WriteResult,
} from './engine.ts';
import type { Clock } from '../lib/clock.ts';
import { SECOND } from '../lib/duration.ts';
import { LocalHints } from './hints.ts';
import { runSync, type Operation, type Written } from './operation.ts';
import { createReads } from './operations.ts';
import { SqliteConnection, SqliteLink, toStoreError, type loadSqlite } from './sqlite-driver.ts';
import type { Call, FromWriter, Reply, ToWriter, WriterData } from './sqlite-protocol.ts';
import { StoreUnavailableError } from './store.ts';

/** A disk that has not answered for so long gets no new writes: who has something for it is told so at once. */
const STUCK_MS = 5 * SECOND;
/** Readers need no lock that a writer has; what else may hold one must not hold up the event loop. */
const READ_BUSY_MS = SECOND;

/**
 * SQLite: writes in a thread of their own, reads here, on a second connection that cannot write. `prepare` makes the
 * file what it should be, while the thread loads.
 */
export async function openSqlite(
  driver: Awaited<ReturnType<typeof loadSqlite>>,
  path: string,
  clock: Clock,
  prepare: () => Promise<void>,
): Promise<Engine> {
  const starting = SqliteWriter.start(path, clock);
  try {
    await prepare();
  } catch (error) {
    await starting.then((writer) => writer.close());
    throw error;
  }
  const writer = await starting;
  const reader = new SqliteLink(
    () => new SqliteConnection(driver, path, { readOnly: true, busyMs: READ_BUSY_MS }),
  );
  const reads = createReads(sqliteDialect);

  return {
    hints: new LocalHints(),
    write: (name, args) => writer.write(name, args),
    async read<Name extends ReadName>(name: Name, args: ReadArgs<Name>) {
      try {
        const operation: Operation<ReadResult<Name>> = reads[name](...args);
        return runSync(operation, reader.connection.query);
      } catch (error) {
        const reason = toStoreError(error);
        if (reason instanceof StoreUnavailableError) reader.close();
        throw reason;
      }
    },
    async databaseBytes() {
      const sizes = await Promise.all([path, `${path}-wal`].map(sizeOf));
      return sizes.reduce((sum, size) => sum + size, 0);
    },
    async close() {
      await writer.close();
      reader.close();
    },
  };
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch {
    // There is no log yet.
    return 0;
  }
}

interface Waiting {
  resolve: (reply: Written<unknown>) => void;
  reject: (reason: unknown) => void;
  /** Monotonic. */
  since: number;
}

/** This thread's end of the writer thread. */
class SqliteWriter {
  readonly #worker: Worker;
  readonly #clock: Clock;
  /** The oldest first. */
  readonly #waiting = new Map<number, Waiting>();
  #calls: Call[] = [];
  #lastId = 0;
  #closing = false;
  /** Why there is no writer any more. */
  #gone: Error | undefined;
  readonly #exited: Promise<void>;

  static start(path: string, clock: Clock): Promise<SqliteWriter> {
    const workerData: WriterData = { path };
    // Flags of the main program (`--input-type`, `--inspect`, …) are not for this thread.
    const worker = new Worker(new URL('./sqlite-writer.js', import.meta.url), { workerData, execArgv: [] });
    return new Promise((resolve, reject) => {
      worker.once('error', (error) => reject(toStoreError(error)));
      worker.once('message', () => resolve(new SqliteWriter(worker, clock)));
    });
  }

  constructor(worker: Worker, clock: Clock) {
    this.#worker = worker;
    this.#clock = clock;
    worker.on('message', (message: FromWriter) => this.#settle(message === 'ready' ? [] : message));
    worker.on('error', (error) => this.#fail(error));
    this.#exited = new Promise((resolve) => {
      worker.once('exit', () => {
        this.#fail(new Error('It has ended.'));
        resolve();
      });
    });
  }

  write<Name extends WriteName>(name: Name, args: WriteArgs<Name>): Promise<Written<WriteResult<Name>>> {
    return new Promise<Written<unknown>>((resolve, reject) => {
      if (this.#gone || this.#closing) throw this.#unavailable();
      const since = this.#clock.monotonic();
      const [oldest] = this.#waiting.values();
      if (oldest && since - oldest.since > STUCK_MS) {
        throw new StoreUnavailableError(`The disk has not answered for more than ${STUCK_MS} ms.`);
      }
      const call: Call<Name> = { id: ++this.#lastId, name, args };
      this.#waiting.set(call.id, { resolve, reject, since });
      // Calls of the same tick go over together.
      if (this.#calls.push(call) === 1) queueMicrotask(() => this.#flush());
    }).then(parseWritten<Name>);
  }

  /** Everything that was called before is written first. */
  async close(): Promise<void> {
    this.#closing = true;
    this.#flush();
    this.#send('close');
    await this.#exited;
  }

  #flush(): void {
    if (this.#calls.length > 0) this.#send(this.#calls);
    this.#calls = [];
  }

  #send(message: ToWriter): void {
    this.#worker.postMessage(message);
  }

  #settle(replies: Reply[]): void {
    for (const reply of replies) {
      const waiting = this.#waiting.get(reply.id);
      this.#waiting.delete(reply.id);
      if ('written' in reply) waiting?.resolve(reply.written);
      else waiting?.reject(reply.unavailable ? restoreUnavailable(reply.error) : reply.error);
    }
  }

  #fail(cause: Error): void {
    this.#gone ??= cause;
    for (const { reject } of this.#waiting.values()) reject(this.#unavailable());
    this.#waiting.clear();
  }

  #unavailable(): StoreUnavailableError {
    return new StoreUnavailableError('The database is closed.', { cause: this.#gone });
  }
}

/** An error that crosses threads keeps its message and its cause, and loses its class. */
function restoreUnavailable(error: unknown): StoreUnavailableError {
  if (!(error instanceof Error)) return new StoreUnavailableError(String(error));
  return new StoreUnavailableError(error.message, { cause: error.cause });
}
