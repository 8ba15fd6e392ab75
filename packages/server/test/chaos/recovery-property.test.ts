import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '#src/lib/clock.ts';
import { MINUTE } from '#src/lib/duration.ts';
import { createLog } from '#src/log.ts';
import { openStore } from '#src/store/open.ts';
import { startPostgres } from '../support/postgres.ts';
import { describeRecovery } from './recovery-property.ts';

/** Longer than any play: only a crash ends one. */
const LEASE_MS = 10_000 * MINUTE;
const log = createLog({ level: 'silent', format: 'json' });

describeRecovery('SQLite, virtual clock', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'bullpen-property-'));
  let now = Date.now();
  const clock = { now: () => now, monotonic: () => systemClock.monotonic() };
  const store = await openStore({ dataDir: directory, clock, log });
  return {
    store,
    clock,
    leaseMs: LEASE_MS,
    async passTime() {
      now += MINUTE;
    },
    // As a server does that takes over the file.
    expireLeases: () => store.voidLeases(now),
    async [Symbol.asyncDispose]() {
      await store[Symbol.asyncDispose]();
      rmSync(directory, { recursive: true, force: true });
    },
  };
});

describeRecovery('PostgreSQL', async () => {
  const started = await startPostgres();
  if ('reason' in started) throw new Error(started.reason);
  const { postgres } = started;
  const directory = mkdtempSync(join(tmpdir(), 'bullpen-property-'));
  const databaseUrl = await postgres.createDatabase();
  const store = await openStore({ dataDir: directory, databaseUrl, clock: systemClock, log });
  return {
    store,
    clock: systemClock,
    leaseMs: LEASE_MS,
    async passTime() {
      await postgres.query(
        'update session_heads set wake_at = 0 where wake_at > 0 and lease_owner is null',
        databaseUrl,
      );
    },
    async expireLeases() {
      await postgres.query('update session_heads set lease_until = 0 where lease_until > 0', databaseUrl);
    },
    async [Symbol.asyncDispose]() {
      await store[Symbol.asyncDispose]();
      await postgres[Symbol.asyncDispose]();
      rmSync(directory, { recursive: true, force: true });
    },
  };
});
