import { SECOND } from '../lib/duration.ts';
import type { Log } from '../log.ts';
import type { NodeRecord } from '../store/records.ts';
import { StoreUnavailableError, type Store } from '../store/store.ts';

/** Several within the time after which a silent node counts as away. */
const BEAT_MS = 2 * SECOND;

/** Tells the other nodes, from time to time, that this one is there. */
export class Pulse {
  readonly #context: { store: Pick<Store, 'beat'>; log: Log };
  readonly #node: NodeRecord;
  #timer: NodeJS.Timeout | undefined;
  #beating: Promise<void> | undefined;

  constructor(context: { store: Pick<Store, 'beat'>; log: Log }, node: NodeRecord) {
    this.#context = context;
    this.#node = node;
  }

  start(): void {
    this.#timer = setInterval(() => this.#beat(), BEAT_MS);
    this.#beat();
  }

  /** A node that stops is away once its last beat is old: one that is only restarted is back before that. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#beating;
  }

  #beat(): void {
    const { store, log } = this.#context;
    this.#beating ??= store
      .beat(this.#node)
      .catch((error: unknown) => {
        // While the store is away everybody says so.
        const level = error instanceof StoreUnavailableError ? 'debug' : 'error';
        log[level]({ err: error }, 'The other nodes could not be told that this one is there.');
      })
      .finally(() => (this.#beating = undefined));
  }
}
