import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, describe, expect, it } from 'vitest';
import { systemClock } from '#src/lib/clock.ts';
import { createLog } from '#src/log.ts';
import { openStore } from '#src/store/open.ts';
import { StoreUnavailableError, type Store } from '#src/store/store.ts';
import { LogWriter } from '#src/worker/log-writer.ts';
import { newWork, TENANT } from '../suites/samples.ts';
import { startFlakyProxy } from '../support/flaky-proxy.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { soakRounds } from '../support/soak.ts';
import { until } from '../support/until.ts';

const log = createLog({ level: 'silent', format: 'json' });
const STATE = { type: 'session.state', state: 'running', runId: null } as const;
const started = await startPostgres();

/** Sessions whose logs grow until they are told to stop; every event is remembered when it is acknowledged. */
class Writers {
  readonly #store: Store;
  readonly #logs = new Map<string, string[]>();
  readonly #stop = new AbortController();
  #working: Promise<unknown> = Promise.resolve();
  acknowledged = 0;

  constructor(store: Store) {
    this.#store = store;
  }

  async start(count: number): Promise<void> {
    const works = Array.from({ length: count }, () => newWork());
    const wakeAt = systemClock.now();
    for (const work of works) await this.#store.createSession(TENANT, { ...work, wakeAt });
    const claim = { owner: 'w', leaseMs: 3_600_000, slots: count, limit: count };
    const claimed = await this.#store.claim(claim);
    this.#working = Promise.all(claimed.map(({ session, head }) => this.#write(session.id, head.leaseEpoch)));
  }

  /** Every event is in the log once, in the order in which it was written. */
  async verify(): Promise<void> {
    this.#stop.abort();
    await this.#working;
    for (const [sessionId, written] of this.#logs) {
      const events = await this.#store.readEvents(TENANT, sessionId, 0, 100_000);
      expect(events.map(({ id }) => id)).toEqual(written);
      expect(events.map(({ seq }) => seq)).toEqual(written.map((_, index) => index + 1));
    }
  }

  async #write(sessionId: string, epoch: number): Promise<void> {
    const written: string[] = [];
    this.#logs.set(sessionId, written);
    const lease = { tenantId: TENANT, sessionId, epoch, ended: new AbortController().signal };
    const writer = new LogWriter(this.#store, systemClock, lease, () => undefined);
    while (!this.#stop.signal.aborted) {
      const event = writer.createEvent(STATE);
      written.push(event.id);
      writer.add({ events: [event] });
      await writer.flush();
      this.acknowledged++;
    }
  }
}

/** Tries until it works again. */
async function untilBack(store: Store): Promise<void> {
  await until('it works again', () =>
    store.probe().then(
      () => true,
      () => false,
    ),
  );
}

async function expectAway(work: Promise<unknown>): Promise<void> {
  await expect(work).rejects.toBeInstanceOf(StoreUnavailableError);
}

if ('reason' in started) {
  it('the store on a PostgreSQL in trouble', ({ skip }) =>
    skip(`no PostgreSQL runs here: ${started.reason}`));
} else {
  const { postgres } = started;
  const root = mkdtempSync(join(tmpdir(), 'bullpen-store-'));
  afterAll(async () => {
    await postgres[Symbol.asyncDispose]();
    rmSync(root, { recursive: true, force: true });
  });
  describeTrouble(postgres, (databaseUrl) =>
    openStore({ dataDir: mkdtempSync(join(root, 'node-')), databaseUrl, clock: systemClock, log }),
  );
}

