/** Remembers a ring until somebody waits for it, so that one between a read and the wait is not lost. One waiter. */
export class Wake {
  #rung = false;
  #resolve: (() => void) | undefined;

  ring(): void {
    this.#rung = true;
    this.#resolve?.();
  }

  /** Resolves at the next ring (or at once, if it rang since the last wait), after `timeoutMs` if there is one, or when `signal` aborts. */
  async wait(timeoutMs: number | undefined, signal: AbortSignal): Promise<void> {
    if (!this.#rung && !signal.aborted) {
      let timer: NodeJS.Timeout | undefined;
      await new Promise<void>((resolve) => {
        this.#resolve = resolve;
        if (timeoutMs !== undefined) timer = setTimeout(resolve, timeoutMs);
        signal.addEventListener('abort', this.#onAbort, { once: true });
      });
      clearTimeout(timer);
      signal.removeEventListener('abort', this.#onAbort);
      this.#resolve = undefined;
    }
    this.#rung = false;
  }

  readonly #onAbort = (): void => this.#resolve?.();
}
