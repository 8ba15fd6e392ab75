import type { StoredEvent } from '../domain/event.ts';
import { SECOND } from '../lib/duration.ts';
import { sizeOf } from '../lib/shorten.ts';
import type { Store } from '../store/store.ts';
import { whileAway } from '../store/while-away.ts';
import { Wake } from './wake.ts';

/** Events that a feed keeps at hand: readers who keep up find the next ones here, the others in the store. */
const RECENT = 64;
/** Bytes of them: large ones go earlier, and so does what a reader holds while it writes. */
const RECENT_BYTES = 2 ** 20;
/** Events that a reader gets at once. Events can be large, and every reader holds its own batch while it writes. */
const BATCH = 64;
/** A lost hint costs at most so much latency. */
const LOOK_AGAIN_MS = 5 * SECOND;

type FeedStore = Pick<Store, 'hints' | 'readEvents' | 'readSession'>;

/** The feeds of the sessions that somebody follows: one read of the store serves all who follow the same session. */
export class Feeds {
  readonly #store: FeedStore;
  readonly #feeds = new Map<string, Feed>();

  constructor(store: FeedStore) {
    this.#store = store;
  }

  /**
   * See Sessions.tail. A reader is a cursor: what it has not read yet lies in the store, not in memory. While the store
   * is away readers wait.
   */
  async *tail(
    tenantId: string,
    sessionId: string,
    after: number,
    signal: AbortSignal,
  ): AsyncGenerator<readonly StoredEvent[]> {
    const key = `${tenantId}/${sessionId}`;
    let feed = this.#feeds.get(key);
    if (!feed) this.#feeds.set(key, (feed = new Feed(this.#store, tenantId, sessionId)));
    using wake = new Wake(signal);
    feed.join(wake);
    try {
      await whileAway(() => feed.open(), signal);
      let cursor = after;
      let limit = BATCH;
      for (let first = true; !signal.aborted; first = false) {
        const events = await whileAway(() => feed.read(cursor, limit), signal);
        // What did not fit in memory need not be read the next time.
        limit = Math.min(BATCH, 2 * Math.max(1, events.length));
        const last = events.at(-1);
        if (last || first) yield events;
        if (last) cursor = last.seq;
        else if (feed.isGone) return;
        else await wake.wait();
      }
    } finally {
      if (feed.leave(wake)) this.#feeds.delete(key);
    }
  }
}

/** The recent part of one session's log, kept while somebody follows it. */
class Feed {
  readonly #store: FeedStore;
  readonly #tenantId: string;
  readonly #sessionId: string;
  readonly #readers = new Set<Wake>();
  readonly #close: () => void;
  /** The events after `#start`, without a gap, up to the newest that is known. */
  #recent: StoredEvent[] = [];
  /** … and how large each of them is. */
  #sizes: number[] = [];
  #start = 0;
  #opening: Promise<void> | undefined;
  #isGone = false;
  #isLooking = false;
  #lookAgain = false;

  constructor(store: FeedStore, tenantId: string, sessionId: string) {
    this.#store = store;
    this.#tenantId = tenantId;
    this.#sessionId = sessionId;
    const look = (): void => void this.#look();
    const unsubscribe = store.hints.onSession(sessionId, look);
    const timer = setInterval(look, LOOK_AGAIN_MS).unref();
    this.#close = () => {
      unsubscribe();
      clearInterval(timer);
    };
  }

  /** The session has been deleted, or is about to be, and its log has been read to the end. */
  get isGone(): boolean {
    return this.#isGone;
  }

  /** Resolves when the feed knows where the log ends. May be tried again. */
  open(): Promise<void> {
    this.#opening ??= this.#findEnd().catch((error: unknown) => {
      this.#opening = undefined;
      throw error;
    });
    return this.#opening;
  }

  join(reader: Wake): void {
    this.#readers.add(reader);
  }

  /** True: that was the last reader, and the feed is closed. */
  leave(reader: Wake): boolean {
    this.#readers.delete(reader);
    if (this.#readers.size > 0) return false;
    this.#close();
    return true;
  }

  /** The next events after `cursor`, of old ones at most `limit`; none: the reader has all that is known. */
  async read(cursor: number, limit: number): Promise<readonly StoredEvent[]> {
    if (cursor < this.#start) {
      const events = await this.#store.readEvents(this.#tenantId, this.#sessionId, cursor, limit);
      return events.slice(0, countFitting(events.map(({ body }) => sizeOf(body))));
    }
    const from = cursor - this.#start;
    return this.#recent.slice(from, from + BATCH);
  }

  async #findEnd(): Promise<void> {
    const view = await this.#store.readSession(this.#tenantId, this.#sessionId);
    this.#start = view?.head.lastSeq ?? 0;
    this.#isGone = !view || view.session.state === 'deleting';
  }

  /** Reads what is new, once however often it was rung for, and wakes the readers. Never rejects. */
  async #look(): Promise<void> {
    this.#lookAgain = true;
    if (this.#isLooking) return;
    this.#isLooking = true;
    try {
      await this.open();
      while (this.#lookAgain) {
        this.#lookAgain = false;
        await this.#readNew();
      }
    } catch {
      // The store is away: readers wait, and the timer looks again.
    } finally {
      this.#isLooking = false;
    }
  }

  async #readNew(): Promise<void> {
    const known = this.#start + this.#recent.length;
    const events = await this.#store.readEvents(this.#tenantId, this.#sessionId, known, RECENT);
    if (events.length > 0) {
      this.#recent.push(...events);
      this.#sizes.push(...events.map(({ body }) => sizeOf(body)));
      const surplus = this.#recent.length - Math.min(RECENT, countFitting(this.#sizes.toReversed()));
      this.#recent.splice(0, surplus);
      this.#sizes.splice(0, surplus);
      this.#start += surplus;
      this.#lookAgain ||= events.length === RECENT;
    } else {
      const view = await this.#store.readSession(this.#tenantId, this.#sessionId);
      this.#isGone = !view || view.session.state === 'deleting';
    }
    for (const reader of this.#readers) reader.ring();
  }
}

/** How many of these sizes, from the first on, fit together; at least one. */
function countFitting(sizes: number[]): number {
  let left = RECENT_BYTES;
  const beyond = sizes.findIndex((size) => (left -= size) < 0);
  return beyond < 0 ? sizes.length : Math.max(1, beyond);
}
