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
/** Gap between two requests after the first pause: four a second. */
const FIRST_GAP_MS = SECOND / 4;
/** A gap as small as this is as good as none. */
const NO_GAP_MS = 10;
const MAX_GAP_MS = MINUTE;
const QUICK_GROWTH = 1.5;
const CAREFUL_GROWTH = 1.04;
/** Without trouble for so long, and with nobody waiting, the past does not count any more. */
const CALM_MS = MINUTE;

/**
 * The requests to one model, of all agents: who may go out when. Pure: the time comes in.
 *
 *   free → (trouble) → paused → probing → (success) → paced → free
 *
 * Free: everything goes at once. After trouble nothing goes for a while, then one request as a probe. When it is
 * served the others follow at a pace, one every `gap`. It is a pace and not a number of open requests, because that
 * is what providers limit, and answers last from a second to minutes. Each served request that had to wait shortens
 * the gap: quickly at first, carefully where it is known how much was too much. Trouble pauses again and doubles it.
 */
export class Lane {
  readonly #queue = new FairQueue<Ticket>();
  readonly #random: () => number;
  readonly #patienceMs: number;
  readonly #maxPauseMs: number;
  readonly #probeEveryMs: number;
  #phase = 0;
  #pausedUntil = 0;
  #isProbing = false;
  /** 0: free. */
  #gapMs = 0;
  /** From here on it grows carefully. */
  #carefulGapMs = NO_GAP_MS;
  #lastReleaseAt = -Infinity;
  #failuresInARow = 0;
  #pausesInARow = 0;
  #trouble: Trouble | undefined;
  #troubledAt = -Infinity;

  constructor({ random, patienceMs }: LaneOptions) {
    this.#random = random;
    this.#patienceMs = patienceMs;
    this.#maxPauseMs = Math.min(MAX_PAUSE_MS, patienceMs / PROBES_PER_PATIENCE);
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
    return this.#gapMs > 0 ? this.#trouble : undefined;
  }

  /** Nothing but probes goes out. */
  get isPaused(): boolean {
    return this.#isProbing;
  }

  arrive(sessionId: string): Ticket {
    return { ...this.#queue.arrive(sessionId), phase: this.#phase, hasWaited: false };
  }

  /** Waits for `release`, with its old place if it comes back. */
  enter(ticket: Ticket, now: number): void {
    if (this.#queue.size === 0 && now - this.#troubledAt > CALM_MS) this.#gapMs = 0;
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
    const gapMs = this.#isProbing ? this.#probeEveryMs : this.#gapMs;
    return Math.max(this.#pausedUntil, this.#lastReleaseAt + gapMs);
  }

  /** How long a ticket that waits will wait at least. */
  delayOf(ticket: Ticket, now: number): number {
    const ahead = this.#isProbing ? 0 : this.#queue.countBefore(ticket) * this.#gapMs;
    return Math.max(0, this.readyAt() - now) + ahead;
  }

  /** It does not wait any more, or nobody will hear how it was served. */
  leave(ticket: Ticket): void {
    this.#queue.remove(ticket);
    if (this.#isProbing && ticket.phase === this.#phase) this.#lastReleaseAt = -Infinity;
  }

  /** The provider has begun to serve it, or refuses it for what it is. */
  served(ticket: Ticket): void {
    if (ticket.phase !== this.#phase) return;
    this.#failuresInARow = 0;
    this.#pausesInARow = 0;
    if (this.#isProbing) {
      this.#isProbing = false;
      return;
    }
    if (!ticket.hasWaited || this.#gapMs === 0) return;
    this.#gapMs /= this.#gapMs > this.#carefulGapMs ? QUICK_GROWTH : CAREFUL_GROWTH;
    if (this.#gapMs < NO_GAP_MS) this.#gapMs = 0;
  }

  /** Trouble kept it from being served. False: this request alone is concerned. */
  refused(ticket: Ticket, trouble: Trouble, now: number): boolean {
    const isStale = ticket.phase !== this.#phase;
    if (!isStale) this.#failuresInARow++;
    if (!trouble.isShared && this.#failuresInARow < OUTAGE_FAILURES) return false;
    if (isStale) this.#pausedUntil = Math.max(this.#pausedUntil, now + this.#floorOf(trouble));
    else this.#pause(trouble, now);
    return true;
  }

  #pause(trouble: Trouble, now: number): void {
    if (this.#gapMs === 0) this.#gapMs = FIRST_GAP_MS;
    else if (!this.#isProbing) {
      this.#gapMs = Math.min(MAX_GAP_MS, this.#gapMs * 2);
      this.#carefulGapMs = this.#gapMs;
    }
    this.#phase++;
    this.#isProbing = true;
    this.#trouble = trouble;
    this.#troubledAt = now;
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
