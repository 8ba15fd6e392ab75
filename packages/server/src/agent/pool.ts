import { setTimeout as sleep } from 'node:timers/promises';
import { SECOND } from '../lib/duration.ts';
import type { Log } from '../log.ts';
import type { AgentProcess, AgentSpec } from './agent.ts';
import type { StartedAgent } from './context.ts';
import { fingerprintOf } from './fingerprint.ts';
import { StartLimiter } from './start-limiter.ts';
import { UsageReader, type SessionUsage } from './usage.ts';

/** How often memory is looked at while a start waits for it, or a process stays warm. */
const LOOK_AGAIN_MS = SECOND;
/** What a process that has just been started will have taken when it works. */
const STARTING_BYTES = 256 * 2 ** 20;

export interface PoolSettings {
  /** Processes, working and warm. */
  maxAgents: number;
  /** Processes that start up at the same time: starting costs a core. */
  maxSpawns: number;
  /** How long a process stays warm after a run. */
  idleTtlMs: number;
  /** With less free memory than this, no process stays warm and none starts beside another; 0: never short. */
  minFreeBytes: number;
}

export interface PoolContext {
  settings: PoolSettings;
  /** Loads the engine, the first time. */
  loadStart(): Promise<(spec: AgentSpec) => StartedAgent>;
  freeMemory(): Promise<number>;
  log: Log;
}

interface Entry {
  /** One of `keysOf` its session. */
  key: string;
  process: StartedAgent;
  /** Undefined while it works. */
  idleTimer: NodeJS.Timeout | undefined;
  /** The lease under which it did its last run, or does one. */
  leaseEpoch: number;
  /** Until its first request to the model: it has not yet taken the memory that it needs. */
  isStarting: boolean;
}

/**
 * The agent processes of this server: at most one per session and role, warm between runs. A process is a cache: it may be
 * evicted whenever it does not work, and the next run resumes the session in a new one.
 * Life of an entry: busy → idle → busy … → gone. It leaves the pool when nothing of its process is left.
 *
 * Memory: with less than `minFreeBytes` free, idle processes go, the longest idle first, and a new one starts only
 * when no other is there; so there is always one that works.
 */
export class AgentPool {
  readonly #context: PoolContext;
  readonly #limiter: StartLimiter;
  /** The idle ones in the order in which they became so. */
  readonly #entries = new Map<string, Entry>();
  readonly #closed = new AbortController();
  /** One decides at a time whether it may start: each has to see what the one before takes. */
  readonly #door = new StartLimiter(1);
  readonly #usage = new UsageReader(() => [...this.#entries.values()].map(({ process }) => process));
  #watch: NodeJS.Timeout | undefined;
  #isHoldingBack = false;
  #lookAgain: () => void = () => undefined;

  constructor(context: PoolContext) {
    this.#context = context;
    this.#limiter = new StartLimiter(context.settings.maxSpawns);
  }

  get size(): number {
    return this.#entries.size;
  }

