import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { AgentOutput, AgentSpec } from '#src/agent/agent.ts';
import type { StartedAgent } from '#src/agent/context.ts';
import { fingerprintOf } from '#src/agent/fingerprint.ts';
import { AgentPool, type PoolSettings } from '#src/agent/pool.ts';
import { createLog } from '#src/log.ts';
import { until } from '../support/until.ts';

/** An agent that does nothing: the pool decides only about its life. */
class ScriptedAgent implements StartedAgent {
  readonly sessionId: string;
  readonly fingerprint: string;
  readonly pid = undefined;
  readonly ready = Promise.resolve();
  readonly started: Promise<void>;
  readonly exited: Promise<void>;
  isUsable = true;
  noteStarted: () => void = () => undefined;
  exit: () => void = () => undefined;

  constructor(wanted: AgentSpec) {
    this.sessionId = wanted.sessionId;
    this.fingerprint = fingerprintOf(wanted);
    this.started = new Promise((resolve) => (this.noteStarted = resolve));
    this.exited = new Promise((resolve) => (this.exit = resolve));
  }

  // oxlint-disable-next-line require-yield
  async *run(): AsyncGenerator<AgentOutput, void> {
    throw new Error('Not part of this test.');
  }

  push(): boolean {
    return false;
  }

  answer(): void {}

  async interrupt(): Promise<void> {}

  async kill(): Promise<void> {
    this.isUsable = false;
    // It takes a moment, as with real ones.
    await sleep(1);
    this.exit();
    this.noteStarted();
  }
}

function createPool(change: Partial<PoolSettings> = {}) {
  const started: ScriptedAgent[] = [];
  const memory = { free: Infinity };
  const pool = new AgentPool({
    settings: { maxAgents: 10, maxSpawns: 10, idleTtlMs: 60_000, minFreeBytes: 1000, ...change },
    loadStart: async () => (wanted) => {
      const agent = new ScriptedAgent(wanted);
      started.push(agent);
      return agent;
    },
    freeMemory: async () => memory.free,
    log: createLog({ level: 'silent', format: 'json' }),
  });
  return { pool, started, memory };
}

const MIB = 2 ** 20;
const leases = new Map<string, number>();

/** For the next claim of a session, unless `change` says for which. */
function spec(sessionId: string, change: Partial<AgentSpec> = {}): AgentSpec {
  const agentSessionId = `agent-of-${sessionId}`;
  const leaseEpoch = leases.get(sessionId) ?? 1;
  leases.set(sessionId, leaseEpoch + 1);
  return {
    tenantId: 't',
    sessionId,
    agentSessionId,
    resume: false,
    leaseEpoch,
    grants: [],
    cwd: '/',
    home: '/',
    options: {},
    ...change,
  };
}

const { signal } = new AbortController();

