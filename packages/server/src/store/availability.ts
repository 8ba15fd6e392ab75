import type { Clock } from '../lib/clock.ts';
import { SECOND } from '../lib/duration.ts';
import type { Log } from '../log.ts';
import { StoreUnavailableError } from './store.ts';

/** On a full disk small writes still succeed between large ones that fail: it is back when none has failed for so long. */
const QUIET_MS = 3 * SECOND;

/** Says in the log when the store goes away and when it is back: once, however many callers find out. */
export class Availability {
  readonly #clock: Clock;
  readonly #log: Log;
  /** Monotonic. */
  #awaySince: number | undefined;
  #failedAt = 0;

  constructor({ clock, log }: { clock: Clock; log: Log }) {
    this.#clock = clock;
    this.#log = log;
  }

  noteFailure(error: unknown): void {
    if (!(error instanceof StoreUnavailableError)) return;
    this.#failedAt = this.#clock.monotonic();
    if (this.#awaySince !== undefined) return;
    this.#awaySince = this.#failedAt;
    this.#log.error({ err: error }, 'The store is away. New work is refused, running work waits.');
  }

  /** Something has reached the disk. */
  noteSuccess(): void {
    if (this.#awaySince === undefined || this.#clock.monotonic() - this.#failedAt < QUIET_MS) return;
    const awayMs = Math.round(this.#clock.monotonic() - this.#awaySince);
    this.#awaySince = undefined;
    this.#log.info({ awayMs }, 'The store is back.');
  }
}
