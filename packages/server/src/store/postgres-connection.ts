import { Socket } from 'node:net';
import pg from 'pg';
import { createDeadline } from '../lib/deadline.ts';
import { SECOND } from '../lib/duration.ts';
import type { Query } from './statement.ts';
import { StoreUnavailableError } from './store.ts';

/** A query that takes longer has lost its connection, or its database. */
const QUERY_TIMEOUT_MS = 10 * SECOND;
/** How long a connection that is closed may take to say goodbye. */
const GOODBYE_MS = 2 * SECOND;

/** How all connections to the database are made. */
export function connectionConfig(databaseUrl: string): pg.ClientConfig {
  return {
    connectionString: databaseUrl,
    application_name: 'bullpen',
    keepAlive: true,
    keepAliveInitialDelayMillis: 10 * SECOND,
    connectionTimeoutMillis: 5 * SECOND,
    query_timeout: QUERY_TIMEOUT_MS,
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

/** A connection for one purpose. */
export class PostgresConnection {
  readonly #client: pg.Client;
  readonly #socket: Socket;

  /** `onLost`: it has ended, by whomever. */
  static async open(
    config: pg.ClientConfig,
    {
      onLost,
      onNotification,
    }: {
      onLost?: (lost: PostgresConnection, error?: Error) => void;
      onNotification?: (payload: string | undefined) => void;
    } = {},
  ): Promise<PostgresConnection> {
    const socket = new Socket();
    const client = new pg.Client({ ...config, stream: () => socket });
    const connection = new PostgresConnection(client, socket);
    client.on('error', (error) => onLost?.(connection, error));
    client.on('end', () => onLost?.(connection));
    client.on('notification', ({ payload }) => onNotification?.(payload));
    try {
      await client.connect();
    } catch (error) {
      socket.destroy();
      throw toStoreError(error);
    }
    return connection;
  }

  constructor(client: pg.Client, socket: Socket) {
    this.#client = client;
    this.#socket = socket;
  }

  readonly query = (query: Query): Promise<unknown[]> => queryPostgres(this.#client, query);

  /** Ends it at once: what it waits for may never come. */
  cut(): void {
    this.#socket.destroy();
  }

  /** Ends it in order, if the database still listens. */
  async close(): Promise<void> {
    using goodbye = createDeadline(GOODBYE_MS, new AbortController().signal);
    goodbye.signal.addEventListener('abort', () => this.cut(), { once: true });
    await this.#client.end();
  }
}

/** Who loses such a race did nothing wrong and may try again. */
export function isDeadlock(error: unknown): boolean {
  return error instanceof pg.DatabaseError && (error.code === '40P01' || error.code === '40001');
}

/** It waited for a lock for longer than it was allowed to. */
export function isLockTimeout(error: unknown): boolean {
  return error instanceof pg.DatabaseError && error.code === '55P03';
}

// Connection, resources, operator intervention, system error; and of the rest: read only, cut, or not let in.
const UNAVAILABLE = ['08', '53', '57', '58', '25006', '25P03', '25P04', '28', '3D000', '55000'];

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