describe('the pool of agent processes', () => {
  it('gives a session its warm process again, resumed or not, whoever asks', async () => {
    const { pool, started } = createPool();
    const first = await pool.acquire(spec('a'), signal);
    await pool.release(first, { keepWarm: true });
    const options = { traceParent: 'of another client' };
    expect(await pool.acquire(spec('a', { resume: true, options }), signal)).toBe(first);
    expect(started).toHaveLength(1);
  });

  it('replaces it when another node claimed the session in between: it knows nothing of what that one did', async () => {
    const { pool, started } = createPool();
    const first = await pool.acquire(spec('a', { leaseEpoch: 1 }), signal);
    await pool.release(first, { keepWarm: true });
    expect(await pool.acquire(spec('a', { leaseEpoch: 3 }), signal)).toBe(started[1]);
  });

  it('replaces it when anything that is fixed at start has changed', async () => {
    const { pool, started } = createPool();
    const first = await pool.acquire(spec('a', { options: { env: { A: '1', B: '2' } } }), signal);
    await pool.release(first, { keepWarm: true });
    const same = await pool.acquire(spec('a', { options: { env: { B: '2', A: '1' } } }), signal);
    expect(same).toBe(first);
    await pool.release(same, { keepWarm: true });
    expect(await pool.acquire(spec('a', { options: { env: { A: '1' } } }), signal)).not.toBe(first);
    expect(started[0]?.isUsable).toBe(false);
    expect(pool.size).toBe(1);
  });

  it('never has two processes of one session: the old one is gone before the new one starts', async () => {
    const { pool, started } = createPool();
    await pool.acquire(spec('a'), signal);
    let oldIsGone = false;
    void started[0]?.exited.then(() => (oldIsGone = true));
    await pool.acquire(spec('a'), signal);
    expect(oldIsGone).toBe(true);
    expect(started).toHaveLength(2);
  });

  it('has a grader beside the own process of its session, which stays as warm as it was', async () => {
    const { pool, started } = createPool();
    const own = spec('a');
    await pool.release(await pool.acquire(own, signal), { keepWarm: true });
    const grader = await pool.acquire({ ...own, role: 'grader' }, signal);
    expect(grader).toBe(started[1]);
    await pool.release(grader, { keepWarm: false });
    // Under the same lease.
    expect(await pool.acquire(own, signal)).toBe(started[0]);
    await pool.acquire({ ...own, role: 'grader' }, signal);
    await pool.evict('a');
    expect(started.map(({ isUsable }) => isUsable)).toEqual([false, false, false]);
  });

  it('makes room for a grader with the idle process of its own session', async () => {
    const { pool, started, memory } = createPool({ maxAgents: 1 });
    const own = spec('a');
    await pool.release(await pool.acquire(own, signal), { keepWarm: true });
    memory.free = 10;
    await pool.acquire({ ...own, role: 'grader' }, signal);
    expect(started.map(({ isUsable }) => isUsable)).toEqual([false, true]);
    expect(pool.size).toBe(1);
  });

  it('kills what is not to stay warm', async () => {
    const { pool, started } = createPool();
    await pool.release(await pool.acquire(spec('a'), signal), { keepWarm: false });
    expect(started[0]?.isUsable).toBe(false);
    await until('the pool is empty', () => pool.size === 0);
  });

  it('evicts a process that was idle for its time to live, and forgets one that dies by itself', async () => {
    const { pool, started } = createPool({ idleTtlMs: 5 });
    await pool.release(await pool.acquire(spec('a'), signal), { keepWarm: true });
    await pool.acquire(spec('b'), signal);
    started[1]?.exit();
    await until('the pool is empty', () => pool.size === 0);
  });

  it('does not hand out a warm process that is about to end', async () => {
    const { pool, started } = createPool();
    await pool.release(await pool.acquire(spec('a'), signal), { keepWarm: true });
    if (started[0]) started[0].isUsable = false;
    expect(await pool.acquire(spec('a'), signal)).toBe(started[1]);
  });

  it('makes room with the process that has been idle longest, and never with one that works', async () => {
    const { pool, started } = createPool({ maxAgents: 3 });
    const [a, b] = [await pool.acquire(spec('a'), signal), await pool.acquire(spec('b'), signal)];
    await pool.acquire(spec('c'), signal);
    await pool.release(b, { keepWarm: true });
    await pool.release(a, { keepWarm: true });
    await pool.acquire(spec('d'), signal);
    expect(started.map(({ isUsable }) => isUsable)).toEqual([true, false, true, true]);
  });

  it('keeps nothing warm while memory is short', async () => {
    const { pool, started, memory } = createPool();
    const a = await pool.acquire(spec('a'), signal);
    const b = await pool.acquire(spec('b'), signal);
    await pool.release(a, { keepWarm: true });
    memory.free = 10;
    await pool.release(b, { keepWarm: true });
    await pool.acquire(spec('c'), signal);
    expect(started.map(({ isUsable }) => isUsable)).toEqual([false, false, true]);
  });

  it('lets idle processes go as soon as memory is short, the longest idle first and no more than it takes', async () => {
    const { pool, started, memory } = createPool();
    for (const name of ['a', 'b', 'c']) {
      const agent = await pool.acquire(spec(name), signal);
      started.at(-1)?.noteStarted();
      await pool.release(agent, { keepWarm: true });
    }
    void started[0]?.exited.then(() => (memory.free = Infinity));
    memory.free = 10;
    await until('the pool has noticed', () => pool.size === 2);
    expect(started.map(({ isUsable }) => isUsable)).toEqual([false, true, true]);
  });

  it('lets starts wait while memory is short, but never the only one', async () => {
    const { pool, started, memory } = createPool();
    memory.free = 10;
    const a = await pool.acquire(spec('a'), signal);
    const others = ['b', 'c'].map((name) => pool.acquire(spec(name), signal));
    await until('they wait', () => pool.isHoldingBack);
    expect(started).toHaveLength(1);
    await pool.release(a, { keepWarm: true });
    // The idle one went for the next one, and that one works alone again.
    await others[0];
    await until('the last one waits', () => pool.isHoldingBack);
    expect(started.map(({ isUsable }) => isUsable)).toEqual([false, true]);
    memory.free = Infinity;
    await others[1];
    expect(pool.isHoldingBack).toBe(false);
    expect(pool.size).toBe(2);
  });

  it('counts what a process will take that has only just been started', async () => {
    const { pool, started, memory } = createPool({ minFreeBytes: 512 * MIB });
    memory.free = 700 * MIB;
    await pool.acquire(spec('a'), signal);
    const second = pool.acquire(spec('b'), signal);
    await until('it waits', () => pool.isHoldingBack);
    started[0]?.noteStarted();
    await second;
  });

  it('lets go of a start that waits for memory and is no longer wanted', async () => {
    const { pool, started, memory } = createPool();
    memory.free = 10;
    await pool.acquire(spec('a'), signal);
    const impatient = new AbortController();
    const waiting = pool.acquire(spec('b'), impatient.signal);
    await until('it waits', () => pool.isHoldingBack);
    impatient.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
    expect(pool.isHoldingBack).toBe(false);
    started[0]?.exit();
    await pool.acquire(spec('c'), signal);
  });

  it('never looks at memory when it is told not to', async () => {
    const { pool, memory } = createPool({ minFreeBytes: 0 });
    memory.free = 0;
    const [a] = [await pool.acquire(spec('a'), signal), await pool.acquire(spec('b'), signal)];
    await pool.release(a, { keepWarm: true });
    expect(pool.size).toBe(2);
  });

  it('starts only so many at once, in order of arrival, and lets go of who no longer wants', async () => {
    const { pool, started } = createPool({ maxSpawns: 1 });
    const impatient = new AbortController();
    await pool.acquire(spec('a'), signal);
    const order: string[] = [];
    const b = pool.acquire(spec('b'), impatient.signal);
    const c = pool.acquire(spec('c'), signal).then(() => order.push('c'));
    const d = pool.acquire(spec('d'), signal).then(() => order.push('d'));
    impatient.abort(new Error('enough'));
    await expect(b).rejects.toThrow('enough');
    expect(started).toHaveLength(1);
    started[0]?.noteStarted();
    await c;
    expect(started).toHaveLength(2);
    started[1]?.noteStarted();
    await d;
    expect(order).toEqual(['c', 'd']);
  });

  it('kills all when it closes, and starts nothing more', async () => {
    const { pool, started } = createPool({ maxSpawns: 1 });
    await pool.acquire(spec('a'), signal);
    const waiting = pool.acquire(spec('b'), signal);
    waiting.catch(() => undefined);
    await pool[Symbol.asyncDispose]();
    await expect(waiting).rejects.toThrow();
    await expect(pool.acquire(spec('c'), signal)).rejects.toThrow();
    expect(started.map(({ isUsable }) => isUsable)).toEqual([false]);
  });
});
