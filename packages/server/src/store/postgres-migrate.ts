import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import type { Clock } from '../lib/clock.ts';
import { SECOND } from '../lib/duration.ts';
import type { Log } from '../log.ts';
import { postgresDialect } from './dialect.ts';
import { migrate } from './migrate.ts';
import { run, type Operation } from './operation.ts';
import { isLockTimeout, PostgresConnection } from './postgres-connection.ts';
import type { Query } from './statement.ts';

/** Any number that no other program's advisory lock on this database has. */
const MIGRATION_LOCK = 7_236_481;

/**
 * Who waits for a table makes everybody wait who comes after. So a step waits no longer than this for a long
 * transaction (a backup, say), lets the nodes that still serve go on for a moment, and tries again.
 */
const LOCK_TIMEOUT_MS = 2 * SECOND;
const LOCK_PAUSE_MS = SECOND;

/** Brings the schema up to date; of several nodes that start at once, one does it while the others wait. */
export async function migratePostgres(
  config: pg.ClientConfig,
  context: { clock: Clock; log: Log },
): Promise<void> {
  // A step takes as long as it takes.
  const connection = await PostgresConnection.open({ ...config, query_timeout: 0 });
  const { query } = connection;
  async function transact<Result>(begin: () => Operation<Result>): Promise<Result> {
    for (;;) {
      await query(sql(`begin; set local lock_timeout = ${LOCK_TIMEOUT_MS}`));
      try {
        const result = await run(begin(), query);
        await query(sql('commit'));
        return result;
      } catch (error) {
        await query(sql('rollback')).catch(() => undefined);
        if (!isLockTimeout(error)) throw error;
        context.log.info('Somebody else uses a table that is to be changed; trying again.');
        await sleep(LOCK_PAUSE_MS);
      }
    }
  }
  try {
    const [first] = await query(sql(`select pg_try_advisory_lock(${MIGRATION_LOCK}) as is_mine`));
    if (!isMine(first)) {
      context.log.info('Another node changes the database; waiting for it.');
      await query(sql(`select pg_advisory_lock(${MIGRATION_LOCK})`));
    }
    await migrate(postgresDialect, transact, context);
  } finally {
    // The lock ends with the connection.
    await connection.close();
  }
}

function isMine(row: unknown): boolean {
  return (row as { is_mine: boolean } | undefined)?.is_mine === true;
}

function sql(text: string): Query {
  return { name: '', sql: text, values: [] };
}
