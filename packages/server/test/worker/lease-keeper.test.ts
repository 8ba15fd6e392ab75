import { once } from 'node:events';
import { createServer } from 'node:http';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createPatience } from '#src/gateway/patience.ts';
import { startGateway } from '#src/gateway/start-gateway.ts';
import { createLog } from '#src/log.ts';
import type { Store } from '#src/store/store.ts';
import { LeaseKeeper } from '#src/worker/lease-keeper.ts';
import { ManualClock } from '../support/manual-clock.ts';

const LEASE_MS = 8_500;
const log = createLog({ level: 'silent', format: 'json' });
const lease = { tenantId: 't', sessionId: 's', epoch: 1, ended: new AbortController().signal };

function startKeeper(renew: Store['renew']) {
  const clock = new ManualClock(0);
  const keeper = new LeaseKeeper({ store: { renew }, clock, log }, 'node:1', LEASE_MS);
  const lost: number[] = [];
  keeper.start();
  keeper.hold(lease, clock.monotonic(), () => lost.push(clock.now()));
  return { clock, keeper, lost };
}

describe('the keeper of leases', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] }));
  afterEach(() => void vi.useRealTimers());

  /** Lets time pass as a process sees it that runs all the while. */
  async function pass(clock: ManualClock, ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += 50) {
      await clock.set(clock.now() + 50);
      await vi.advanceTimersByTimeAsync(50);
    }
  }

  it('gives a lease up while there is time to kill the tree, when the database does not answer', async () => {
    const { clock, keeper, lost } = startKeeper(() => new Promise<never>(() => undefined));
    await pass(clock, LEASE_MS);
    expect(lost).toHaveLength(1);
    expect(lost[0]).toBeGreaterThan(LEASE_MS / 2);
    expect(lost[0]).toBeLessThanOrEqual(LEASE_MS - 2_000);
    expect(keeper.holds('s')).toBe(false);
  });

  it('keeps it for as long as it is renewed, and counts from when the renewal was sent', async () => {
    const renewals: ((lost: string[]) => void)[] = [];
    const { clock, keeper, lost } = startKeeper(() => new Promise((resolve) => renewals.push(resolve)));
    for (let time = 0; time < 5 * LEASE_MS; time += 1_000) {
      for (const resolve of renewals.splice(0)) resolve([]);
      await pass(clock, 1_000);
    }
    expect(lost).toEqual([]);
    expect(keeper.holds('s')).toBe(true);

    // This answer comes late: the lease that it tells of is nearly over by now.
    await vi.waitUntil(() => renewals.length > 0);
    await clock.set(clock.now() + LEASE_MS);
    for (const resolve of renewals.splice(0)) resolve([]);
    await vi.advanceTimersByTimeAsync(0);
    expect(keeper.holds('s')).toBe(false);
  });

  it('loses at once what another one has claimed', async () => {
    const { clock, keeper, lost } = startKeeper(async () => ['s']);
    await pass(clock, 3_000);
    expect(lost).toHaveLength(1);
    expect(keeper.holds('s')).toBe(false);
  });

  it('does not renew after a standstill what was over in the meantime', async () => {
    let renewals = 0;
    const { clock, lost } = startKeeper(async () => {
      renewals++;
      return [];
    });
    await clock.set(LEASE_MS + 1);
    await vi.advanceTimersByTimeAsync(LEASE_MS);
    expect(lost).toHaveLength(1);
    expect(renewals).toBe(0);
  });

  it('keeps a session that was claimed again while the work under the lost lease comes to its end', async () => {
    const { clock, keeper, lost } = startKeeper(async () => []);
    const again = { ...lease, epoch: 3 };
    keeper.hold(again, clock.monotonic(), () => lost.push(-1));
    keeper.drop(lease);
    expect(keeper.holds('s')).toBe(true);
    keeper.drop(again);
    expect(keeper.holds('s')).toBe(false);
  });

  it('lets no request to the model through after a standstill, not even one that comes before every timer', async () => {
    let asked = 0;
    await using model = createServer((_request, response) => {
      asked++;
      response.end('{}');
    }).listen(0, '127.0.0.1');
    await once(model, 'listening');
    const address = model.address();
    const { clock, keeper, lost } = startKeeper(async () => []);
    await using gateway = await startGateway({
      upstream: { url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`, headers: {} },
      clock,
      log,
      patience: createPatience(1_000),
      mayWork: (sessionId) => keeper.holds(sessionId),
      onRequest: () => undefined,
    });
    const agent = gateway.issuePass(lease);
    agent.setRun('run');
    const ask = async () =>
      (
        await fetch(`${gateway.url}/v1/messages`, {
          method: 'POST',
          headers: { 'x-api-key': agent.token, connection: 'close' },
          body: '{}',
        })
      ).status;

    expect(await ask()).toBe(200);
    await clock.set(LEASE_MS);
    expect(await ask()).toBe(403);
    expect([asked, lost.length]).toEqual([1, 1]);
  });
});