  /** How many wait for the next run of their session. */
  get warm(): number {
    return [...this.#entries.values()].filter(({ idleTimer }) => idleTimer !== undefined).length;
  }

  /** Whether a process of this session waits for its next run. */
  isWarm(sessionId: string): boolean {
    return this.#entries.get(sessionId)?.idleTimer !== undefined;
  }

  /** Whether a start waits for memory: further ones would only wait behind it. */
  get isHoldingBack(): boolean {
    return this.#isHoldingBack;
  }

  /** What the processes take, each with everything that it started; at most a second old. */
  usage(): Promise<SessionUsage[]> {
    return this.#usage.read();
  }

  /** The same of one session; undefined when it has no process here, which costs nothing to say. */
  async usageOf(sessionId: string): Promise<SessionUsage | undefined> {
    if (!keysOf(sessionId).some((key) => this.#entries.has(key))) return undefined;
    return (await this.usage()).find((usage) => usage.sessionId === sessionId);
  }

  /** Loads the engine now, so that the first run need not wait for it, nor the requests that come with it. */
  async warmUp(): Promise<void> {
    await this.#context.loadStart();
  }

  /**
   * The process for a run: the warm one if it fits, else a new one as soon as it may start. Rejects only when
   * `signal` aborts or the pool closes: a process that cannot start says so in its run.
   */
  async acquire(spec: AgentSpec, signal: AbortSignal): Promise<AgentProcess> {
    const either = AbortSignal.any([signal, this.#closed.signal]);
    either.throwIfAborted();
    const key = keyOf(spec);
    const warm = this.#entries.get(key);
    if (warm && fits(warm, spec)) {
      this.#setBusy(warm);
      warm.leaseEpoch = spec.leaseEpoch;
      return warm.process;
    }
    await warm?.process.kill();
    const leave = await this.#limiter.enter(either);
    try {
      const start = await this.#context.loadStart();
      const pass = await this.#door.enter(either);
      try {
        await this.#makeRoom(either);
        either.throwIfAborted();
        return this.#start(start, key, spec, leave);
      } finally {
        pass();
      }
    } catch (error) {
      leave();
      throw error;
    }
  }

  /** Gives a process back: it stays warm for its session's next run, or is killed. */
  async release(process: AgentProcess, { keepWarm }: { keepWarm: boolean }): Promise<void> {
    const entry = this.#entries.get(process.sessionId);
    if (!keepWarm || entry?.process !== process) return process.kill();
    // Last in the order now.
    this.#entries.delete(entry.key);
    this.#entries.set(entry.key, entry);
    entry.idleTimer = setTimeout(() => void process.kill(), this.#context.settings.idleTtlMs).unref();
    this.#lookAgain();
    await this.#evictWhileShort();
  }

  /** Kills the session's processes, if it has any, whatever they do; resolves when nothing of them is left. */
  async evict(sessionId: string): Promise<void> {
    await Promise.all(keysOf(sessionId).flatMap((key) => this.#entries.get(key)?.process.kill() ?? []));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#watch);
    this.#closed.abort(new Error('The server stops.'));
    await Promise.all([...this.#entries.values()].map(({ process }) => process.kill()));
  }

  #start(
    start: (spec: AgentSpec) => StartedAgent,
    key: string,
    spec: AgentSpec,
    leave: () => void,
  ): AgentProcess {
    if (this.#entries.has(key)) throw new Error('A session must not have two agent processes.');
    this.#watch ??= setInterval(() => void this.#evictWhileShort(), LOOK_AGAIN_MS).unref();
    const process = start(spec);
    const entry = { key, process, idleTimer: undefined, leaseEpoch: spec.leaseEpoch, isStarting: true };
    this.#entries.set(key, entry);
    void process.started.then(() => {
      entry.isStarting = false;
      leave();
    });
    void process.exited.then(() => this.#forget(entry));
    return process;
  }

  #forget(entry: Entry): void {
    if (this.#entries.get(entry.key) !== entry) return;
    clearTimeout(entry.idleTimer);
    this.#entries.delete(entry.key);
    this.#lookAgain();
  }

  #setBusy(entry: Entry): void {
    clearTimeout(entry.idleTimer);
    entry.idleTimer = undefined;
  }

  /** Resolves when one more may start: idle ones make room for it, and it waits for memory unless it is the only one. */
  async #makeRoom(signal: AbortSignal): Promise<void> {
    const { settings, log } = this.#context;
    try {
      for (;;) {
        const isShort = await this.#isShortOfMemory();
        if (this.size < settings.maxAgents && !isShort) return;
        if (await this.#evictIdle()) continue;
        // How many there may be is for the admission of runs to decide, which is not ours.
        if (!isShort || this.size === 0) return;
        if (!this.#isHoldingBack)
          log.warn('Memory is short: new agent processes wait (see min-free-memory).');
        this.#isHoldingBack = true;
        await this.#pause(signal);
      }
    } finally {
      this.#isHoldingBack = false;
    }
  }

  async #evictWhileShort(): Promise<void> {
    while (this.#findIdle() && (await this.#isShortOfMemory())) await this.#evictIdle();
  }

  /** Kills the process that has been idle longest; false: none is idle. */
  async #evictIdle(): Promise<boolean> {
    const idle = this.#findIdle();
    if (!idle) return false;
    this.#context.log.debug({ sessionId: idle.process.sessionId }, 'A warm agent process makes room.');
    // It belongs to nobody now, also not to a run that comes while it dies.
    this.#setBusy(idle);
    await idle.process.kill();
    return true;
  }

  #findIdle(): Entry | undefined {
    return [...this.#entries.values()].find(({ idleTimer }) => idleTimer !== undefined);
  }

  async #isShortOfMemory(): Promise<boolean> {
    const { settings, freeMemory } = this.#context;
    if (settings.minFreeBytes === 0) return false;
    const starting = [...this.#entries.values()].filter(({ isStarting }) => isStarting).length;
    return (await freeMemory()) - starting * STARTING_BYTES < settings.minFreeBytes;
  }

  /** Until a process goes or becomes idle, but not for long: memory also comes from elsewhere. */
  async #pause(signal: AbortSignal): Promise<void> {
    const changed = new AbortController();
    this.#lookAgain = () => changed.abort();
    await sleep(LOOK_AGAIN_MS, undefined, { signal: AbortSignal.any([signal, changed.signal]) }).catch(
      () => undefined,
    );
    signal.throwIfAborted();
  }
}

function keyOf({ sessionId, role }: Pick<AgentSpec, 'sessionId' | 'role'>): string {
  return role === undefined ? sessionId : `${sessionId} ${role}`;
}

/** Under which the processes of a session are. */
function keysOf(sessionId: string): string[] {
  return [keyOf({ sessionId }), keyOf({ sessionId, role: 'grader' })];
}

/**
 * Whether a process may do this run. What another node did in between is not in its memory, so only the claim of its
 * last one, or the one right after that, will do.
 */
function fits({ process, idleTimer, leaseEpoch }: Entry, spec: AgentSpec): boolean {
  return (
    idleTimer !== undefined &&
    process.isUsable &&
    (spec.leaseEpoch === leaseEpoch || spec.leaseEpoch === leaseEpoch + 1) &&
    process.fingerprint === fingerprintOf(spec)
  );
}
