import type { Clock } from '#src/lib/clock.ts';

/** A clock that stands still until a test moves it. */
export class ManualClock implements Clock {
  #now: number;

  constructor(now: number) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  monotonic(): number {
    return this.#now;
  }

  /** Never backwards. */
  async set(now: number): Promise<void> {
    this.#now = Math.max(this.#now, now);
  }
}
