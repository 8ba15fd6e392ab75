/**
 * What is being written is shown so often at most; and more seldom where showing it takes more than a fiftieth of the time:
 * several sessions are watched at once, on machines that draw without help too.
 */
const FASTEST_MS = 80;
const SLOWEST_MS = 400;
const OF_COST = 50;
/** How much the latest cost says about the next one. */
const WEIGHT = 0.2;

/** How long to wait between two pictures of what is being written. */
export class Pace {
  #costMs = 0;

  /** Showing it took so long. */
  note(costMs: number): void {
    this.#costMs += (costMs - this.#costMs) * WEIGHT;
  }

  get ms(): number {
    return Math.min(SLOWEST_MS, Math.max(FASTEST_MS, this.#costMs * OF_COST));
  }
}
