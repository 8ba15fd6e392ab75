import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isBusy, SqliteConnection, type loadSqlite } from './sqlite-driver.ts';
import { StoreRefusedError } from './store.ts';

/**
 * Takes sole possession of a data dir until it is disposed of or the process dies, however it dies: it is an open
 * exclusive transaction on a small SQLite file, and the operating system drops its lock with the process. A file
 * with a process id alone could not tell a dead owner from a living one. Throws StoreRefusedError when it is taken.
 */
export function lockDataDir(driver: Awaited<ReturnType<typeof loadSqlite>>, dataDir: string): Disposable {
  const pidFile = join(dataDir, 'server.pid');
  const connection = new SqliteConnection(driver, join(dataDir, 'lock.sqlite'), {
    readOnly: false,
    busyMs: 0,
  });
  try {
    connection.exec('begin exclusive');
  } catch (error) {
    connection.close();
    if (!isBusy(error)) throw error;
    throw new StoreRefusedError(
      `The data directory ${dataDir} is in use by another Bullpen server${readHolder(pidFile)}. ` +
        'Stop that one, or give this one a data directory of its own.',
      { cause: error },
    );
  }
  writeFileSync(pidFile, `${process.pid}\n`, { mode: 0o600 });
  return {
    [Symbol.dispose]() {
      try {
        rmSync(pidFile, { force: true });
      } catch {
        // A disk that takes no writes any more: the file is only a help for people.
      }
      connection.close();
    },
  };
}

/** Only a help for people: the lock does not depend on it. */
function readHolder(pidFile: string): string {
  try {
    return ` (process ${readFileSync(pidFile, 'utf8').trim()})`;
  } catch {
    return '';
  }
}
