import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, copyFileSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, it } from 'vitest';
import { systemClock, type Clock } from '#src/lib/clock.ts';
import { createLog } from '#src/log.ts';
import { openStore } from '#src/store/open.ts';
import { loadSqlite, SqliteConnection } from '#src/store/sqlite-driver.ts';
import { StoreRefusedError, StoreUnavailableError, type Store } from '#src/store/store.ts';
import { newWork, T0, TENANT } from '../suites/samples.ts';
import { describeStore } from '../suites/store-suite.ts';
import { ManualClock } from '../support/manual-clock.ts';

const log = createLog({ level: 'silent', format: 'json' });
const open = (dataDir: string, clock: Clock = systemClock): Promise<Store> =>
  openStore({ dataDir, clock, log });

describeStore('SQLite', async () => {
  const dataDir = createDataDir();
  const clock = new ManualClock(T0);
  return { open: () => open(dataDir, clock), clock, [Symbol.asyncDispose]: async () => remove(dataDir) };
});

describe('the data directory', () => {
  it('is for its owner’s eyes only', () =>
    withDataDir(async (parent) => {
      const dataDir = join(parent, 'new');
      await (await open(dataDir))[Symbol.asyncDispose]();
      expect(statSync(dataDir).mode & 0o777).toBe(0o700);
    }));

  it('keeps its content from others also where they may look into it', () =>
    withDataDir(async (dataDir) => {
      chmodSync(dataDir, 0o755);
      await using store = await open(dataDir);
      await store.createSession(TENANT, newWork());
      for (const name of ['bullpen.sqlite', 'bullpen.sqlite-wal']) {
        expect(statSync(join(dataDir, name)).mode & 0o777).toBe(0o600);
      }
    }));

  it('belongs to one store at a time; the second one is told which directory and which process', () =>
    withDataDir(async (dataDir) => {
      const first = await open(dataDir);
      const refusal = await open(dataDir).catch((error: unknown) => error);
      expect(refusal).toBeInstanceOf(StoreRefusedError);
      expect(String(refusal)).toContain(
        `${dataDir} is in use by another Bullpen server (process ${process.pid})`,
      );

      await first[Symbol.asyncDispose]();
      await (await open(dataDir))[Symbol.asyncDispose]();
    }));

  it('belongs to one process at a time, and is free again when that one is killed', () =>
    withDataDir(async (dataDir) => {
      const holder = startWriter(dataDir);
      await once(holder.lines, 'line');
      const refusal = await open(dataDir).catch((error: unknown) => error);
      expect(refusal).toBeInstanceOf(StoreRefusedError);
      expect(String(refusal)).toContain(`(process ${holder.child.pid})`);

      await holder.kill();
      await (await open(dataDir))[Symbol.asyncDispose]();
    }));

  it('of a newer program is refused, with both versions named', () =>
    withDataDir(async (dataDir) => {
      await (await open(dataDir))[Symbol.asyncDispose]();
      await execute(dataDir, "insert into schema_migrations values (99, 'later', 0)");
      const refusal = await open(dataDir).catch((error: unknown) => error);
      expect(refusal).toBeInstanceOf(StoreRefusedError);
      expect(String(refusal)).toMatch(/version 99.* up to \d+ /);
      // And the refused one has let go of it.
      await execute(dataDir, 'delete from schema_migrations where version = 99');
      await (await open(dataDir))[Symbol.asyncDispose]();
    }));

  it('that cannot be used is an error that says so', () =>
    withDataDir(async (dataDir) => {
      writeFileSync(join(dataDir, 'bullpen.sqlite'), 'This is no database. '.repeat(100));
      await expect(open(dataDir)).rejects.toBeInstanceOf(StoreUnavailableError);
    }));
});

