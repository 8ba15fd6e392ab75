import type { Clock } from '../lib/clock.ts';
import { SECOND } from '../lib/duration.ts';
import type { Log } from '../log.ts';
import type { Store } from '../store/store.ts';
import type { Lease } from './lease.ts';

/** So long before a lease ends its holder stops by itself, if it could not renew: time enough to kill the tree. */
const MARGIN_MS = 3 * SECOND;
/** Leases are looked at so often within their time, and renewed every third time. */
const TICKS = 12;
const TICKS_PER_RENEWAL = 3;

interface Held {
  lease: Lease;
  /** Monotonic: a changed wall clock must not prolong a lease. */
  renewedAt: number;
  lose: () => void;
}

/** Renews the leases of the turns under way, and tells a turn when its lease is lost or about to end. */
export class LeaseKeeper {
  readonly #context: { store: Pick<Store, 'renew'>; clock: Clock; log: Log };
  readonly #owner: string;
  readonly #leaseMs: number;
  readonly #held = new Map<string, Held>();
  #timer: NodeJS.Timeout | undefined;
  #renewing: Promise<void> | undefined;

  constructor(
    context: { store: Pick<Store, 'renew'>; clock: Clock; log: Log },
    owner: string,
    leaseMs: number,
  ) {
    this.#context = context;
    this.#owner = owner;
    this.#leaseMs = leaseMs;
  }

  start(): void {
    let tick = 0;
    this.#timer = setInterval(() => {
      // First, so that after a standstill of the server nothing is renewed that is over.
      this.#loseWhatEnds();
      if (tick++ % TICKS_PER_RENEWAL === 0) {
        this.#renewing ??= this.#renew().finally(() => (this.#renewing = undefined));
      }
    }, this.#leaseMs / TICKS);
  }

  /** `claimedAt`: monotonic, from before the claim was sent. */
  hold(lease: Lease, claimedAt: number, lose: () => void): void {
    this.#held.set(lease.sessionId, { lease, renewedAt: claimedAt, lose });
  }

  drop(lease: Lease): void {
    // Not one that was claimed again after this was lost.
    if (this.#held.get(lease.sessionId)?.lease === lease) this.#held.delete(lease.sessionId);
  }

  /** Whether work on this session is covered by a lease at this moment; one that is about to end is lost here and now. */
  holds(sessionId: string): boolean {
    this.#loseWhatEnds();
    return this.#held.has(sessionId);
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#renewing;
  }

  async #renew(): Promise<void> {
    if (this.#held.size === 0) return;
    const { store, clock, log } = this.#context;
    const asked = [...this.#held.values()];
    const askedAt = clock.monotonic();
    try {
      const lost = await store.renew({
        owner: this.#owner,
        sessions: asked.map(({ lease: { tenantId, sessionId, epoch } }) => ({ tenantId, sessionId, epoch })),
        leaseMs: this.#leaseMs,
      });
      for (const held of asked) {
        if (lost.includes(held.lease.sessionId)) this.#lose(held);
        else held.renewedAt = askedAt;
      }
    } catch (error) {
      log.warn({ err: error }, 'Leases could not be renewed.');
    }
  }

  #loseWhatEnds(): void {
    const now = this.#context.clock.monotonic();
    for (const held of this.#held.values()) {
      if (now - held.renewedAt > this.#leaseMs - MARGIN_MS) this.#lose(held);
    }
  }

  #lose(held: Held): void {
    if (this.#held.get(held.lease.sessionId) !== held) return;
    this.#held.delete(held.lease.sessionId);
    this.#context.log.warn({ sessionId: held.lease.sessionId }, 'The lease of a session was lost.');
    held.lose();
  }
}
