import { PRIMARY_THREAD, type EventBody, type NewEvent } from '../domain/event.ts';
import type { Clock } from '../lib/clock.ts';
import { createId } from '../lib/ids.ts';
import type { LogSize } from '../sessions/log-limit.ts';
import type { Commit, CommitResult, Store } from '../store/store.ts';
import { LeaseLost, whileHeld, type Lease } from './lease.ts';

/** What a turn commits. */
export type CommitPart = Pick<
  Commit,
  | 'events'
  | 'consumeInputIds'
  | 'session'
  | 'updateRun'
  | 'openApprovals'
  | 'expireApprovals'
  | 'deliverApprovals'
  | 'deliveries'
>;

/**
 * Writes one turn's events in order: one commit under way, and whatever comes meanwhile goes into the next one.
 * A slow disk so makes larger commits, not a longer queue of them. While the store is away the events are held, and
 * tried again for as long as the lease lasts.
 */
export class LogWriter {
  readonly #store: Pick<Store, 'commit'>;
  readonly #clock: Clock;
  readonly #lease: Lease;
  #next: Commit = {};
  #hasNext = false;
  #writing: Promise<void> | undefined;
  readonly #onError: () => void;
  #error: unknown;
  #size: LogSize = { lastSeq: 0, logBytes: 0 };

  /** `onError` is called once, when something could not be written and so nothing more will be. */
  constructor(store: Pick<Store, 'commit'>, clock: Clock, lease: Lease, onError: () => void) {
    this.#store = store;
    this.#clock = clock;
    this.#lease = lease;
    this.#onError = onError;
  }

  /** How large the log was after the last commit with events: what may have been stored by an attempt that failed lies behind it. */
  get size(): LogSize {
    return this.#size;
  }

  createId(): string {
    return createId(this.#clock.now());
  }

  /** An event with a new id, made now. */
  createEvent(body: EventBody): NewEvent {
    const now = this.#clock.now();
    return { id: createId(now), threadId: PRIMARY_THREAD, createdAt: now, body };
  }

  /** Queues a part of a commit: events and consumed inputs add up, later row values replace earlier ones. */
  add(part: CommitPart): void {
    const next = this.#next;
    if (part.events) (next.events ??= []).push(...part.events);
    if (part.consumeInputIds) (next.consumeInputIds ??= []).push(...part.consumeInputIds);
    if (part.openApprovals) (next.openApprovals ??= []).push(...part.openApprovals);
    if (part.expireApprovals) next.expireApprovals = join(next.expireApprovals, part.expireApprovals);
    if (part.deliverApprovals) next.deliverApprovals = join(next.deliverApprovals, part.deliverApprovals);
    if (part.deliveries) (next.deliveries ??= []).push(...part.deliveries);
    if (part.session) next.session = { ...next.session, ...part.session };
    if (part.updateRun) next.updateRun = { ...next.updateRun, ...part.updateRun };
    this.#hasNext = true;
    // After an error a writer would end before it is noted here, and `flush` would await that end for ever.
    if (this.#error === undefined) this.#writing ??= this.#write();
  }

  /** Resolves when all that was added is durable. Throws LeaseLost, or what the store threw. */
  async flush(): Promise<void> {
    while (this.#writing) await this.#writing;
    if (this.#error !== undefined) throw this.#error;
  }

  #note({ events, logBytes }: Extract<CommitResult, { ok: true }>): void {
    const lastSeq = events.at(-1)?.seq;
    if (lastSeq !== undefined) this.#size = { lastSeq, logBytes };
  }

  async #write(): Promise<void> {
    // After an error nothing more is written: a log with a hole would be worse than a short one.
    while (this.#hasNext && this.#error === undefined) {
      const commit = this.#next;
      this.#next = {};
      this.#hasNext = false;
      try {
        const result = await whileHeld(this.#lease, (attempt) => this.#commit(commit, attempt));
        if (result.ok) this.#note(result);
        else this.#error = new LeaseLost();
      } catch (error) {
        this.#error = error;
      }
    }
    this.#writing = undefined;
    if (this.#error !== undefined) this.#onError();
  }

  #commit(commit: Commit, attempt: number): Promise<CommitResult> {
    const { tenantId, sessionId, epoch } = this.#lease;
    const repeatedSince = attempt > 0 ? { repeatedSince: this.#size.lastSeq } : {};
    return this.#store.commit(tenantId, sessionId, { ...commit, ...repeatedSince, epoch });
  }
}

/** Both, at the time of the later one. */
function join<Closing extends { ids: string[] }>(before: Closing | undefined, after: Closing): Closing {
  return { ...after, ids: [...(before?.ids ?? []), ...after.ids] };
}
