import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { systemClock, type Clock } from '#src/lib/clock.ts';
import { DAY } from '#src/lib/duration.ts';
import { createLog } from '#src/log.ts';
import { watchFleet } from '#src/sessions/fleet.ts';
import type { FleetRecord } from '#src/store/fleet.ts';
import { openStore } from '#src/store/open.ts';
import { connectionConfig, PostgresConnection } from '#src/store/postgres-connection.ts';
import { StoreRefusedError, StoreUnavailableError, type Store } from '#src/store/store.ts';
import { describeStore } from '../suites/store-suite.ts';
import {
  newDelivery,
  newKey,
  newSession,
  newUsage,
  newWork,
  stateEvent,
  T0,
  TENANT,
} from '../suites/samples.ts';
import { DatabaseClock } from '../support/database-clock.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { startPostgres } from '../support/postgres.ts';
import { until } from '../support/until.ts';

const log = createLog({ level: 'silent', format: 'json' });
const MIGRATIONS = fileURLToPath(new URL('../../src/store/migrations', import.meta.url));
const started = await startPostgres();

if ('reason' in started) {
  it('the store on PostgreSQL', ({ skip }) => skip(`no PostgreSQL runs here: ${started.reason}`));
} else {
  const { postgres } = started;
  const root = mkdtempSync(join(tmpdir(), 'bullpen-store-'));
  const open = (databaseUrl: string, clock: Clock = systemClock): Promise<Store> =>
    openStore({ dataDir: mkdtempSync(join(root, 'node-')), databaseUrl, clock, log });

  afterAll(async () => {
    await postgres[Symbol.asyncDispose]();
    rmSync(root, { recursive: true, force: true });
  });

  describeStore('PostgreSQL', async () => {
    const databaseUrl = await postgres.createDatabase();
    const clock = await DatabaseClock.install(databaseUrl, T0);
    return { open: () => open(databaseUrl, clock), clock, [Symbol.asyncDispose]: () => clock.close() };
  });

  it('a data directory has one server on PostgreSQL too', async () => {
    const dataDir = mkdtempSync(join(root, 'node-'));
    const options = { dataDir, databaseUrl: await postgres.createDatabase(), clock: systemClock, log };
    await using _first = await openStore(options);
    await expect(openStore(options)).rejects.toThrow(StoreRefusedError);
  });

  it('a deleted session leaves no row behind, in whichever table', async () => {
    const databaseUrl = await postgres.createDatabase();
    await using store = await open(databaseUrl);
    const { session, ...work } = newWork();
    await store.createSession(TENANT, { session, ...work, wakeAt: 0 });
    const [claimed] = await store.claim({ owner: 'worker', leaseMs: 60_000, slots: 1, limit: 1 });
    await store.recordUsage(newUsage(session.id, 'run'));
    const commit = { session: { totalCostUsd: 1, metadata: { a: 'b' } }, events: [stateEvent()] };
    await store.commit(TENANT, session.id, commit);
    const tables = await postgres.query(
      "select table_name as name from information_schema.columns where column_name = 'session_id'",
      databaseUrl,
    );
    const countRows = async (): Promise<unknown[]> => {
      const counts = tables.map(({ name }) => `select '${String(name)}' as name from ${String(name)}`);
      return postgres.query(counts.join(' union all '), databaseUrl);
    };
    expect((await countRows()).length).toBeGreaterThan(5);
    await store.deleteSession(TENANT, session.id, claimed?.head.leaseEpoch ?? 0);
    expect(await countRows()).toEqual([]);
  });

  describe('several nodes on one PostgreSQL', () => {
    it('start at once on an empty database', async () => {
      const databaseUrl = await postgres.createDatabase();
      const stores = await Promise.all(Array.from({ length: 4 }, () => open(databaseUrl)));
      await Promise.all(stores.map((store) => store[Symbol.asyncDispose]()));
      const applied = await postgres.query('select version from schema_migrations', databaseUrl);
      expect(applied).toHaveLength(readdirSync(MIGRATIONS).length);
    });

    it('sum up by day what each of them records', async () => {
      const databaseUrl = await postgres.createDatabase();
      const stores = await Promise.all([open(databaseUrl), open(databaseUrl)]);
      const rows = await Promise.all(
        stores.map(async (store) => {
          const session = newSession();
          await store.createSession(TENANT, { session, wakeAt: null });
          return Array.from({ length: 30 }, (_, index) => ({
            ...newUsage(session.id, 'run'),
            model: `model-${index % 3}`,
          }));
        }),
      );
      await Promise.all(
        stores.flatMap((store, index) => rows[index]?.map((row) => store.recordUsage(row)) ?? []),
      );
      const day = Math.floor(T0 / DAY);
      const found = await stores[0].readDailyUsage({ from: day, to: day, by: 'model' });
      expect(found.map(({ requests }) => requests)).toEqual([20, 20, 20]);
      await Promise.all(stores.map((store) => store[Symbol.asyncDispose]()));
    });

    it('hear of each other’s writes, also after the connection was lost', async () => {
      const databaseUrl = await postgres.createDatabase();
      const [writer, reader] = await Promise.all([open(databaseUrl), open(databaseUrl)]);
      let rings = 0;
      let workRings = 0;
      const work = newWork();
      reader.hints.onSession(work.session.id, () => rings++);
      reader.hints.onWork(() => workRings++);
      await writer.createSession(TENANT, work);
      await until('the other node hears it', () => rings === 1 && workRings === 1);

      await postgres.query(
        "select pg_terminate_backend(pid) from pg_stat_activity where query = 'listen bullpen_hints'",
        databaseUrl,
      );
      await until('everybody looks again', () => rings > 1 && workRings > 1);
      const before = rings;
      await until('it hears again', async () => {
        await writer.commit(TENANT, work.session.id, {});
        return rings > before;
      });
      await Promise.all([writer, reader].map((store) => store[Symbol.asyncDispose]()));
    });

    it('find out what they have not heard of while the connection was lost', async () => {
      const databaseUrl = await postgres.createDatabase();
      await using writer = await open(databaseUrl);
      await using reader = await open(databaseUrl);
      const [kept, changed, gone] = [newWork(), newWork(), newWork()];
      for (const work of [kept, changed, gone]) await writer.createSession(TENANT, work);
      const told = new Map<string, FleetRecord[]>();
      const removed: string[] = [];
      let isReady = false;
      const stop = new AbortController();
      const watching = (async () => {
        for await (const step of watchFleet({ store: reader, clock: systemClock }, TENANT, 10, stop.signal)) {
          if (step.type === 'ready') isReady = true;
          if (step.type === 'removed') removed.push(...step.ids);
          if (step.type !== 'changed') continue;
          for (const record of step.sessions) told.set(record.id, [...(told.get(record.id) ?? []), record]);
        }
      })();
      await until('all is told', () => isReady);
      const titleOf = ({ session }: typeof kept) => told.get(session.id)?.at(-1)?.title;
      await writer.commit(TENANT, changed.session.id, { session: { title: 'Heard' } });
      await until('the other node hears it', () => titleOf(changed) === 'Heard');

      // Nobody notifies of what is written in this way.
      await postgres.query(
        `update sessions set title = '"Lost"' where id = '${changed.session.id}';
        update session_heads set version = version + 1 where session_id = '${changed.session.id}';
        delete from sessions where id = '${gone.session.id}'`,
        databaseUrl,
      );
      await postgres.query(
        "select pg_terminate_backend(pid) from pg_stat_activity where query = 'listen bullpen_hints'",
        databaseUrl,
      );
      await until('it has looked again', () => titleOf(changed) === 'Lost' && removed.length > 0);
      expect(removed).toEqual([gone.session.id]);
      expect(told.get(kept.session.id)).toHaveLength(1);
      stop.abort();
      await watching;
    });

    it('hear of more sessions than one notification holds', async () => {
      const databaseUrl = await postgres.createDatabase();
      const [writer, reader] = await Promise.all([open(databaseUrl), open(databaseUrl)]);
      const heard = new Set<string>();
      const works = Array.from({ length: 1000 }, () => newWork());
      for (const { session } of works) reader.hints.onSession(session.id, () => heard.add(session.id));
      await Promise.all(works.map((work) => writer.createSession(TENANT, work)));
      await until('all are heard', () => heard.size === works.length);
      await Promise.all([writer, reader].map((store) => store[Symbol.asyncDispose]()));
    });

    it('never claim the same session', async () => {
      const databaseUrl = await postgres.createDatabase();
      // Their clocks are an hour apart, which must not matter: leases go by the database's.
      const clocks = [-3_600_000, 0, 3_600_000].map((skew) => new ManualClock(T0 + skew));
      const stores = await Promise.all(clocks.map((clock) => open(databaseUrl, clock)));
      const works = Array.from({ length: 60 }, () => ({ ...newWork(), wakeAt: clocks[0]?.now() ?? 0 }));
      await Promise.all(works.map((work) => stores[0]?.createSession(TENANT, work)));
      const claimed = new Set<string>();
      let count = 0;
      await until('all are claimed', async () => {
        const claims = await Promise.all(
          stores.map((store, index) =>
            store.claim({ owner: `n${index}`, leaseMs: 60_000, slots: 3, limit: 3 }),
          ),
        );
        for (const { session } of claims.flat()) claimed.add(session.id);
        count += claims.flat().length;
        return claimed.size === works.length;
      });
      expect(count).toBe(works.length);
      await Promise.all(stores.map((store) => store[Symbol.asyncDispose]()));
    });

    it('never claim the same delivery to the webhook, and keep the order of each session', async () => {
      const databaseUrl = await postgres.createDatabase();
      const stores = await Promise.all(Array.from({ length: 2 }, () => open(databaseUrl)));
      const sent = new Map<string, string[]>();
      const made: string[] = [];
      for (let index = 0; index < 20; index++) {
        const session = newSession();
        await stores[0]?.createSession(TENANT, { session, wakeAt: null });
        sent.set(session.id, []);
        const deliveries = [0, 1, 2].map(() => newDelivery(0));
        made.push(...deliveries.map(({ id }) => id));
        await stores[0]?.commit(TENANT, session.id, { deliveries });
      }
      const deliverSome = async (store: Store): Promise<number> => {
        const claimed = await store.claimDeliveries({ now: T0, leaseUntil: T0 + 1000, limit: 7 });
        for (const { tenantId, sessionId, id, attempts } of claimed) {
          sent.get(sessionId)?.push(id);
          const set = { state: 'delivered' as const, nextAttemptAt: null };
          await store.settleDelivery({ tenantId, sessionId, id, attempts, set });
        }
        return claimed.length;
      };
      await until('all are sent', async () => {
        await Promise.all(stores.map(deliverSome));
        return [...sent.values()].flat().length >= made.length;
      });
      expect([...sent.values()].flat()).toEqual(made);
      await Promise.all(stores.map((store) => store[Symbol.asyncDispose]()));
    });

    it('carry out a request with one key once, whatever else they write', async () => {
      const databaseUrl = await postgres.createDatabase();
      const stores = await Promise.all(Array.from({ length: 2 }, () => open(databaseUrl)));
      const session = newSession();
      await stores[0]?.createSession(TENANT, { session, wakeAt: null });
      for (let round = 0; round < 5; round++) {
        // Keys in opposite orders, so that the nodes would wait for each other.
        const keys = [`a${round}`, `b${round}`, `c${round}`];
        const results = await Promise.all(
          stores.flatMap((store, node) =>
            (node === 0 ? keys : keys.toReversed()).flatMap((key) =>
              Array.from({ length: 8 }, async (_, index) => {
                const idempotency = newKey(key);
                const { ok } =
                  index % 2 === 0
                    ? await store.createSession(TENANT, { ...newWork(), idempotency })
                    : await store.commit(TENANT, session.id, { events: [stateEvent()], idempotency });
                return { key, ok };
              }),
            ),
          ),
        );
        const winners = results.filter(({ ok }) => ok).map(({ key }) => key);
        expect(winners.toSorted()).toEqual(keys);
      }
      const events = (await stores[0]?.readEvents(TENANT, session.id, 0, 100)) ?? [];
      const sessions = (await stores[0]?.listSessions(TENANT, { limit: 100, order: 'oldest' })) ?? [];
      expect(events.length + sessions.length - 1).toBe(15);
      await Promise.all(stores.map((store) => store[Symbol.asyncDispose]()));
    });

    it('take over when a lease has run out by the database’s clock, and not before, however wrong their own are', async () => {
      const databaseUrl = await postgres.createDatabase();
      const early = new ManualClock(T0 - 600_000);
      const late = new ManualClock(T0 + 600_000);
      const [slow, fast] = await Promise.all([open(databaseUrl, early), open(databaseUrl, late)]);
      const LEASE_MS = 400;
      const claim = (store: Store) =>
        store.claim({ owner: store === slow ? 'slow' : 'fast', leaseMs: LEASE_MS, slots: 9, limit: 9 });
      const leaseLeft = async () =>
        (
          await postgres.query(
            'select lease_until - extract(epoch from clock_timestamp()) * 1000 as ms from session_heads',
            databaseUrl,
          )
        )[0]?.['ms'];

      const work = { ...newWork(), wakeAt: late.now() };
      await fast.createSession(TENANT, work);
      const [first] = await claim(slow);
      // What a node whose clock is late wants done now is done now.
      expect(first?.session.id).toBe(work.session.id);
      expect(Number(await leaseLeft())).toBeLessThanOrEqual(LEASE_MS);
      const second = await until('the other one takes over', async () => {
        const claimed = await claim(fast);
        if (claimed.length > 0) return claimed[0];
        // As long as it gets nothing the lease is not over, or is over since a moment.
        expect(Number(await leaseLeft())).toBeGreaterThan(-LEASE_MS);
        return undefined;
      });
      expect(second?.head).toMatchObject({ leaseOwner: 'fast', leaseEpoch: 2 });
      expect(await claim(slow)).toEqual([]);
      await Promise.all([slow, fast].map((store) => store[Symbol.asyncDispose]()));
    });

    it('take over from one that was frozen in a transaction, whose locks end before its leases', async () => {
      const databaseUrl = await postgres.createDatabase();
      await using store = await open(databaseUrl);
      await store.createSession(TENANT, { ...newWork(), wakeAt: systemClock.now() });
      const frozen = await PostgresConnection.open(connectionConfig(databaseUrl));
      await frozen.query({ name: '', sql: 'begin', values: [] });
      await frozen.query({ name: '', sql: 'update session_heads set version = version + 1', values: [] });
      const claim = () => store.claim({ owner: 'w', leaseMs: 60_000, slots: 1, limit: 1 });
      expect(await claim()).toEqual([]);
      await until('it can be claimed', async () => (await claim()).length > 0, 9_000);
    });

    it('write to the same sessions in any order without failing', async () => {
      const databaseUrl = await postgres.createDatabase();
      const stores = await Promise.all([open(databaseUrl), open(databaseUrl)]);
      const works = Array.from({ length: 8 }, () => newWork());
      for (const work of works) await stores[0]?.createSession(TENANT, work);
      for (let round = 0; round < 10; round++) {
        await Promise.all(
          stores.flatMap((store, index) =>
            (index === 0 ? works : works.toReversed()).map(({ session }) =>
              store.commit(TENANT, session.id, { events: [stateEvent()] }),
            ),
          ),
        );
      }
      for (const { session } of works) {
        const events = await stores[0]?.readEvents(TENANT, session.id, 0, 100);
        expect(events?.map(({ seq }) => seq)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
      }
      await Promise.all(stores.map((store) => store[Symbol.asyncDispose]()));
    });
  });

  describe('PostgreSQL', () => {
    it('refuses a schema newer than the program, naming both versions', async () => {
      const databaseUrl = await postgres.createDatabase();
      await (await open(databaseUrl))[Symbol.asyncDispose]();
      await postgres.query("insert into schema_migrations values (99, 'later', 0)", databaseUrl);
      const refusal = await open(databaseUrl).catch((error: unknown) => error);
      expect(refusal).toBeInstanceOf(StoreRefusedError);
      expect(String(refusal)).toMatch(/version 99.* up to \d+ /);
    });

    it('is unavailable while connections fail, and goes on when they work again', async () => {
      const databaseUrl = await postgres.createDatabase();
      const store = await open(databaseUrl);
      const work = newWork();
      await store.createSession(TENANT, work);
      const name = new URL(databaseUrl).pathname.slice(1);
      await postgres.query(`alter database ${name} allow_connections false`);
      await postgres.query(
        `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`,
      );

      await expect(store.readSession(TENANT, work.session.id)).rejects.toBeInstanceOf(StoreUnavailableError);
      await expect(store.commit(TENANT, work.session.id, {})).rejects.toBeInstanceOf(StoreUnavailableError);
      await postgres.query(`alter database ${name} allow_connections true`);
      await until('it works again', () => store.commit(TENANT, work.session.id, {}).catch(() => undefined));
      expect(await store.readSession(TENANT, work.session.id)).toBeDefined();
      await store[Symbol.asyncDispose]();
    });

    it('cannot be reached: opening says so and does not wait for ever', async () => {
      const refusal = await open('postgres://nobody:secret@127.0.0.1:1/none').catch(
        (error: unknown) => error,
      );
      expect(refusal).toBeInstanceOf(StoreUnavailableError);
      expect(String(refusal)).not.toContain('secret');
    });
  });
}
