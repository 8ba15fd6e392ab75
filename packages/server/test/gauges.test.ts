import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { registerGauges } from '#src/gauges.ts';
import { createLog } from '#src/log.ts';
import { openStore } from '#src/store/open.ts';
import type { Load } from '#src/store/bounds.ts';
import { StoreUnavailableError } from '#src/store/store.ts';
import { Metrics } from '#src/telemetry/metrics.ts';
import { newWork, T0, TENANT } from './suites/samples.ts';
import { parseMetrics } from './support/prometheus.ts';

const LOAD: Load = { sessions: { queued: 1 }, longestWaitMs: 1000, openApprovals: 0 };

/** The gauges over something that gives the load, and a clock that a test moves. */
function createGauges(readLoad: () => Promise<Load>) {
  const metrics = new Metrics();
  let passed = 0;
  const clock = { now: () => T0 + passed, monotonic: () => passed };
  const usage = [{ sessionId: 's', pid: 7, rssBytes: 2 ** 20, cpuSeconds: 4, processes: 2 }];
  const pool = { size: 3, usage: async () => usage };
  const stats = { byStatus: {}, waiting: 2, pauses: 5, pausedModels: ['opus'] };
  registerGauges(metrics, { store: { readLoad }, pool, gateway: { stats: () => stats }, clock });
  return {
    usage,
    read: async () => parseMetrics(await metrics.read()),
    pass: (ms: number) => (passed += ms),
  };
}

describe('what is looked up for the metrics', () => {
  it('is the work in the database, and how long the oldest has waited', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'bullpen-gauges-'));
    const clock = { now: () => T0 + 7000, monotonic: () => 0 };
    const store = await openStore({ dataDir, clock, log: createLog({ level: 'silent', format: 'json' }) });
    try {
      const gauges = createGauges(store.readLoad);
      await store.createSession(TENANT, newWork());
      const scrape = await gauges.read();
      expect(scrape.value('bullpen_store_up')).toBe(1);
      expect(scrape.value('bullpen_sessions', { state: 'queued' })).toBe(1);
      expect(scrape.value('bullpen_sessions', { state: 'running' })).toBe(0);
      expect(scrape.value('bullpen_queue_age_seconds')).toBe(7);
      expect(scrape.value('bullpen_agent_processes')).toBe(3);
      expect(scrape.value('bullpen_gateway_waiting_requests')).toBe(2);
      expect(scrape.value('bullpen_gateway_paused_models')).toBe(1);
      expect(scrape.value('bullpen_gateway_pauses_total')).toBe(5);
    } finally {
      await store[Symbol.asyncDispose]();
      await rm(dataDir, { recursive: true });
    }
  });

  it('is asked of the database at most every five seconds, however many read', async () => {
    let reads = 0;
    const gauges = createGauges(async () => {
      reads++;
      return LOAD;
    });
    await Promise.all(Array.from({ length: 20 }, () => gauges.read()));
    gauges.pass(4999);
    await gauges.read();
    expect(reads).toBe(1);
    gauges.pass(1);
    await gauges.read();
    expect(reads).toBe(2);
  });

  it('is left out while the database is away, and the rest is told; it comes back by itself', async () => {
    let isAway = true;
    const gauges = createGauges(async () => {
      if (isAway) throw new StoreUnavailableError('It is away.');
      return LOAD;
    });
    const away = await gauges.read();
    expect(away.value('bullpen_store_up')).toBe(0);
    expect(away.value('bullpen_sessions')).toBeUndefined();
    expect(away.value('process_resident_memory_bytes')).toBeGreaterThan(0);
    isAway = false;
    gauges.pass(5000);
    const back = await gauges.read();
    expect(back.value('bullpen_store_up')).toBe(1);
    expect(back.value('bullpen_sessions', { state: 'queued' })).toBe(1);
  });

  it('is what agents take, whichever processes they are', async () => {
    const gauges = createGauges(async () => LOAD);
    const first = await gauges.read();
    expect(first.value('bullpen_agents_resident_memory_bytes')).toBe(2 ** 20);
    expect(first.value('bullpen_agents_cpu_seconds_total')).toBe(4);
    // That process is gone, and another one is there.
    gauges.usage.splice(0, 1, { sessionId: 't', pid: 8, rssBytes: 1, cpuSeconds: 1, processes: 1 });
    expect((await gauges.read()).value('bullpen_agents_cpu_seconds_total')).toBe(5);
  });
});
