import { setMaxListeners } from 'node:events';
import type { Clock } from '../lib/clock.ts';
import { createDeadline } from '../lib/deadline.ts';
import { SECOND } from '../lib/duration.ts';
import type { Log } from '../log.ts';
import { Wake } from '../sessions/wake.ts';
import type { DeliveryRecord } from '../store/records.ts';
import type { DeliveryOutcome } from '../store/deliveries.ts';
import type { Store } from '../store/store.ts';
import { pauseAfter } from './back-off.ts';
import { send, type Attempt, type Webhook } from './send.ts';

const ANSWER_WITHIN_MS = 15 * SECOND;
/** Longer than an attempt: until then no other node sends the same message. */
const LEASE_MS = 30 * SECOND;
const AT_ONCE = 16;
/** The back-off is as exact as this; what another node committed and cannot send any more is found as quickly. */
const LOOK_AGAIN_MS = SECOND;
/** The receiver wants nothing of this any more. */
const GONE = 410;

interface DelivererContext {
  store: Pick<Store, 'hints' | 'claimDeliveries' | 'settleDelivery'>;
  clock: Clock;
  log: Log;
}

/**
 * Sends the messages that commits left in the store, each until it is delivered or given up. At least once: one whose
 * answer was lost, by a crash or on its way, is sent again under the same id. In order per session, except that a
 * message in its back-off does not hold up the ones after it.
 * Life: created → started → stopping (sends nothing more) → stopped.
 */
export class Deliverer {
  readonly #context: DelivererContext;
  readonly #webhook: Webhook;
  readonly #answerWithinMs: number;
  readonly #stopping = new AbortController();
  readonly #breaking = new AbortController();
  readonly #wake = new Wake(this.#stopping.signal);
  readonly #sending = new Set<Promise<void>>();
  #unsubscribe: () => void = () => undefined;
  #loop: Promise<void> = Promise.resolve();

  constructor(context: DelivererContext, webhook: Webhook, answerWithinMs = ANSWER_WITHIN_MS) {
    this.#context = context;
    this.#webhook = webhook;
    this.#answerWithinMs = answerWithinMs;
    // Every attempt listens to it: many listeners are no leak here.
    setMaxListeners(0, this.#breaking.signal);
  }

  start(): void {
    this.#unsubscribe = this.#context.store.hints.onDeliveries(() => this.#wake.ring());
    this.#loop = this.#deliverAll();
  }

  /** Attempts under way get `graceMs` to be answered; those that are broken off are made again after the next start. */
  async stop(graceMs: number): Promise<void> {
    this.#stopping.abort();
    this.#unsubscribe();
    await this.#loop;
    const timer = setTimeout(() => this.#breaking.abort(), graceMs);
    await Promise.all(this.#sending);
    clearTimeout(timer);
    this.#wake[Symbol.dispose]();
  }

  async #deliverAll(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      const claimed = await this.#claim();
      for (const delivery of claimed) {
        const sending = this.#deliver(delivery).finally(() => {
          this.#sending.delete(sending);
          // The next one of its session may go.
          this.#wake.ring();
        });
        this.#sending.add(sending);
      }
      if (claimed.length === 0) await this.#wake.wait(LOOK_AGAIN_MS);
    }
  }

  async #claim(): Promise<DeliveryRecord[]> {
    const { store, clock, log } = this.#context;
    const limit = AT_ONCE - this.#sending.size;
    if (limit === 0) return [];
    const now = clock.now();
    try {
      return await store.claimDeliveries({ now, leaseUntil: now + LEASE_MS, limit });
    } catch (error) {
      log.error({ err: error }, 'Webhook deliveries could not be claimed.');
      return [];
    }
  }

  /** Never rejects. An outcome that cannot be stored is forgotten: the lease runs out, and the message is sent again. */
  async #deliver(delivery: DeliveryRecord): Promise<void> {
    const { store, clock, log } = this.#context;
    const { tenantId, sessionId, id, attempts } = delivery;
    const startedAt = clock.now();
    try {
      using deadline = createDeadline(this.#answerWithinMs, this.#breaking.signal);
      const attempt = await send(this.#webhook, delivery, startedAt, deadline.signal);
      const brokenOff = this.#breaking.signal.aborted && attempt.status === null;
      const set = brokenOff ? {} : outcomeOf(delivery, attempt, startedAt, clock.now());
      await store.settleDelivery({ tenantId, sessionId, id, attempts, set });
      this.#report(delivery, set);
    } catch (error) {
      log.error(
        { err: error, sessionId, deliveryId: id },
        'The outcome of a webhook delivery was not stored.',
      );
    }
  }

  #report({ id, sessionId, type, attempts }: DeliveryRecord, set: DeliveryOutcome['set']): void {
    const { log } = this.#context;
    const about = { deliveryId: id, sessionId, type, attempts, error: set.error };
    if (set.state === 'failed') log.error(about, 'A webhook delivery was given up.');
    else if (set.error) log.warn(about, 'A webhook delivery failed; it is tried again.');
    else log.debug(about, 'A webhook delivery has ended.');
  }
}

function outcomeOf(
  delivery: DeliveryRecord,
  { status, error, askedMs }: Attempt,
  startedAt: number,
  now: number,
): DeliveryOutcome['set'] {
  const seen = { lastAttemptAt: startedAt, responseStatus: status, error };
  if (error === null) return { ...seen, state: 'delivered', nextAttemptAt: null };
  const failures = delivery.failures + 1;
  const pause = status === GONE ? undefined : pauseAfter(failures, askedMs);
  return pause === undefined
    ? { ...seen, state: 'failed', failures, nextAttemptAt: null }
    : { ...seen, state: 'pending', failures, nextAttemptAt: now + pause };
}
