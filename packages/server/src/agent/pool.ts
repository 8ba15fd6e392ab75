import type { Log } from '../log.ts';
import type { AgentProcess, AgentSpec } from './agent.ts';
import type { StartedAgent } from './context.ts';
import { fingerprintOf } from './fingerprint.ts';
import { StartLimiter } from './start-limiter.ts';

export interface PoolSettings {
  /** Processes, working and warm. */
  maxAgents: number;
  /** Processes that start up at the same time: starting costs a core. */
  maxSpawns: number;
  /** How long a process stays warm after a run. */
  idleTtlMs: number;
  /** With less free memory than this, no process stays warm. */
  minFreeBytes: number;
}

export interface PoolContext {
  settings: PoolSettings;
  /** Loads the engine, the first time. */
  loadStart(): Promise<(spec: AgentSpec) => StartedAgent>;
  freeMemory(): number;
  log: Log;
}

interface Entry {
  process: StartedAgent;
  /** Undefined while it works. */
  idleTimer: NodeJS.Timeout | undefined;
  /** The lease under which it did its last run, or does one. */
  leaseEpoch: number;
}

/**
 * The agent processes of this server: at most one per session, warm between runs. A process is a cache: it may be
 * evicted whenever it does not work, and the next run resumes the session in a new one.
 * Life of an entry: busy → idle → busy … → gone. It leaves the pool when nothing of its process is left.
 */
export class AgentPool {
  readonly #context: PoolContext;
  readonly #limiter: StartLimiter;
  /** The idle ones in the order in which they became so. */
  readonly #entries = new Map<string, Entry>();
  readonly #closed = new AbortController();

  constructor(context: PoolContext) {
    this.#context = context;
    this.#limiter = new StartLimiter(context.settings.maxSpawns);
  }

  get size(): number {
    return this.#entries.size;
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
    const warm = this.#entries.get(spec.sessionId);
    if (warm && fits(warm, spec)) {
      this.#setBusy(warm);
      warm.leaseEpoch = spec.leaseEpoch;
      return warm.process;
    }
    await this.evict(spec.sessionId);
    const leave = await this.#limiter.enter(either);
    try {
      const start = await this.#context.loadStart();
      await this.#makeRoom();
      either.throwIfAborted();
      return this.#start(start, spec, leave);
    } catch (error) {
      leave();
      throw error;
    }
  }

  /** Gives a process back: it stays warm for its session's next run, or is killed. */
  async release(process: AgentProcess, { keepWarm }: { keepWarm: boolean }): Promise<void> {
    const entry = this.#entries.get(process.sessionId);
    if (!keepWarm || entry?.process !== process || this.#isShortOfMemory()) return process.kill();
    // Last in the order now.
    this.#entries.delete(process.sessionId);
    this.#entries.set(process.sessionId, entry);
    entry.idleTimer = setTimeout(() => void process.kill(), this.#context.settings.idleTtlMs).unref();
  }

  /** Kills the session's process, if it has one, whatever it does; resolves when nothing of it is left. */
  async evict(sessionId: string): Promise<void> {
    await this.#entries.get(sessionId)?.process.kill();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed.abort(new Error('The server stops.'));
    await Promise.all([...this.#entries.values()].map(({ process }) => process.kill()));
  }

  #start(start: (spec: AgentSpec) => StartedAgent, spec: AgentSpec, leave: () => void): AgentProcess {
    if (this.#entries.has(spec.sessionId)) throw new Error('A session must not have two agent processes.');
    const process = start(spec);
    this.#entries.set(spec.sessionId, { process, idleTimer: undefined, leaseEpoch: spec.leaseEpoch });
    void process.started.then(leave);
    void process.exited.then(() => {
      const entry = this.#entries.get(spec.sessionId);
      if (entry?.process !== process) return;
      clearTimeout(entry.idleTimer);
      this.#entries.delete(spec.sessionId);
    });
    return process;
  }

  #setBusy(entry: Entry): void {
    clearTimeout(entry.idleTimer);
    entry.idleTimer = undefined;
  }

  /** Evicts idle processes, the longest idle first, until there is room for one more. */
  async #makeRoom(): Promise<void> {
    const { settings, log } = this.#context;
    for (;;) {
      if (this.size < settings.maxAgents && !this.#isShortOfMemory()) return;
      const idle = [...this.#entries.values()].find(({ idleTimer }) => idleTimer !== undefined);
      // Without one the admission of runs decides, which is not ours.
      if (!idle) return;
      log.debug({ sessionId: idle.process.sessionId }, 'A warm agent process makes room.');
      // It belongs to nobody now, also not to a run that comes while it dies.
      this.#setBusy(idle);
      await idle.process.kill();
    }
  }

  #isShortOfMemory(): boolean {
    return this.#context.freeMemory() < this.#context.settings.minFreeBytes;
  }
}

/**
 * Whether a process may do this run. What another node did in between is not in its memory, so only the claim right
 * after its last one will do.
 */
function fits({ process, idleTimer, leaseEpoch }: Entry, spec: AgentSpec): boolean {
  return (
    idleTimer !== undefined &&
    process.isUsable &&
    spec.leaseEpoch === leaseEpoch + 1 &&
    process.fingerprint === fingerprintOf(spec)
  );
}
