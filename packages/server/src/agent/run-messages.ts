/**
 * The messages of a run, by the agent's receipts for them: queued, started, then completed or cancelled. A run is answered
 * when all of them are. In a turn that goes on by itself the agent's own word stands in for the first message.
 */
export class Messages {
  readonly #open: Set<string>;
  /** Ids that we gave; any other is the agent's own. */
  readonly #ours: Set<string>;
  #waitsForOwn: boolean;

  /** `first` undefined: the turn goes on by itself. */
  constructor(first: string | undefined) {
    this.#waitsForOwn = first === undefined;
    this.#open = new Set(first === undefined ? [] : [first]);
    this.#ours = new Set(this.#open);
  }

  get areAnswered(): boolean {
    return !this.#waitsForOwn && this.#open.size === 0;
  }

  add(id: string): void {
    this.#open.add(id);
    this.#ours.add(id);
  }

  /** True: one of ours has been taken. */
  observe(id: string, state: string): boolean {
    const isOurs = this.#ours.has(id);
    if (state === 'completed' || state === 'cancelled') {
      if (isOurs) this.#open.delete(id);
      else this.#waitsForOwn = false;
    }
    return isOurs && state === 'started';
  }
}
