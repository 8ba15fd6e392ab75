import { SECOND } from '../lib/duration.ts';
import type { Log } from '../log.ts';
import type { UsageRecord } from '../store/records.ts';
import type { Store } from '../store/store.ts';
import { whileAway } from '../store/while-away.ts';

/** Rows that wait for a store that is away, at most: with 50 agents at work that is an hour and more. */
const MAX_WAITING = 20_000;
/** How long a server that stops still tries. */
const CLOSING_PATIENCE_MS = 5 * SECOND;

/** Stores what every model request used. A row waits while the store is away; one that is lost is in the log. */
export class UsageRecorder {
  readonly #store: Pick<Store, 'recordUsage'>;
  readonly #log: Log;
  readonly #waiting = new Map<Promise<void>, UsageRecord>();
  readonly #patience = new AbortController();
  readonly #closingPatienceMs: number;

  constructor(store: Pick<Store, 'recordUsage'>, log: Log, closingPatienceMs = CLOSING_PATIENCE_MS) {
    this.#store = store;
    this.#log = log;
    this.#closingPatienceMs = closingPatienceMs;
  }

  /** Resolves when the row is stored or lost. Never rejects. */
  record(usage: UsageRecord): Promise<void> {
    const recording = this.#record(usage).finally(() => this.#waiting.delete(recording));
    this.#waiting.set(recording, usage);
    return recording;
  }

  /** Resolves when no row of this session waits any more, or when `signal` aborts. */
  async settled(sessionId: string, signal: AbortSignal): Promise<void> {
    const waiting = [...this.#waiting].flatMap(([recording, usage]) =>
      usage.sessionId === sessionId ? recording : [],
    );
    if (waiting.length === 0 || signal.aborted) return;
    const aborted = new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    await Promise.race([Promise.all(waiting), aborted]);
  }

  /** Rows that wait are tried for a moment more. */
  [Symbol.dispose](): void {
    setTimeout(() => this.#patience.abort(), this.#closingPatienceMs).unref();
  }

  async #record(usage: UsageRecord): Promise<void> {
    try {
      if (this.#waiting.size >= MAX_WAITING) throw new Error('Too many rows wait for the store.');
      await whileAway(() => this.#store.recordUsage(usage), this.#patience.signal);
    } catch (error) {
      this.#log.error({ err: error, usage }, 'The usage of a model request could not be stored.');
    }
  }
}
