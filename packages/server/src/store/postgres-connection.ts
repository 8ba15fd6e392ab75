import pg from 'pg';
import { SECOND } from '../lib/duration.ts';
import type { Query } from './statement.ts';
import { StoreUnavailableError } from './store.ts';

/** How all connections to the database are made. */
export function connectionConfig(databaseUrl: string): pg.ClientConfig {
  return {
    connectionString: databaseUrl,
    application_name: 'bullpen',
    keepAlive: true,
    connectionTimeoutMillis: 5 * SECOND,
    // A node that was frozen or cut off in a transaction holds locks, which claims pass over: it loses them before its
    // leases end.
    idle_in_transaction_session_timeout: 5 * SECOND,
    types: { getTypeParser },
  };
}

/** Runs a query; fails with StoreUnavailableError when it is the database or the way to it that fails. */
export async function queryPostgres(
  client: { query(config: pg.QueryConfig): Promise<pg.QueryResult> },
  { name, sql, values }: Query,
): Promise<unknown[]> {
  try {
    const result = await client.query({ text: sql, values, ...(name !== '' && { name }) });
    return result.rows;
  } catch (error) {
    throw toStoreError(error);
  }
}

/** Opens a connection of its own, for one purpose. */
export async function connect(config: pg.ClientConfig): Promise<pg.Client> {
  const client = new pg.Client(config);
  try {
    await client.connect();
  } catch (error) {
    throw toStoreError(error);
  }
  return client;
}

/** Who loses such a race did nothing wrong and may try again. */
export function isDeadlock(error: unknown): boolean {
  return error instanceof pg.DatabaseError && (error.code === '40P01' || error.code === '40001');
}

// Connection, resources, operator intervention, system error; and of the rest: read only, or not let in.
const UNAVAILABLE = ['08', '53', '57', '58', '25006', '28', '3D000', '55000'];

/** Whatever the driver throws that is no answer of the database is a failed connection. */
function toStoreError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { code } = error instanceof pg.DatabaseError ? error : { code: '08' };
  if (!UNAVAILABLE.some((prefix) => code?.startsWith(prefix))) return error;
  return new StoreUnavailableError(`The database failed: ${error.message || error.name}.`, {
    cause: error,
  });
}

const INT8 = 20;

/** 64-bit integers as numbers: ours are counters and milliseconds. */
function getTypeParser(oid: number, format?: 'text' | 'binary'): (value: string) => unknown {
  return oid === INT8 ? Number : pg.types.getTypeParser(oid, format === 'binary' ? 'text' : format);
}
