/** The place of one request in the queue, which it can come back to. */
export interface Place {
  sessionId: string;
  round: number;
  order: number;
}

/**
 * Requests that wait, one of each session per round, in order of arrival within a round: a session with twenty
 * requests does not keep the others waiting twenty times as long. (Start-time fair queueing, all requests of one size.)
 */
export class FairQueue<P extends Place> {
  /** In the order in which they go. */
  readonly #waiting: P[] = [];
  /** The last round in which each session has a place; only of those that matter now. */
  readonly #rounds = new Map<string, number>();
  #round = 0;
  #order = 0;

  get size(): number {
    return this.#waiting.length;
  }

  /** A place behind everything that the session has asked for before. */
  arrive(sessionId: string): Place {
    const last = this.#rounds.get(sessionId);
    const round = last === undefined ? this.#round : Math.max(this.#round, last + 1);
    this.#rounds.set(sessionId, round);
    return { sessionId, round, order: this.#order++ };
  }

  /** The place decides who goes first, not the moment of this call. */
  add(place: P): void {
    let index = this.#waiting.length;
    while (index > 0 && isBefore(place, this.#waiting[index - 1])) index--;
    this.#waiting.splice(index, 0, place);
  }

  take(): P | undefined {
    const place = this.#waiting.shift();
    if (place) this.#round = Math.max(this.#round, place.round);
    if (this.#waiting.length === 0) this.#rounds.clear();
    return place;
  }

  remove(place: P): void {
    const index = this.#waiting.indexOf(place);
    if (index >= 0) this.#waiting.splice(index, 1);
  }

  /** How many go before it. */
  countBefore(place: P): number {
    return Math.max(0, this.#waiting.indexOf(place));
  }

  [Symbol.iterator](): IterableIterator<P> {
    return this.#waiting[Symbol.iterator]();
  }
}

function isBefore(place: Place, other: Place | undefined): boolean {
  if (!other) return false;
  return place.round === other.round ? place.order < other.order : place.round < other.round;
}
