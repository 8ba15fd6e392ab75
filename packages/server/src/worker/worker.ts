import { createFailure } from '../domain/failure.ts';
import { MINUTE, SECOND } from '../lib/duration.ts';
import { Wake } from '../sessions/wake.ts';
import { StoreUnavailableError, type ClaimedSession, type ClaimRequest } from '../store/store.ts';
import type { StopReason, TurnHandle, WorkerContext } from './context.ts';
import { cleanUpArchived, needsCleanUp } from './clean-up.ts';
import { finishRun } from './finish.ts';
import { goOn } from './go-on.ts';
import { LeaseKeeper } from './lease-keeper.ts';
import { LeaseLost, whileHeld, type Lease } from './lease.ts';
import { Pulse } from './pulse.ts';
import { putDown } from './put-down.ts';
import { runTurn } from './turn.ts';
import { waitForHome } from './wait-for-home.ts';

/** A lost hint costs at most so much latency; expired leases of other nodes are found as quickly. */
const LOOK_AGAIN_MS = SECOND / 4;
/** Sessions taken in one claim. */
const CLAIM_LIMIT = 32;
/** How long parked work waits for a store that is away; what it could not write is found by the next start. */
const PARK_PATIENCE_MS = 5 * SECOND;
const REMOVE_AGAIN_MS = MINUTE;
/** When others wait for its slot, a run that waits for a person keeps its process for so long. */
const WAIT_WITH_SLOT_MS = 5 * SECOND;

export interface WorkerSettings {
  /** Unique to this process: the owner of its leases. */
  owner: string;
  /** Runs at the same time. */
  maxAgents: number;
  leaseMs: number;
  /** How long the process of a run that waits for a person is kept. */
  idleTtlMs: number;
  /** Of a node among several; undefined: there is no other. */
  place?: NonNullable<ClaimRequest['place']> & { nodeName: string };
}

/** Work under way. */
interface Active extends TurnHandle {
  /** Ends its lease: what it cannot write now stays unwritten. */
  leaseEnd: AbortController;
  usesSlot: boolean;
}

/**
 * Claims sessions that have work and does it, as many at a time as there are slots.
 * Life: created → started → stopping (claims nothing more) → stopped.
 */
export class Worker {
  readonly #context: WorkerContext;
  readonly #settings: WorkerSettings;
  readonly #leases: LeaseKeeper;
  readonly #pulse: Pulse | undefined;
  readonly #stopping = new AbortController();
  readonly #wake = new Wake(this.#stopping.signal);
  readonly #active = new Map<Promise<void>, Active>();
  #unsubscribe: () => void = () => undefined;
  #loop: Promise<void> = Promise.resolve();

  constructor(context: WorkerContext, settings: WorkerSettings) {
    this.#context = context;
    this.#settings = settings;
    this.#leases = new LeaseKeeper(context, settings.owner, settings.leaseMs);
    const { place } = settings;
    this.#pulse = place && new Pulse(context, { id: place.nodeId, name: place.nodeName });
  }

  start(): void {
    this.#unsubscribe = this.#context.store.hints.onWork(() => this.#wake.ring());
    this.#leases.start();
    this.#pulse?.start();
    this.#loop = this.#claimLoop();
  }

