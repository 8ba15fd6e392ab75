import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { SECOND } from '../lib/duration.ts';
import type { Clock } from '../lib/clock.ts';
import type { Log } from '../log.ts';
import { postgresDialect } from './dialect.ts';
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
import { LocalHints } from './hints.ts';
import { firstRow, run, type Operation, type Written } from './operation.ts';
import { createReads, createWrites } from './operations.ts';
import { connectionConfig, queryPostgres } from './postgres-connection.ts';
import { listen, toNotifications } from './postgres-hints.ts';
import { PostgresLane } from './postgres-lane.ts';
import { migratePostgres } from './postgres-migrate.ts';
import type { Query } from './statement.ts';

/** While one lane waits for its commit to reach the disk, the other works. */
const LANES = 2;
const READERS = 4;
/** How long the readers may take to say goodbye. */
const GOODBYE_MS = 2 * SECOND;

/** PostgreSQL: writes through a few lanes, chosen by session; reads through a pool. */
export async function openPostgres(databaseUrl: string, clock: Clock, log: Log): Promise<Engine> {
  const config = connectionConfig(databaseUrl);
  await migratePostgres(config, { clock, log });
  const node = randomUUID();
  const hints = new LocalHints();
  const listener = await listen(config, node, hints, log);

  const notifications = (written: Written<unknown>[]) => toNotifications(node, written);
  const lanes = Array.from({ length: LANES }, () => new PostgresLane(config, clock, notifications));
  // Claims lock rows of any session, but never wait for a lock: on a lane of their own they cannot deadlock.
  const claims = new PostgresLane(config, clock, notifications);
  const pool = new pg.Pool({ ...config, max: READERS, allowExitOnIdle: true });
  pool.on('error', (error) => log.warn({ err: error }, 'an idle connection to the database was lost'));
  const writes = createWrites(postgresDialect);
  const reads = createReads(postgresDialect);

  return {
    hints,
    async write<Name extends WriteName>(name: Name, args: WriteArgs<Name>) {
      const session = SESSION_OF[name](...args);
      const lane = session === undefined ? claims : lanes[hash(session) % LANES];
      const start = (): Operation<Written<WriteResult<Name>>> => writes[name](...args);
      return parseWritten<Name>(
        await (lane ?? claims).write(session ?? name, start, { isAlone: ALONE.has(name) }),
      );
    },
    async read<Name extends ReadName>(name: Name, args: ReadArgs<Name>) {
      const operation: Operation<ReadResult<Name>> = reads[name](...args);
      return await run(operation, (query) => queryPostgres(pool, query));
    },
    async databaseBytes() {
      const row = await run(firstRow(DATABASE_SIZE), (query) => queryPostgres(pool, query));
      return row?.bytes ?? 0;
    },
    async close() {
      await Promise.all([...lanes, claims].map((lane) => lane.close()));
      await listener[Symbol.asyncDispose]();
      // One whose network is gone never answers.
      await Promise.race([pool.end(), sleep(GOODBYE_MS, undefined, { ref: false })]);
    },
  };
}

const DATABASE_SIZE: Query<{ bytes: number }> = {
  name: '',
  sql: 'select pg_database_size(current_database()) as bytes',
  values: [],
};

/** They look for rows that writes of other keys may just be adding. */
const ALONE: ReadonlySet<WriteName> = new Set(['deleteAgent']);

/** Whose rows a write changes: it waits in their queue; undefined when it may be anybody's. */
const SESSION_OF: { [Name in WriteName]: (...args: WriteArgs<Name>) => string | undefined } = {
  createSession: (_tenantId, { session }) => session.id,
  commit: (_tenantId, sessionId) => sessionId,
  deleteSession: (_tenantId, sessionId) => sessionId,
  appendTranscript: (_tenantId, sessionId) => sessionId,
  recordUsage: ({ sessionId }) => sessionId,
  renewLease: ({ sessionId }) => sessionId,
  settleDelivery: ({ sessionId }) => sessionId,
  // Not beside the claims: these wait for locks.
  replayDelivery: (_tenantId, { id }) => id,
  createAgent: (_tenantId, { agent }) => agent.id,
  updateAgent: (_tenantId, { agent }) => agent.id,
  archiveAgent: (_tenantId, { id }) => id,
  deleteAgent: (_tenantId, id) => id,
  createEnvironment: (_tenantId, { environment }) => environment.id,
  updateEnvironment: (_tenantId, { environment }) => environment.id,
  archiveEnvironment: (_tenantId, { id }) => id,
  deleteEnvironment: (_tenantId, id) => id,
  removeExpired: () => 'expired',
  addFile: ({ id }) => id,
  removeFile: (_tenantId, fileId) => fileId,
  replaceOutputs: (_tenantId, sessionId) => sessionId,
  expireFiles: () => 'expired',
  addResource: (_tenantId, { resource }) => resource.sessionId,
  changeResourceSecret: (_tenantId, { sessionId }) => sessionId,
  removeResource: (_tenantId, sessionId) => sessionId,
  removeTranscript: (_tenantId, sessionId) => sessionId,
  takeLease: (_tenantId, sessionId) => sessionId,
  claim: () => undefined,
  claimDeliveries: () => undefined,
  beat: () => undefined,
  voidLeases: () => undefined,
  voidLeasesOf: () => undefined,
  probe: () => undefined,
};

function hash(text: string): number {
  let value = 0;
  for (let index = 0; index < text.length; index++) value = (value * 31 + text.charCodeAt(index)) >>> 0;
  return value;
}
