import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { HOUR } from '#src/lib/duration.ts';
import { createLog } from '#src/log.ts';
import { openStore } from '#src/store/open.ts';
import { removeExpiredRows } from '#src/worker/expired-rows.ts';
import { KEPT_MS, newDelivery, newKey, newSession, SCOPE, T0, TENANT } from '../suites/samples.ts';
import { until } from '../support/until.ts';

it('used keys and webhook deliveries go when their time is over, however many there are', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'bullpen-expiry-'));
  const log = createLog({ level: 'silent', format: 'json' });
  let now = T0;
  const clock = { now: () => now, monotonic: () => performance.now() };
  const store = await openStore({ dataDir, clock, log });
  try {
    const keys = Array.from({ length: 1200 }, (_, index) => `key ${index}`);
    await Promise.all(
      keys.map((key) =>
        store.createSession(TENANT, { session: newSession(), wakeAt: null, idempotency: newKey(key) }),
      ),
    );
    const session = newSession();
    await store.createSession(TENANT, { session, wakeAt: null });
    const [old, later] = [newDelivery(0), newDelivery(2 * HOUR)];
    await store.commit(TENANT, session.id, { deliveries: [old, later] });
    now = T0 + 30 * 24 * HOUR + HOUR;
    expect(now).toBeGreaterThan(T0 + KEPT_MS);
    await using _expiry = removeExpiredRows(store, clock, log);
    await until('the old ones are gone', async () => {
      const deliveries = await store.listDeliveries(TENANT, { limit: 9 });
      // Seen from before: whatever is still there.
      const left = await Promise.all(
        keys.map((key) => store.readIdempotency(TENANT, { scope: SCOPE, key, now: T0 })),
      );
      return deliveries.length === 1 && deliveries[0]?.id === later.id && left.every((key) => !key);
    });
  } finally {
    await store[Symbol.asyncDispose]();
    rmSync(dataDir, { recursive: true });
  }
});