  /** Claims nothing more; work under way gets `graceMs` to end, then it is parked for the next start. */
  async stop(graceMs: number): Promise<void> {
    this.#stopping.abort();
    this.#unsubscribe();
    await this.#loop;
    const park = setTimeout(() => {
      for (const { stop } of this.#active.values()) stop.abort(reasonOf('park'));
    }, graceMs);
    const giveUp = setTimeout(() => {
      for (const { leaseEnd } of this.#active.values()) leaseEnd.abort();
    }, graceMs + PARK_PATIENCE_MS);
    await Promise.all(this.#active.keys());
    clearTimeout(park);
    clearTimeout(giveUp);
    await this.#leases.stop();
    await this.#pulse?.stop();
  }

  /** Runs under way, each with a slot. */
  get running(): number {
    return [...this.#active.values()].filter(({ usesSlot }) => usesSlot).length;
  }

  /** Whether an agent of this session may go on at this moment. */
  mayWork(sessionId: string): boolean {
    return this.#leases.holds(sessionId);
  }

  async #claimLoop(): Promise<void> {
    const { store, clock, log } = this.#context;
    const { owner, leaseMs, place } = this.#settings;
    while (!this.#stopping.signal.aborted) {
      this.#evictWaiting();
      const claimedAt = clock.monotonic();
      let claimed: ClaimedSession[] = [];
      try {
        claimed = await store.claim({
          owner,
          leaseMs,
          slots: this.#freeSlots(),
          limit: CLAIM_LIMIT,
          place,
        });
      } catch (error) {
        // A store that is away says so itself, once.
        if (!(error instanceof StoreUnavailableError))
          log.error({ err: error }, 'Sessions could not be claimed.');
      }
      for (const session of claimed) this.#take(session, claimedAt);
      if (claimed.length === 0) await this.#wake.wait(LOOK_AGAIN_MS);
    }
  }

  #freeSlots(): number {
    // Another node may have the memory that is short here, and can take the sessions that wait.
    if (this.#context.pool.isHoldingBack) return 0;
    return Math.max(0, this.#settings.maxAgents - this.running);
  }

  #take(claimed: ClaimedSession, claimedAt: number): void {
    const { session, head } = claimed;
    const leaseEnd = new AbortController();
    const lease: Lease = {
      tenantId: session.tenantId,
      sessionId: session.id,
      epoch: head.leaseEpoch,
      ended: leaseEnd.signal,
    };
    const handle: TurnHandle = {
      stop: new AbortController(),
      parkableSince: () => undefined,
      heard: () => undefined,
    };
    this.#leases.hold(lease, claimedAt, () => {
      leaseEnd.abort();
      handle.stop.abort(reasonOf('lost'));
    });
    const work = this.#work(claimed, lease, handle).finally(() => {
      leaseEnd.abort();
      this.#leases.drop(lease);
      this.#active.delete(work);
      // A slot is free now.
      this.#wake.ring();
    });
    this.#active.set(work, Object.assign(handle, { leaseEnd, usesSlot: head.needsSlot }));
  }

  /** Who waits for a person gives up the process after a while, and sooner when every slot is taken. */
  #evictWaiting(): void {
    const now = this.#context.clock.monotonic();
    const patience =
      this.#freeSlots() > 0
        ? this.#settings.idleTtlMs
        : Math.min(this.#settings.idleTtlMs, WAIT_WITH_SLOT_MS);
    for (const { stop, parkableSince } of this.#active.values()) {
      const since = parkableSince();
      if (since !== undefined && now - since >= patience) stop.abort(reasonOf('evict'));
    }
  }

  /** Never rejects: what goes wrong here is logged, and the session says so. */
  async #work(claimed: ClaimedSession, lease: Lease, handle: TurnHandle): Promise<void> {
    const { log } = this.#context;
    const unwatch = this.#watchInputs(lease, handle);
    try {
      await this.#dispatch(claimed, lease, handle);
    } catch (error) {
      if (error instanceof LeaseLost) {
        this.#context.telemetry.leaseLost();
        log.warn({ err: error, sessionId: lease.sessionId }, 'A turn stopped because its lease was lost.');
        return;
      }
      log.error({ err: error, sessionId: lease.sessionId }, 'A turn failed inside the server.');
      const isOver = claimed.session.state === 'deleting' || claimed.session.archivedAt !== null;
      await (isOver ? this.#removeLater(lease) : this.#failRun(lease));
    } finally {
      unwatch();
    }
  }

  async #dispatch(claimed: ClaimedSession, lease: Lease, handle: TurnHandle): Promise<void> {
    switch (claimed.session.state) {
      case 'queued':
        if (claimed.inputs.some(({ kind }) => kind === 'cancel')) {
          await finishRun(this.#context, lease, { state: 'cancelled', failure: null });
          return;
        }
        return runTurn(this.#context, lease, claimed, handle);
      case 'running':
      case 'waiting':
      case 'rescheduling':
        return goOn(this.#context, lease, claimed, handle);
      case 'deleting':
        if (claimed.awayHome) return waitForHome(this.#context, lease, claimed, claimed.awayHome);
        return this.#remove(lease);
      case 'new':
      case 'completed':
      case 'failed':
      case 'cancelled':
        if (needsCleanUp(claimed)) return cleanUpArchived(this.#context, lease, claimed);
        // Nothing to do: the wake-up outlived its reason.
        return putDown(this.#context, lease, claimed);
    }
  }

  /** The process first, then its files, then the rows: what is left over after a crash is found by the rows. */
  async #remove(lease: Lease): Promise<void> {
    const { store, pool, workspaces, files } = this.#context;
    const { tenantId, sessionId, epoch } = lease;
    await pool.evict(lease.sessionId);
    await workspaces.remove(lease.sessionId);
    const digests = await whileHeld(lease, () => store.readSessionDigests(tenantId, sessionId));
    await whileHeld(lease, () => store.deleteSession(tenantId, sessionId, epoch));
    await files.dropUnused(digests);
  }

  async #failRun(lease: Lease): Promise<void> {
    try {
      await finishRun(this.#context, lease, { state: 'failed', failure: createFailure('internal') });
    } catch (error) {
      // The lease runs out by itself, and whoever claims the session then ends the run.
      this.#context.log.error({ err: error, sessionId: lease.sessionId }, 'A run could not be ended.');
    }
  }

  /** Files that cannot be removed now may be later. */
  async #removeLater(lease: Lease): Promise<void> {
    const { store, clock, log } = this.#context;
    try {
      await whileHeld(lease, () =>
        store.commit(lease.tenantId, lease.sessionId, {
          epoch: lease.epoch,
          head: { wakeAt: clock.now() + REMOVE_AGAIN_MS },
          releaseLease: true,
        }),
      );
    } catch (error) {
      log.error({ err: error, sessionId: lease.sessionId }, 'A removal could not be put off.');
    }
  }

  #watchInputs(lease: Lease, handle: TurnHandle): () => void {
    const { store, log } = this.#context;
    let reading = false;
    let again = false;
    const look = async (): Promise<void> => {
      again = true;
      if (reading) return;
      reading = true;
      while (again) {
        again = false;
        const inputs = await whileHeld(lease, () => store.readInputs(lease.tenantId, lease.sessionId));
        // What comes with a cancel is not for this run.
        if (inputs.some(({ kind }) => kind === 'cancel')) handle.stop.abort(reasonOf('cancel'));
        else handle.heard(inputs);
      }
      reading = false;
    };
    const onRing = (): void => {
      look().catch((error: unknown) => {
        reading = false;
        if (error instanceof LeaseLost) return;
        log.error({ err: error, sessionId: lease.sessionId }, 'The inputs of a session could not be read.');
      });
    };
    const unsubscribe = store.hints.onInputs(lease.sessionId, onRing);
    // What came between the claim and now.
    onRing();
    return unsubscribe;
  }
}

/** An abort carries anything; of a turn it is one of these. */
function reasonOf(reason: StopReason): StopReason {
  return reason;
}
