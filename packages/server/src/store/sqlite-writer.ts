import { statSync } from 'node:fs';
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { sqliteDialect } from './dialect.ts';
import { runSync, type Operation, type Written } from './operation.ts';
import type { WriteArgs, WriteName, WriteResult } from './engine.ts';
import { createWrites } from './operations.ts';
import { BUSY_MS, isBusy, loadSqlite, SqliteConnection, SqliteLink, toStoreError } from './sqlite-driver.ts';
import type { Call, FromWriter, Reply, ToWriter, WriterData } from './sqlite-protocol.ts';
import { StoreUnavailableError } from './store.ts';

// SQLite's writer thread: the only one who writes, so that a slow disk never blocks the server's event loop.
// All calls that wait share one transaction, and so one fsync.

if (parentPort === null) throw new Error('This file runs as a worker thread.');
const port = parentPort;
const { path } = parseWriterData(workerData);
const driver = await loadSqlite();
const link = new SqliteLink(open);
const writes = createWrites(sqliteDialect);
const file = statSync(path).ino;

port.on('message', (first: ToWriter) => {
  const messages = [first];
  for (let next = receiveMessageOnPort(port); next; next = receiveMessageOnPort(port)) {
    messages.push(parseMessage(next.message));
  }
  const calls = messages.flatMap((message) => (message === 'close' ? [] : message));
  if (calls.length > 0) send(runGroup(calls));
  if (messages.includes('close')) {
    // So that a copy of the one file is complete, whether or not this is the last connection that closes.
    try {
      link.connection.exec('pragma wal_checkpoint(truncate)');
    } catch {
      // The next start reads what is left in the log beside the file.
    }
    link.close();
    port.close();
  }
});
send('ready');

function open(): SqliteConnection {
  const connection = new SqliteConnection(driver, path, { readOnly: false, busyMs: BUSY_MS });
  connection.exec('pragma synchronous = full; pragma journal_size_limit = 67108864');
  return connection;
}

function runGroup(calls: Call[]): Reply[] {
  try {
    assertInPlace();
    const { connection } = link;
    return connection.transaction(() =>
      calls.map((call) => ({ id: call.id, written: runCall(call, connection) })),
    );
  } catch (error) {
    const reason = toStoreError(error);
    const unavailable = reason instanceof StoreUnavailableError;
    if (unavailable) link.close();
    // Each would wait as long for the lock of another process as all have waited together.
    if (calls.length === 1 || isBusy(error))
      return calls.map(({ id }) => ({ id, error: reason, unavailable }));
    return calls.flatMap((call) => runGroup([call]));
  }
}

/** SQLite goes on writing to a file that was removed or replaced, and nobody would ever find it again. */
function assertInPlace(): void {
  if (findFile() === file) return;
  throw new StoreUnavailableError(`The database file ${path} was removed or replaced.`);
}

/** Its number on the disk. */
function findFile(): number | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false })?.ino;
  } catch (error) {
    throw new StoreUnavailableError(`The database file ${path} cannot be reached.`, { cause: error });
  }
}

function runCall(call: Call, connection: SqliteConnection): Written<unknown> {
  return runSync<Written<unknown>>(start(call.name, call.args), connection.query);
}

function start<Name extends WriteName>(
  name: Name,
  args: WriteArgs<Name>,
): Operation<Written<WriteResult<Name>>> {
  return writes[name](...args);
}

function send(message: FromWriter): void {
  port.postMessage(message);
}

function parseWriterData(data: unknown): WriterData {
  return data as WriterData;
}

function parseMessage(message: unknown): ToWriter {
  return message as ToWriter;
}