function describeTrouble(postgres: TestPostgres, open: (databaseUrl: string) => Promise<Store>): void {
  describe('a store whose PostgreSQL', () => {
    it(
      'is restarted, crashes, and cuts connections: logs have every event once, and go on by themselves',
      async () => {
        const databaseUrl = await postgres.createDatabase();
        await using store = await open(databaseUrl);
        const writers = new Writers(store);
        await writers.start(8);
        const proceed = async (): Promise<void> => {
          const before = writers.acknowledged;
          await until('the logs go on', () => writers.acknowledged > before + 20);
        };
        await proceed();
        for (let round = 0; round < soakRounds(1); round++) {
          for (const how of ['fast', 'crash'] as const) {
            await postgres.stop(how);
            await expectAway(store.probe());
            await postgres.start();
            await proceed();
          }
          await postgres.query(
            "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'bullpen'",
          );
          await proceed();
        }
        await writers.verify();
      },
      60_000 + soakRounds(10_000),
    );

    it('stores a commit whose answer is lost: tried again, it is stored once', async () => {
      const { pathname } = new URL(await postgres.createDatabase());
      await using proxy = await startFlakyProxy(postgres.socketPath);
      await using store = await open(`postgres://postgres@127.0.0.1:${proxy.port}${pathname}`);
      const writers = new Writers(store);
      await writers.start(4);
      for (let round = 0; round < 10; round++) {
        const before = writers.acknowledged;
        proxy.loseAnswerTo('commit\0');
        await until('the logs go on', () => writers.acknowledged > before + 10);
        if (round % 3 === 2) proxy.cut();
      }
      await writers.verify();
    });

    it('becomes read-only, as after a failover: writes are refused as unavailable until it is not', async () => {
      const databaseUrl = await postgres.createDatabase();
      await using store = await open(databaseUrl);
      const work = newWork();
      await store.createSession(TENANT, work);
      const name = new URL(databaseUrl).pathname.slice(1);
      const setReadOnly = async (value: string): Promise<void> => {
        await postgres.query(`alter database ${name} set default_transaction_read_only = ${value}`);
        await postgres.query(
          `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`,
        );
      };
      await setReadOnly('on');
      await until('it is noticed', () =>
        store.probe().then(
          () => false,
          (error: unknown) => error instanceof StoreUnavailableError,
        ),
      );
      await expectAway(store.createSession(TENANT, newWork()));
      await setReadOnly('off');
      await untilBack(store);
      expect(await store.readSession(TENANT, work.session.id)).toBeDefined();
    });

    it('has no connections left: unavailable until it has', async () => {
      const databaseUrl = await postgres.createDatabase();
      await using store = await open(databaseUrl);
      const work = newWork();
      await store.createSession(TENANT, work);
      await postgres.stop('fast');
      // The reserved ones are for us: in the tests everybody is a superuser.
      await postgres.start(['max_connections=10']);
      const clients: pg.Client[] = [];
      for (let full = false; !full;) {
        const client = new pg.Client(databaseUrl);
        client.on('error', () => undefined);
        full = await client.connect().then(
          () => false,
          () => true,
        );
        if (!full) clients.push(client);
      }
      await expectAway(store.createSession(TENANT, newWork()));
      await expectAway(store.readSession(TENANT, work.session.id));
      await Promise.all(clients.map((client) => client.end()));
      await untilBack(store);
      expect(await store.readSession(TENANT, work.session.id)).toBeDefined();
      await postgres.stop('fast');
      await postgres.start();
    });

    // These two only wait.
    it.concurrent('does not answer: what is under way waits, new writes are refused at once, and it goes on', async () => {
      const databaseUrl = await postgres.createDatabase();
      await using store = await open(databaseUrl);
      const work = newWork();
      await store.createSession(TENANT, work);
      const name = new URL(databaseUrl).pathname.slice(1);
      const backends = await postgres.query(
        `select pid from pg_stat_activity where datname = '${name}' and application_name = 'bullpen'`,
      );
      const signal = (what: NodeJS.Signals): void => {
        for (const { pid } of backends) process.kill(Number(pid), what);
      };
      signal('SIGSTOP');
      try {
        const waiting = store.commit(TENANT, work.session.id, { session: { title: 'Patient' } });
        await until('new writes are refused at once', async () => {
          const refused = store.commit(TENANT, work.session.id, {}).then(
            () => false,
            (error: unknown) => error instanceof StoreUnavailableError,
          );
          const later = new Promise<false>((resolve) => setTimeout(resolve, 200, false));
          return Promise.race([refused, later]);
        });
        signal('SIGCONT');
        expect(await waiting).toMatchObject({ ok: true });
      } finally {
        signal('SIGCONT');
      }
      expect((await store.readSession(TENANT, work.session.id))?.session.title).toBe('Patient');
    });

    it.concurrent('is behind a network that swallows everything: unavailable in bounded time, closable, and back after it', async () => {
      const { pathname } = new URL(await postgres.createDatabase());
      await using proxy = await startFlakyProxy(postgres.socketPath);
      const store = await open(`postgres://postgres@127.0.0.1:${proxy.port}${pathname}`);
      const work = newWork();
      await store.createSession(TENANT, work);
      proxy.blackHole();
      await Promise.all([
        expectAway(store.commit(TENANT, work.session.id, { session: { title: 'Lost' } })),
        expectAway(store.readSession(TENANT, work.session.id)),
        expectAway(store.probe()),
      ]);
      proxy.heal();
      await untilBack(store);
      await until('reads too', () => store.readSession(TENANT, work.session.id).catch(() => undefined));
      proxy.blackHole();
      const closing = performance.now();
      await store[Symbol.asyncDispose]();
      expect(performance.now() - closing).toBeLessThan(10_000);
    });
  });
}
