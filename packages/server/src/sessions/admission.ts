import type { Clock } from '../lib/clock.ts';
import { SECOND } from '../lib/duration.ts';
import type { Store } from '../store/store.ts';
import { QueueFull } from './errors.ts';

export interface QueueLimits {
  /** Sessions that may wait for a slot; 0: no limit. */
  maxQueue: number;
  /** Slots of this server. */
  maxAgents: number;
}

/** Sessions that are let in for one look at the queue: at least so many, and this part of the queue. */
const LEAST_SHARE = 64;
const SHARE = 1 / 16;
/** A store that does not answer for so long refuses what comes next by itself: nobody waits here for what it has. */
const PATIENCE_MS = 5 * SECOND;
/** Of the time, so much may go into looking at a queue that is full. */
const LOOKING = 1 / 20;

/**
 * Lets sessions into the queue while there is room in it. Not every one looks: a look gives room for many, and they
 * use it up. Who finds none left waits until all who had it are stored, and then the queue is looked at again, so that
 * it never becomes too long. Other servers on the same database look by themselves: each may make the queue longer by
 * one share. What comes back into the queue by itself, after a crash, is always let in.
 */
export class Admission {
  readonly #store: Pick<Store, 'readQueue'>;
  readonly #clock: Clock;
  readonly #limits: QueueLimits;
  /** With the time at which each began, monotonic; the oldest first. */
  readonly #entering = new Map<Promise<unknown>, number>();
  #room = 0;
  #looking: Promise<void> | undefined;
  /** Monotonic: until then a full queue is not looked at again. */
  #fullUntil = -Infinity;

  constructor(store: Pick<Store, 'readQueue'>, clock: Clock, limits: QueueLimits) {
    this.#store = store;
    this.#clock = clock;
    this.#limits = limits;
  }

  /** Does what puts a session into the queue. Throws QueueFull instead when there is no room. */
  async enter<T>(work: () => Promise<T>): Promise<T> {
    if (this.#limits.maxQueue === 0) return work();
    while (this.#room === 0) {
      if (this.#clock.monotonic() < this.#fullUntil) throw new QueueFull(this.#limits.maxQueue);
      this.#looking ??= this.#look().finally(() => (this.#looking = undefined));
      await this.#looking;
    }
    this.#room--;
    const entering = work();
    this.#entering.set(entering, this.#clock.monotonic());
    try {
      return await entering;
    } finally {
      this.#entering.delete(entering);
    }
  }

  async #look(): Promise<void> {
    const [oldest = 0] = this.#entering.values();
    await settle(this.#entering.keys(), oldest + PATIENCE_MS - this.#clock.monotonic());
    const { maxQueue, maxAgents } = this.#limits;
    const startedAt = this.#clock.monotonic();
    const { waiting, leased } = await this.#store.readQueue({
      maxWaiting: maxQueue + maxAgents,
      maxLeased: maxAgents,
    });
    const lookedAt = this.#clock.monotonic();
    // Who will get a free slot in a moment does not really wait.
    const room = maxQueue + maxAgents - leased - waiting - this.#entering.size;
    this.#room = Math.max(0, Math.min(room, Math.max(LEAST_SHARE, Math.floor(maxQueue * SHARE))));
    // At least the moment in which all who waited for this look hear of it.
    if (room <= 0) this.#fullUntil = lookedAt + Math.max(1, (lookedAt - startedAt) / LOOKING);
  }
}

/** Resolves when all have come to an end, or after `ms`. */
async function settle(work: Iterable<Promise<unknown>>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise((resolve) => (timer = setTimeout(resolve, ms)));
  await Promise.race([Promise.allSettled(work), timeout]);
  clearTimeout(timer);
}
