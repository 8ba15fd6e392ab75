const FIRST_MS = 500;
const MOST_MS = 15_000;

/** How long to wait before the next attempt: longer each time, and not the same for everybody. */
export class Backoff {
  #ms = FIRST_MS;

  next(): number {
    const ms = this.#ms * (0.75 + Math.random() / 2);
    this.#ms = Math.min(this.#ms * 2, MOST_MS);
    return Math.round(ms);
  }

  /** It worked. */
  reset(): void {
    this.#ms = FIRST_MS;
  }
}
