import type pg from 'pg';
import { run, type Operation, type Written } from './operation.ts';
import { connect, isDeadlock, queryPostgres } from './postgres-connection.ts';
import type { Query } from './statement.ts';
import { StoreUnavailableError } from './store.ts';

/** A write on its way. */
interface Job {
  /** Jobs with the same key run one after the other, in order; the others of a group side by side. */
  key: string;
  start: () => Operation<Written<unknown>>;
  resolve: (written: Written<unknown>) => void;
  reject: (reason: unknown) => void;
}

const DEADLOCK_RETRIES = 5;

/**
 * One connection for writes, and the queue before it. All jobs that wait share one transaction; their queries are
 * sent without waiting for each other's answers, so that a group takes hardly more round trips than its longest job.
 */
export class PostgresLane {
  readonly #config: pg.ClientConfig;
  readonly #notifications: (written: Written<unknown>[]) => Query[];
  #client: pg.Client | undefined;
  #jobs: Job[] = [];
  #working: Promise<void> | undefined;
  #closed = false;

  /** `notifications`: what to tell the other nodes, in the same transaction. */
  constructor(config: pg.ClientConfig, notifications: (written: Written<unknown>[]) => Query[]) {
    this.#config = { ...config, pipeline: true };
    this.#notifications = notifications;
  }

  write(key: string, start: Job['start']): Promise<Written<unknown>> {
    return new Promise((resolve, reject) => {
      if (this.#closed) throw new StoreUnavailableError('The database is closed.');
      this.#jobs.push({ key, start, resolve, reject });
      this.#working ??= this.#work();
    });
  }

  /** Everything that was called before is written first. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#working;
    await this.#client?.end();
  }

  async #work(): Promise<void> {
    // What the same tick adds goes along.
    await Promise.resolve();
    while (this.#jobs.length > 0) {
      // Each job locks its session with its first query: in the order of the keys, since two nodes that lock the same
      // sessions in different orders would block each other.
      const group = this.#jobs.sort((a, b) => (a.key < b.key ? -1 : Number(a.key > b.key)));
      this.#jobs = [];
      await this.#runGroup(group);
    }
    this.#working = undefined;
  }

  async #runGroup(group: Job[], attempt = 0): Promise<void> {
    try {
      const written = await this.#transact(group);
      for (const [index, job] of group.entries()) job.resolve(written[index] ?? { result: undefined });
    } catch (error) {
      const lost = error instanceof StoreUnavailableError;
      if (!lost && group.length > 1) {
        for (const job of group) await this.#runGroup([job]);
      } else if (isDeadlock(error) && attempt < DEADLOCK_RETRIES) {
        await this.#runGroup(group, attempt + 1);
      } else {
        for (const job of group) job.reject(error);
      }
    }
  }

  async #transact(group: Job[]): Promise<Written<unknown>[]> {
    const client = (this.#client ??= await this.#connect());
    const query = (text: Query) => queryPostgres(client, text);
    const begun = query(BEGIN);
    try {
      const written = await runJobs(group, query);
      await begun;
      await this.#commit(client, this.#notifications(written));
      return written;
    } catch (error) {
      await Promise.allSettled([begun, query(ROLLBACK)]);
      if (error instanceof StoreUnavailableError) this.#drop(client);
      throw error;
    }
  }

  async #commit(client: pg.Client, notifications: Query[]): Promise<void> {
    const notified = notifications.map((notification) => queryPostgres(client, notification));
    const committed = queryPostgres(client, COMMIT);
    try {
      await Promise.all([...notified, committed]);
    } catch (error) {
      if (!(error instanceof StoreUnavailableError)) throw error;
      throw new StoreUnavailableError(error.message, { cause: error, unknown: true });
    }
  }

  async #connect(): Promise<pg.Client> {
    const client = await connect(this.#config);
    client.on('error', () => this.#drop(client));
    return client;
  }

  /** The next group makes a new connection. */
  #drop(client: pg.Client): void {
    if (this.#client === client) this.#client = undefined;
    client.end().catch(() => {
      // It is broken already.
    });
  }
}

const BEGIN: Query = { name: '', sql: 'begin', values: [] };
const COMMIT: Query = { name: '', sql: 'commit', values: [] };
const ROLLBACK: Query = { name: '', sql: 'rollback', values: [] };

/** Runs the jobs of a group; the results are in the order of the jobs. */
async function runJobs(
  group: Job[],
  query: (query: Query) => Promise<unknown[]>,
): Promise<Written<unknown>[]> {
  const last = new Map<string, Promise<unknown>>();
  const running = group.map((job) => {
    const turn = (last.get(job.key) ?? Promise.resolve()).then(() => run(job.start(), query));
    last.set(job.key, turn);
    return turn;
  });
  // When one fails, the others are waited for all the same: they use the connection.
  await Promise.allSettled(running);
  return await Promise.all(running);
}
