import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { systemClock } from '#src/lib/clock.ts';
import { createLog } from '#src/log.ts';
import { openStore } from '#src/store/open.ts';
import { loadSqlite, SqliteConnection } from '#src/store/sqlite-driver.ts';
import { StoreUnavailableError, type Store } from '#src/store/store.ts';
import { messageEvent, newWork, TENANT } from '../suites/samples.ts';
import { until } from '../support/until.ts';

const MIB = 2 ** 20;
const log = createLog({ level: 'silent', format: 'json' });

async function withStore(
  test: (store: Store, path: string, connect: () => SqliteConnection) => Promise<void>,
): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), 'bullpen-store-'));
  const path = join(dataDir, 'bullpen.sqlite');
  const driver = await loadSqlite();
  try {
    await using store = await openStore({ dataDir, clock: systemClock, log });
    await test(store, path, () => new SqliteConnection(driver, path, { readOnly: false, busyMs: 0 }));
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}

/** Writes about so many bytes in many commits, and reads them meanwhile. */
async function writeAndRead(store: Store, sessionId: string, bytes: number): Promise<void> {
  const content = 'x'.repeat(MIB);
  for (let written = 0; written < bytes; written += content.length) {
    await store.commit(TENANT, sessionId, { events: [messageEvent(content)] });
    await store.readEvents(TENANT, sessionId, 0, 5);
  }
}

describe('SQLite in trouble', () => {
  it('does not answer: what is under way waits, new writes are refused at once, and it goes on', () =>
    withStore(async (store, _path, connect) => {
      const work = newWork();
      await store.createSession(TENANT, work);
      const other = connect();
      other.exec('begin immediate');
      const waiting = store.commit(TENANT, work.session.id, { session: { title: 'Patient' } });
      await until('new writes are refused at once', async () => {
        const refused = store.commit(TENANT, work.session.id, {}).then(
          () => false,
          (error: unknown) => error instanceof StoreUnavailableError,
        );
        const later = new Promise<false>((resolve) => setTimeout(resolve, 200, false));
        return Promise.race([refused, later]);
      });
      // Reads go on meanwhile.
      expect((await store.readSession(TENANT, work.session.id))?.session.title).toBeNull();
      other.exec('rollback');
      other.close();
      expect(await waiting).toMatchObject({ ok: true });
      expect((await store.readSession(TENANT, work.session.id))?.session.title).toBe('Patient');
    }));

  it('bounds its log, which only a reader of another program lets grow, and which shrinks when that has gone', () =>
    withStore(async (store, path, connect) => {
      const work = newWork();
      await store.createSession(TENANT, work);
      const logSize = (): number => statSync(`${path}-wal`).size;
      await writeAndRead(store, work.session.id, 12 * MIB);
      expect(logSize()).toBeLessThan(16 * MIB);

      const backup = connect();
      backup.exec('begin; select count(*) from events');
      await writeAndRead(store, work.session.id, 72 * MIB);
      expect(logSize()).toBeGreaterThan(64 * MIB);
      backup.exec('rollback');
      backup.close();
      await writeAndRead(store, work.session.id, 5 * MIB);
      expect(logSize()).toBeLessThanOrEqual(64 * MIB);
    }));
});
