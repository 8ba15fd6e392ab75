import type { RunEnd } from '../agent/agent.ts';
import { createFailure } from '../domain/failure.ts';
import { isLogFull, type LogLimits, type LogSize } from '../sessions/log-limit.ts';

/** Stops an agent whose session has said as much as it may. What it says until it is gone is still written. */
export class LogGuard {
  readonly #limits: LogLimits;
  readonly #stop: () => void;
  #isFull = false;

  /** `stop` is called once. */
  constructor(limits: LogLimits, stop: () => void) {
    this.#limits = limits;
    this.#stop = stop;
  }

  look(size: LogSize): void {
    if (this.#isFull || !isLogFull(size, this.#limits)) return;
    this.#isFull = true;
    this.#stop();
  }

  /** How a run ends that may have been stopped by this. */
  judge(end: RunEnd): RunEnd {
    return this.#isFull ? { ...end, failure: createFailure('log_full') } : end;
  }
}
