import { statfs } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../lib/clock.ts';
import { SECOND } from '../lib/duration.ts';
import type { Store } from './store.ts';

/** An answer holds for so long, however many ask. */
const FRESH_MS = SECOND;
/** A disk that needs longer for one small write takes no new work. */
const TIMEOUT_MS = 2 * SECOND;
/** With less on the disk of the data directory a run could not even begin, though a small write may still succeed. */
const MIN_FREE_BYTES = 4 * 2 ** 20;

/** Finds out whether new work could be stored: by writing, and by looking how much room there is. */
export class StoreProbe {
  readonly #store: Pick<Store, 'probe'>;
  readonly #dataDir: string;
  readonly #clock: Clock;
  #askedAt = -Infinity;
  #answer: Promise<boolean> = Promise.resolve(false);

  constructor(store: Pick<Store, 'probe'>, dataDir: string, clock: Clock) {
    this.#store = store;
    this.#dataDir = dataDir;
    this.#clock = clock;
  }

  /** Never rejects. */
  answers(): Promise<boolean> {
    const now = this.#clock.monotonic();
    if (now - this.#askedAt > FRESH_MS) {
      this.#askedAt = now;
      this.#answer = this.#ask();
    }
    return this.#answer;
  }

  async #hasRoom(): Promise<boolean> {
    const { bavail, blocks, bsize } = await statfs(this.#dataDir);
    // Some file systems do not count.
    return blocks === 0 || bavail * bsize >= MIN_FREE_BYTES;
  }

  async #ask(): Promise<boolean> {
    const answer = Promise.all([this.#store.probe(), this.#hasRoom()]).then(
      ([, hasRoom]) => hasRoom,
      () => false,
    );
    return Promise.race([answer, sleep(TIMEOUT_MS, false, { ref: false })]);
  }
}
