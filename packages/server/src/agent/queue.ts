/**
 * A queue between a writer that never waits and one reader. `close` lets the reader take what is left, then ends it.
 */
export class AsyncQueue<T> implements AsyncIterable<T> {
  readonly #items: T[] = [];
  #isClosed = false;
  #wake: (() => void) | undefined;

  /** Ignored once the queue is closed. */
  push(...items: T[]): void {
    if (this.#isClosed || items.length === 0) return;
    this.#items.push(...items);
    this.#wake?.();
  }

  close(): void {
    this.#isClosed = true;
    this.#wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, void> {
    for (;;) {
      const item = this.#items.shift();
      if (item !== undefined) yield item;
      else if (this.#isClosed) return;
      else await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }
}
