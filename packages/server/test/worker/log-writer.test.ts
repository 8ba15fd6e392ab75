import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { systemClock } from '#src/lib/clock.ts';
import { createLog } from '#src/log.ts';
import { openStore } from '#src/store/open.ts';
import { StoreUnavailableError, type Commit, type Store } from '#src/store/store.ts';
import { LeaseLost, type Lease } from '#src/worker/lease.ts';
import { LogWriter } from '#src/worker/log-writer.ts';
import { newWork, TENANT } from '../suites/samples.ts';

const STATE = { type: 'session.state', state: 'running', runId: null } as const;

interface Bench {
  store: Store;
  lease: Lease;
  /** As when the lease is lost. */
  end(): void;
}

/** A store with a session that is claimed. */
async function withLease(test: (bench: Bench) => Promise<void>): Promise<void> {
  const dataDir = await mkdtemp(join(tmpdir(), 'bullpen-log-writer-'));
  try {
    const log = createLog({ level: 'silent', format: 'json' });
    await using store = await openStore({ dataDir, clock: systemClock, log });
    const { session, ...work } = newWork();
    await store.createSession(TENANT, { ...work, session, wakeAt: systemClock.now() });
    const [claimed] = await store.claim({ owner: 'w', leaseMs: 60_000, slots: 1, limit: 1 });
    const lease = new AbortController();
    await test({
      store,
      lease: {
        tenantId: TENANT,
        sessionId: session.id,
        epoch: claimed?.head.leaseEpoch ?? 0,
        ended: lease.signal,
      },
      end: () => lease.abort(),
    });
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}

/** The store, but some commits fail: before they reach it, or after, when nobody knows whether they did. */
function flaky(store: Store, failures: ('lost' | 'unknown')[]): Pick<Store, 'commit'> {
  return {
    async commit(tenantId: string, sessionId: string, commit: Commit) {
      const failure = failures.shift();
      if (failure === 'lost') throw new StoreUnavailableError('Away.');
      const result = await store.commit(tenantId, sessionId, commit);
      if (failure === 'unknown') throw new StoreUnavailableError('Cut.', { unknown: true });
      return result;
    },
  };
}

describe('a log writer', () => {
  it('whose lease is lost says so at every flush, also after more was added', () =>
    withLease(async ({ store, lease }) => {
      const writer = new LogWriter(store, systemClock, { ...lease, epoch: 4711 }, () => undefined);
      for (let i = 0; i < 2; i++) {
        writer.add({ session: { title: 'Not mine' } });
        await expect(writer.flush()).rejects.toThrow(LeaseLost);
      }
      expect((await store.readSession(TENANT, lease.sessionId))?.session.title).toBeNull();
    }));

  it('holds events while the store is away, and writes each once and in order, also what may have been stored', () =>
    withLease(async ({ store, lease }) => {
      const away = flaky(store, ['lost', 'unknown', 'lost', 'unknown', 'unknown']);
      const writer = new LogWriter(away, systemClock, lease, () => undefined);
      const events = Array.from({ length: 6 }, () => writer.createEvent(STATE));
      for (const event of events) {
        writer.add({ events: [event] });
        await Promise.resolve();
      }
      await writer.flush();
      const stored = await store.readEvents(TENANT, lease.sessionId, 0, 99);
      expect(stored.map(({ id }) => id)).toEqual(events.map(({ id }) => id));
      expect(stored.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6]);
    }));

  it('does not store again under a lease that has become another’s', () =>
    withLease(async ({ store, lease }) => {
      const away = flaky(store, ['unknown']);
      const writer = new LogWriter(away, systemClock, lease, () => undefined);
      writer.add({ events: [writer.createEvent(STATE)] });
      await store.voidLeases(systemClock.now());
      await expect(writer.flush()).rejects.toThrow(LeaseLost);
      expect((await store.readEvents(TENANT, lease.sessionId, 0, 99)).length).toBeLessThanOrEqual(1);
    }));

  it('gives up when the lease ends while the store is away', () =>
    withLease(async ({ store, lease, end }) => {
      let failed = 0;
      const away = flaky(
        store,
        Array.from({ length: 99 }, () => 'lost' as const),
      );
      const writer = new LogWriter(away, systemClock, lease, () => failed++);
      writer.add({ events: [writer.createEvent(STATE)] });
      const flushed = writer.flush();
      end();
      await expect(flushed).rejects.toThrow(LeaseLost);
      expect(failed).toBe(1);
      expect(await store.readEvents(TENANT, lease.sessionId, 0, 99)).toEqual([]);
    }));
});
