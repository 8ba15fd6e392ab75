import { measureTrees, type TreeUsage } from '../sandbox/process-usage.ts';
import type { AgentProcess } from './agent.ts';

/** What the agent process of a session takes, with everything that it started. */
export interface SessionUsage extends TreeUsage {
  sessionId: string;
  /** The root of its tree. */
  pid: number;
}

/** However many ask how often, processes are looked at only so often. */
const FRESH_MS = 1000;

/** Measures agent processes. An answer is at most a second old. */
export class UsageReader {
  readonly #list: () => AgentProcess[];
  #sample: Promise<Map<AgentProcess, SessionUsage>> | undefined;

  /** `list`: the processes that there are. */
  constructor(list: () => AgentProcess[]) {
    this.#list = list;
  }

  async read(): Promise<SessionUsage[]> {
    this.#sample ??= this.#measure();
    const sample = await this.#sample;
    return this.#list().flatMap((process) => sample.get(process) ?? []);
  }

  async #measure(): Promise<Map<AgentProcess, SessionUsage>> {
    setTimeout(() => (this.#sample = undefined), FRESH_MS).unref();
    const processes = this.#list().flatMap((process) =>
      process.pid === undefined ? [] : [{ process, pid: process.pid }],
    );
    const trees = await measureTrees(processes.map(({ pid }) => pid));
    const measured = new Map<AgentProcess, SessionUsage>();
    for (const { process, pid } of processes) {
      const usage = trees.get(pid);
      if (usage) measured.set(process, { sessionId: process.sessionId, pid, ...usage });
    }
    return measured;
  }
}
