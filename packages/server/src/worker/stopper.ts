import type { AgentProcess } from '../agent/agent.ts';
import { SECOND } from '../lib/duration.ts';
import type { StopReason } from './context.ts';

/** How long a cancelled agent may take to end its turn by itself. */
const INTERRUPT_GRACE_MS = 0.7 * SECOND;

/** Ends a run that is told to stop: a cancelled agent gets a moment to end its turn in order, then the tree is killed. */
export class Stopper {
  readonly #process: AgentProcess;
  readonly #stop: AbortSignal;
  #timer: NodeJS.Timeout | undefined;
  #killing: Promise<void> | undefined;

  constructor(process: AgentProcess, stop: AbortSignal) {
    this.#process = process;
    this.#stop = stop;
    stop.addEventListener('abort', this.#onStop, { once: true });
    if (stop.aborted) this.#onStop();
  }

  /** The run is over: nothing may be killed after this that was not told to stop before. */
  async done(): Promise<void> {
    clearTimeout(this.#timer);
    this.#stop.removeEventListener('abort', this.#onStop);
    await this.#killing;
  }

  readonly #onStop = (): void => {
    const reason: StopReason = this.#stop.reason;
    if (reason !== 'cancel') return this.kill();
    void this.#process.interrupt();
    this.#timer = setTimeout(() => this.kill(), INTERRUPT_GRACE_MS);
  };

  kill(): void {
    this.#killing = this.#process.kill();
  }
}
