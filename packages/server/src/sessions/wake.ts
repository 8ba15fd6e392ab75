/**
 * Remembers a ring until somebody waits for it, so that one between a read and the wait is not lost. One waiter.
 * Dispose of it when the waiting is over.
 */
export class Wake {
  readonly #signal: AbortSignal;
  #rung = false;
  #resolve: (() => void) | undefined;

  constructor(signal: AbortSignal) {
    this.#signal = signal;
    signal.addEventListener('abort', this.#onAbort, { once: true });
  }

  ring(): void {
    this.#rung = true;
    this.#resolve?.();
  }

  /** Resolves at the next ring (or at once, if it rang since the last wait), after `timeoutMs` if there is one, or when the signal aborts. */
  async wait(timeoutMs?: number): Promise<void> {
    if (!this.#rung && !this.#signal.aborted) {
      let timer: NodeJS.Timeout | undefined;
      await new Promise<void>((resolve) => {
        this.#resolve = resolve;
        if (timeoutMs !== undefined) timer = setTimeout(resolve, timeoutMs);
      });
      clearTimeout(timer);
      this.#resolve = undefined;
    }
    this.#rung = false;
  }

  [Symbol.dispose](): void {
    this.#signal.removeEventListener('abort', this.#onAbort);
  }

  readonly #onAbort = (): void => this.#resolve?.();
}
