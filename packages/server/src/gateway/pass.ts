import { randomBytes } from 'node:crypto';
import type { Clock } from '../lib/clock.ts';
import type { GatewayPass, ModelHold } from './gateway.ts';

/** A pass with the requests that are under way on it. */
export class Pass implements GatewayPass {
  readonly token = `bullpen-${randomBytes(24).toString('base64url')}`;
  readonly tenantId: string;
  readonly sessionId: string;
  readonly #clock: Clock;
  readonly #onRevoked: (pass: Pass) => void;
  readonly #open = new Map<Promise<void>, () => void>();
  #runId: string | null = null;
  #isStopped = false;
  #openRequests = 0;
  #heldRequests = 0;
  #unservedSince: number | undefined;
  #holdListener: ((hold: ModelHold) => void) | undefined;
  #budgetListener: (() => void) | undefined;
  #lastActivityAt: number | undefined;

  constructor(
    holder: { tenantId: string; sessionId: string },
    clock: Clock,
    onRevoked: (pass: Pass) => void,
  ) {
    this.tenantId = holder.tenantId;
    this.sessionId = holder.sessionId;
    this.#clock = clock;
    this.#onRevoked = onRevoked;
  }

  get runId(): string | null {
    return this.#runId;
  }

  get openRequests(): number {
    return this.#openRequests;
  }

  get lastActivityAt(): number | undefined {
    return this.#heldRequests > 0 ? this.#clock.monotonic() : this.#lastActivityAt;
  }

  setRun(runId: string | null): void {
    this.#runId = runId;
    this.#unservedSince = undefined;
  }

  /** Gives back since when none of the run's requests has been served: this moment, if the last one was. */
  noteAsked(): number {
    this.#unservedSince ??= this.#clock.monotonic();
    return this.#unservedSince;
  }

  noteServed(): void {
    this.#unservedSince = undefined;
  }

  get isStopped(): boolean {
    return this.#isStopped;
  }

  stop(): void {
    this.#runId = null;
    this.#isStopped = true;
    for (const abort of this.#open.values()) abort();
  }

  revoke(): void {
    this.stop();
    this.#onRevoked(this);
  }

  async settled(): Promise<void> {
    while (this.#open.size > 0) await Promise.all(this.#open.keys());
  }

  onHold(listener: (hold: ModelHold) => void): void {
    this.#holdListener = listener;
  }

  noteHold(hold: ModelHold): void {
    this.#holdListener?.(hold);
  }

  onBudgetReached(listener: () => void): void {
    this.#budgetListener = listener;
  }

  noteBudgetReached(): void {
    this.#budgetListener?.();
  }

  /** While `waiting` is under way, a request of this pass waits in the gateway. */
  async hold<T>(waiting: Promise<T>): Promise<T> {
    this.#heldRequests++;
    try {
      return await waiting;
    } finally {
      this.#heldRequests--;
      this.touch();
    }
  }

  touch(): void {
    this.#lastActivityAt = this.#clock.monotonic();
  }

  /**
   * Holds the pass open for one request. `passing` ends with the request, `recording` when it has been recorded too;
   * neither may reject.
   */
  track(passing: Promise<void>, recording: Promise<void>, abort: () => void): void {
    this.touch();
    this.#openRequests++;
    this.#open.set(recording, abort);
    void passing.then(() => {
      this.#openRequests--;
      this.touch();
    });
    void recording.then(() => this.#open.delete(recording));
  }
}