describe('a store on SQLite', () => {
  it('leaves one complete file behind', () =>
    withDataDir(async (dataDir) => {
      const store = await open(dataDir);
      await store.createSession(TENANT, newWork());
      await store[Symbol.asyncDispose]();
      const copy = createDataDir();
      copyFileSync(join(dataDir, 'bullpen.sqlite'), join(copy, 'bullpen.sqlite'));
      const again = await open(copy);
      expect(await again.listSessions(TENANT, { limit: 9, order: 'newest' })).toHaveLength(1);
      await again[Symbol.asyncDispose]();
      remove(copy);
    }));

  it('stores what was written before it was closed, and takes nothing more', () =>
    withDataDir(async (dataDir) => {
      const store = await open(dataDir);
      const works = Array.from({ length: 50 }, () => newWork());
      const written = Promise.all(works.map((work) => store.createSession(TENANT, work)));
      await store[Symbol.asyncDispose]();
      await store[Symbol.asyncDispose]();
      await written;
      await expect(store.createSession(TENANT, newWork())).rejects.toBeInstanceOf(StoreUnavailableError);

      const again = await open(dataDir);
      expect(await again.listSessions(TENANT, { limit: 100, order: 'newest' })).toHaveLength(50);
      await again[Symbol.asyncDispose]();
    }));

  it('voids the leases of the process before it', () =>
    withDataDir(async (dataDir) => {
      const work = newWork();
      const claim = { owner: 'w', leaseMs: 60_000, slots: 1, limit: 1 };
      const before = await open(dataDir, new ManualClock(T0));
      await before.createSession(TENANT, work);
      expect(await before.claim(claim)).toHaveLength(1);
      await before[Symbol.asyncDispose]();

      const after = await open(dataDir, new ManualClock(T0));
      expect(await after.claim(claim)).toHaveLength(1);
      await after[Symbol.asyncDispose]();
    }));

  it('loses nothing that it acknowledged when its process is killed', () =>
    withDataDir(async (dataDir) => {
      for (let round = 0; round < 3; round++) {
        const writer = startWriter(dataDir);
        const acknowledged = new Map<string, number>();
        for await (const line of writer.lines) {
          const [id = '', seq = '0'] = line.split(' ');
          acknowledged.set(id, Number(seq));
          if (acknowledged.size === 20 + round * 30) await writer.kill();
        }
        expect(acknowledged.size).toBeGreaterThanOrEqual(20 + round * 30);
        const store = await open(dataDir);
        for (const [id, lastSeq] of acknowledged) {
          const events = await store.readEvents(TENANT, id, 0, 100);
          expect(events.length).toBeGreaterThanOrEqual(lastSeq);
          expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
          expect((await store.readSession(TENANT, id))?.head.lastSeq).toBe(events.length);
        }
        await store[Symbol.asyncDispose]();
        expect(await execute(dataDir, 'pragma integrity_check')).toEqual([{ integrity_check: 'ok' }]);
      }
    }));
});

/** Another process: creates sessions and appends to them without end, and prints each id and seq once it is acknowledged. */
const WRITER = `
  import { openStore } from '#src/store/open.ts';
  import { createId } from '#src/lib/ids.ts';
  import { systemClock as clock } from '#src/lib/clock.ts';
  import { createLog } from '#src/log.ts';
  import { UNMANAGED } from '#src/store/records.ts';
  const log = createLog({ level: 'silent', format: 'json' });
  const store = await openStore({ dataDir: process.argv[1], clock, log });
  const write = async () => {
    for (;;) {
      const id = createId(clock.now());
      const session = {
        tenantId: 'default', id, origin: 'execute', state: 'new', title: null, metadata: null,
        workspace: { kind: 'own', ref: '/' }, homeNode: null, agentSessionId: null, totalCostUsd: null, grants: [],
        createdAt: 0, updatedAt: 0, endedAt: null, ...UNMANAGED,
      };
      await store.createSession('default', { session, wakeAt: null });
      process.stdout.write(id + ' 0\\n');
      for (let seq = 1; seq <= 3; seq++) {
        const body = { type: 'session.state', state: 'running', runId: null };
        const events = [{ id: createId(clock.now()), threadId: 'primary', createdAt: 0, body }];
        await store.commit('default', id, { events });
        process.stdout.write(id + ' ' + seq + '\\n');
      }
    }
  };
  await Promise.all([write(), write(), write(), write()]);
`;

function startWriter(dataDir: string) {
  const child = spawn(process.execPath, ['--input-type=module', '-e', WRITER, dataDir], {
    cwd: join(import.meta.dirname, '../..'),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return {
    child,
    lines: createInterface(child.stdout),
    async kill() {
      child.kill('SIGKILL');
      if (child.signalCode === null) await once(child, 'exit');
    },
  };
}

/** Runs SQL on the database file beside the store. */
async function execute(dataDir: string, sql: string): Promise<unknown[]> {
  const connection = new SqliteConnection(await loadSqlite(), join(dataDir, 'bullpen.sqlite'), {
    readOnly: false,
    busyMs: 0,
  });
  try {
    return connection.query({ name: '', sql, values: [] });
  } finally {
    connection.close();
  }
}

function createDataDir(): string {
  return mkdtempSync(join(tmpdir(), 'bullpen-store-'));
}

function remove(dataDir: string): void {
  rmSync(dataDir, { recursive: true, force: true });
}

async function withDataDir(test: (dataDir: string) => Promise<void>): Promise<void> {
  const dataDir = createDataDir();
  try {
    await test(dataDir);
  } finally {
    remove(dataDir);
  }
}
