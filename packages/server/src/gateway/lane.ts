import { MINUTE, SECOND } from '../lib/duration.ts';
import { FairQueue, type Place } from './fair-queue.ts';
import type { Trouble } from './trouble.ts';

/** A request on its way through a lane. */
export interface Ticket extends Place {
  /** The pause after which it was sent: what it meets says something about the time since then only. */
  phase: number;
  hasWaited: boolean;
}

export interface LaneOptions {
  /** From 0 to 1. */
  random: () => number;
  /** How long anybody waits. */
  patienceMs: number;
}

/** First pause, doubled each time that the trouble is still there after it. */
const FIRST_PAUSE_MS = SECOND;
/** Also how late the end of an outage may be noticed. */
const MAX_PAUSE_MS = 30 * SECOND;
/** Nobody gives up before the provider has been asked so often, but for its own wish. */
const PROBES_PER_PATIENCE = 4;
/** A probe without an answer for so long does not keep the others waiting: another one follows. */
const PROBE_EVERY_MS = 10 * SECOND;
/** Failures in a row after which it is no longer this one request that is to blame. */
const OUTAGE_FAILURES = 3;
/** Requests a second after the first pause. */
const FIRST_RATE = 4;
/** Slower limits are kept by pausing: a rate that rare trouble has halved too often must not be a trouble itself. */
const MIN_RATE = 1 / 2;
/** As good as no limit, once nobody waits any more. */
const MAX_RATE = 100;
/** How long it takes from half of what was too much back to it … */
const CAREFUL_MS = 10 * SECOND;
/** … or this number of requests, if that takes longer. */
const CAREFUL_REQUESTS = 20;
/** So far beyond what was too much the limit is another one. */
const KNOWN_ENOUGH = 1.25;
/** Without trouble for so long, and with nobody waiting, the past does not count any more. */
const CALM_MS = MINUTE;

/**
 * The requests to one model, of all agents: who may go out when. Pure: the time comes in.
 *
 *   free → (trouble) → paused → probing → (success) → paced → free
 *
 * Free: everything goes at once. After trouble nothing goes for a while, then one request as a probe. When it is
 * served the others follow at a rate. It is a rate and not a number of open requests, because that is what providers
 * limit, and answers last from a second to minutes. Served requests that had to wait let it grow: it doubles every
 * second while no limit is known, and slowly up to a limit that is. Trouble pauses again and halves it.
 */
export class Lane {
  readonly #queue = new FairQueue<Ticket>();
  readonly #random: () => number;
  readonly #patienceMs: number;
  readonly #maxPauseMs: number;
  readonly #probeEveryMs: number;
  readonly #minRate: number;
  #phase = 0;
  #pausedUntil = 0;
  #isProbing = false;
  /** Requests a second; infinite: free. */
  #rate = Infinity;
  #grownAt = 0;
  /** The rate that was too much the last time. */
  #tooMuch: number | undefined;
  #lastReleaseAt = -Infinity;
  #failuresInARow = 0;
  #pausesInARow = 0;
  #trouble: Trouble | undefined;

  constructor({ random, patienceMs }: LaneOptions) {
    this.#random = random;
    this.#patienceMs = patienceMs;
    this.#maxPauseMs = Math.min(MAX_PAUSE_MS, patienceMs / PROBES_PER_PATIENCE);
    this.#minRate = Math.max(MIN_RATE, (PROBES_PER_PATIENCE * SECOND) / patienceMs);
    this.#probeEveryMs = Math.min(PROBE_EVERY_MS, patienceMs / PROBES_PER_PATIENCE);
  }

  get size(): number {
    return this.#queue.size;
  }

  /** How many pauses there were. */
  get phase(): number {
    return this.#phase;
  }

  /** The trouble that holds requests back, if there is one. */
  get trouble(): Trouble | undefined {
    return this.#rate < Infinity ? this.#trouble : undefined;
  }

  /** Nothing but probes goes out. */
  get isPaused(): boolean {
    return this.#isProbing;
  }

  /** As good as a new one. */
  get isCalm(): boolean {
    return this.#rate === Infinity && this.#failuresInARow === 0;
  }

