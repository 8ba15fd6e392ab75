import type pg from 'pg';
import type { Clock } from '../lib/clock.ts';
import { SECOND } from '../lib/duration.ts';
import { run, type Operation, type Written } from './operation.ts';
import { isDeadlock, PostgresConnection } from './postgres-connection.ts';
import type { Query } from './statement.ts';
import { StoreUnavailableError } from './store.ts';

/** A write on its way. */
interface Job {
  /** Jobs with the same key run one after the other, in order; the others of a group side by side. */
  key: string;
  /** It has its transaction for itself: locks keep out other transactions only, not the jobs beside it. */
  isAlone: boolean;
  start: () => Operation<Written<unknown>>;
  resolve: (written: Written<unknown>) => void;
  reject: (reason: unknown) => void;
}

const DEADLOCK_RETRIES = 5;
/** A lane on which nothing has moved for so long gets no new writes: who has something for it is told so at once. */
const STUCK_MS = 5 * SECOND;

/**
 * One connection for writes, and the queue before it. All jobs that wait share one transaction; their queries are
 * sent without waiting for each other's answers, so that a group takes hardly more round trips than its longest job.
 */
export class PostgresLane {
  readonly #config: pg.ClientConfig;
  readonly #clock: Clock;
  readonly #notifications: (written: Written<unknown>[]) => Query[];
  #connection: PostgresConnection | undefined;
  #jobs: Job[] = [];
  #working: Promise<void> | undefined;
  /** Since when the group under way is. Monotonic. */
  #groupSince = 0;
  #closed = false;

  /** `notifications`: what to tell the other nodes, in the same transaction. */
  constructor(
    config: pg.ClientConfig,
    clock: Clock,
    notifications: (written: Written<unknown>[]) => Query[],
  ) {
    this.#config = { ...config, pipeline: true };
    this.#clock = clock;
    this.#notifications = notifications;
  }

  write(key: string, start: Job['start'], { isAlone = false } = {}): Promise<Written<unknown>> {
    return new Promise((resolve, reject) => {
      if (this.#closed) throw new StoreUnavailableError('The database is closed.');
      if (this.#working && this.#clock.monotonic() - this.#groupSince > STUCK_MS) {
        throw new StoreUnavailableError(`The database has not answered for more than ${STUCK_MS} ms.`);
      }
      this.#jobs.push({ key, isAlone, start, resolve, reject });
      this.#working ??= this.#work();
    });
  }

  /** Everything that was called before is written first. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#working;
    await this.#connection?.close();
  }

  async #work(): Promise<void> {
    this.#groupSince = this.#clock.monotonic();
    // What the same tick adds goes along.
    await Promise.resolve();
    while (this.#jobs.length > 0) {
      // Each job locks its session with its first query: in the order of the keys, since two nodes that lock the same
      // sessions in different orders would block each other.
      const jobs = this.#jobs.sort((a, b) => (a.key < b.key ? -1 : Number(a.key > b.key)));
      this.#jobs = [];
      for (const group of toGroups(jobs)) {
        this.#groupSince = this.#clock.monotonic();
        await this.#runGroup(group);
      }
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
    const connection = (this.#connection ??= await this.#connect());
    const begun = connection.query(BEGIN);
    // It is awaited below, but later than a connection that ends lets it fail.
    begun.catch(() => undefined);
    try {
      const written = await runJobs(group, connection.query);
      await begun;
      await this.#commit(connection, this.#notifications(written));
      return written;
    } catch (error) {
      // Cut, so that the queries still under way end too; the database takes back what it has not committed.
      const lost = error instanceof StoreUnavailableError;
      if (lost) this.#drop(connection);
      await Promise.allSettled([begun, ...(lost ? [] : [connection.query(ROLLBACK)])]);
      throw error;
    }
  }

  async #commit(connection: PostgresConnection, notifications: Query[]): Promise<void> {
    const notified = notifications.map((notification) => connection.query(notification));
    const committed = connection.query(COMMIT);
    try {
      await Promise.all([...notified, committed]);
    } catch (error) {
      if (!(error instanceof StoreUnavailableError)) throw error;
      throw new StoreUnavailableError(error.message, { cause: error, unknown: true });
    }
  }

  #connect(): Promise<PostgresConnection> {
    return PostgresConnection.open(this.#config, {
      onLost: (lost) => {
        if (this.#connection === lost) this.#connection = undefined;
      },
    });
  }

  /** The next group makes a new connection. */
  #drop(connection: PostgresConnection): void {
    if (this.#connection === connection) this.#connection = undefined;
    connection.cut();
  }
}

/** In their order but for those that are alone, which come last. */
function toGroups(jobs: Job[]): Job[][] {
  const shared = jobs.filter(({ isAlone }) => !isAlone);
  const alone = jobs.filter(({ isAlone }) => isAlone);
  return [...(shared.length > 0 ? [shared] : []), ...alone.map((job) => [job])];
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