  arrive(sessionId: string): Ticket {
    return { ...this.#queue.arrive(sessionId), phase: this.#phase, hasWaited: false };
  }

  /** Waits for `release`. One that comes back has its old place, but for a probe. */
  enter(ticket: Ticket, now: number): void {
    if (this.#queue.size === 0 && now - this.#pausedUntil > CALM_MS) this.#free();
    this.#queue.add(ticket);
  }

  /** Those that may go now. */
  release(now: number): Ticket[] {
    const released: Ticket[] = [];
    while (now >= this.readyAt()) {
      const ticket = this.#queue.take();
      if (!ticket) break;
      ticket.phase = this.#phase;
      this.#lastReleaseAt = now;
      released.push(ticket);
    }
    for (const ticket of this.#queue) ticket.hasWaited = true;
    return released;
  }

  /** When the next one may go. */
  readyAt(): number {
    const gapMs = this.#isProbing ? this.#probeEveryMs : SECOND / this.#rate;
    return Math.max(this.#pausedUntil, this.#lastReleaseAt + gapMs);
  }

  /** How long a ticket that waits will wait at least. */
  delayOf(ticket: Ticket, now: number): number {
    const ahead = this.#isProbing ? 0 : this.#queue.countBefore(ticket);
    return Math.max(0, this.readyAt() - now) + (ahead * SECOND) / this.#rate;
  }

  /** It does not wait any more, or nobody will hear how it was served. */
  leave(ticket: Ticket): void {
    this.#queue.remove(ticket);
    if (this.#isProbing && ticket.phase === this.#phase) this.#lastReleaseAt = -Infinity;
  }

  /** The provider has begun to serve it, or refuses it for what it is. */
  served(ticket: Ticket, now: number): void {
    if (ticket.phase !== this.#phase) return;
    this.#failuresInARow = 0;
    this.#pausesInARow = 0;
    if (this.#isProbing) {
      this.#isProbing = false;
      this.#grownAt = now;
    } else if (ticket.hasWaited) this.#grow(now);
    if (this.#rate >= MAX_RATE && this.#queue.size === 0) this.#free();
  }

  /** Trouble kept it from being served. False: this request alone is concerned. */
  refused(ticket: Ticket, trouble: Trouble, now: number): boolean {
    const isStale = ticket.phase !== this.#phase;
    if (!isStale) this.#failuresInARow++;
    if (!trouble.isShared && this.#failuresInARow < OUTAGE_FAILURES) return false;
    // Another one probes next: if it is only this one that cannot be served, the others shall not wait for it.
    if (this.#isProbing && !isStale) Object.assign(ticket, this.#queue.arrive(ticket.sessionId));
    if (isStale) this.#pausedUntil = Math.max(this.#pausedUntil, now + this.#floorOf(trouble));
    else this.#pause(trouble, now);
    return true;
  }

  /** As far as the time since the last growth allows: many answers at once count as much as one. */
  #grow(now: number): void {
    const passedMs = now - this.#grownAt;
    this.#grownAt = now;
    const lostRate = (this.#tooMuch ?? 0) / 2;
    if (this.#rate < lostRate * 2 * KNOWN_ENOUGH) {
      this.#rate += lostRate * Math.min(passedMs / CAREFUL_MS, 1 / CAREFUL_REQUESTS);
    } else this.#rate *= 2 ** Math.min(passedMs / SECOND, 1);
    this.#rate = Math.min(MAX_RATE, this.#rate);
  }

  #free(): void {
    this.#rate = Infinity;
    this.#tooMuch = undefined;
  }

  #pause(trouble: Trouble, now: number): void {
    if (this.#rate === Infinity) this.#rate = FIRST_RATE;
    else if (!this.#isProbing) {
      this.#tooMuch = this.#rate;
      this.#rate = Math.max(this.#minRate, this.#rate / 2);
    }
    this.#phase++;
    this.#isProbing = true;
    this.#trouble = trouble;
    this.#lastReleaseAt = -Infinity;
    const backOffMs = Math.min(this.#maxPauseMs, FIRST_PAUSE_MS * 2 ** this.#pausesInARow++);
    // Half of it by chance: other servers may have the same credential.
    const pauseMs = backOffMs * (0.5 + this.#random() / 2);
    this.#pausedUntil = now + Math.max(pauseMs, this.#floorOf(trouble));
  }

  /** What nobody will wait for is an answer to the one who asked, and no reason to let nobody ask for so long. */
  #floorOf({ retryAfterMs = 0 }: Trouble): number {
    return retryAfterMs > this.#patienceMs ? 0 : retryAfterMs;
  }
}
