import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import type { SessionState } from '../domain/session-state.ts';
import type { Clock } from '../lib/clock.ts';
import { SECOND } from '../lib/duration.ts';
import type { FleetMark, FleetPage, FleetRecord } from '../store/fleet.ts';
import type { Store } from '../store/store.ts';
import { whileAway } from '../store/while-away.ts';
import { Wake } from './wake.ts';

/** A session that changes all the time is told of once in so long. */
const INTERVAL_MS = 200;
/** A lost hint costs at most so much latency. */
const LOOK_AGAIN_MS = 30 * SECOND;
/** Sessions, and marks of sessions, that are read at once: on SQLite nothing else happens meanwhile. */
const PAGE = 200;
const MARKS = 1000;

/** Work of theirs is under way or comes next: they are told of however old they are. */
const BUSY = ['queued', 'running', 'waiting', 'rescheduling'] as const satisfies SessionState[];
const AT_REST = ['new', 'completed', 'failed', 'cancelled'] as const satisfies SessionState[];

export type FleetStep =
  /** Sessions that are new or have changed, as they are now. */
  | { type: 'changed'; sessions: readonly FleetRecord[] }
  /** Sessions that were told of and are gone. */
  | { type: 'removed'; ids: readonly string[] }
  /** Everything has been told, and from now on only what changes. `truncated`: not the oldest ones, which are at rest. */
  | { type: 'ready'; truncated: boolean };

interface FleetContext {
  store: Pick<Store, 'hints' | 'readFleet' | 'readFleetMarks'>;
  clock: Clock;
}

/**
 * The newest sessions of a tenant, up to `limit`, and all that are busy; then whatever changes, until `signal` aborts. What
 * a reader has not been told yet is a set of ids: a slow one hears less of what was in between, but the same in the end.
 */
export async function* watchFleet(
  { store, clock }: FleetContext,
  tenantId: string,
  limit: number,
  signal: AbortSignal,
): AsyncGenerator<FleetStep> {
  using wake = new Wake(signal);
  const fleet = new Fleet(store, tenantId, limit, signal);
  // Before the first look: what changes while we read is read again.
  const unsubscribe = store.hints.onAnySession((sessionId) => {
    fleet.note(sessionId);
    wake.ring();
  });
  try {
    yield* fleet.all();
    yield* fleet.changes();
    yield { type: 'ready', truncated: await fleet.isTruncated() };
    for (let lookedAt = clock.monotonic(); ;) {
      await wake.wait(LOOK_AGAIN_MS);
      if (signal.aborted) return;
      if (clock.monotonic() - lookedAt >= LOOK_AGAIN_MS) {
        lookedAt = clock.monotonic();
        fleet.note(undefined);
      }
      yield* fleet.changes();
      await pause(INTERVAL_MS, signal);
    }
  } finally {
    unsubscribe();
  }
}

/** What one reader has been told of, and what not yet. */
class Fleet {
  readonly #store: FleetContext['store'];
  readonly #tenantId: string;
  readonly #limit: number;
  readonly #signal: AbortSignal;
  /** The marks of what was told, by session. */
  readonly #told = new Map<string, string>();
  #changed = new Set<string>();
  #anyMayHaveChanged = false;
  /** The oldest of the newest sessions, if there are more of them than are told of. */
  #edge: string | undefined;

  constructor(store: FleetContext['store'], tenantId: string, limit: number, signal: AbortSignal) {
    this.#store = store;
    this.#tenantId = tenantId;
    this.#limit = limit;
    this.#signal = signal;
  }

  /** This session may have changed; undefined: any of them. */
  note(sessionId: string | undefined): void {
    if (sessionId === undefined) this.#anyMayHaveChanged = true;
    else this.#changed.add(sessionId);
  }

  async *all(): AsyncGenerator<FleetStep> {
    let count = 0;
    const read = (page: FleetPage) => this.#read((store) => store.readFleet(this.#tenantId, page));
    for await (const page of walk(read, this.#limit, PAGE)) {
      yield* this.#tell(page);
      count += page.length;
      if (count === this.#limit) this.#edge ??= page.at(-1)?.id;
    }
  }

  async *changes(): AsyncGenerator<FleetStep> {
    if (this.#anyMayHaveChanged) await this.#compare();
    const changed = [...this.#changed];
    this.#changed = new Set();
    for (const ids of pieces(changed, PAGE)) {
      const found = await this.#read((store) => store.readFleet(this.#tenantId, { ids }));
      yield* this.#tell(found);
      const there = new Set(found.map(({ id }) => id));
      const gone = ids.filter((id) => !there.has(id) && this.#told.delete(id));
      if (gone.length > 0) yield { type: 'removed', ids: gone };
    }
  }

  /** Whether there are sessions that nobody is told of unless they change. */
  async isTruncated(): Promise<boolean> {
    const beyond = this.#edge;
    if (beyond === undefined) return false;
    for (const state of AT_REST) {
      const page = { limit: 1, beyond, state };
      const marks = await this.#read((store) => store.readFleetMarks(this.#tenantId, page));
      if (marks.length > 0) return true;
    }
    return false;
  }

  *#tell(records: readonly FleetRecord[]): Generator<FleetStep> {
    const sessions = records.filter(({ id, mark }) => this.#told.get(id) !== mark);
    for (const { id, mark } of sessions) this.#told.set(id, mark);
    if (sessions.length > 0) yield { type: 'changed', sessions };
  }

  /** Finds out by their marks which sessions have changed, come or gone. */
  async #compare(): Promise<void> {
    this.#anyMayHaveChanged = false;
    const unseen = new Set(this.#told.keys());
    const read = (page: FleetPage) => this.#read((store) => store.readFleetMarks(this.#tenantId, page));
    for await (const page of walk(read, this.#limit, MARKS)) {
      for (const { id } of page) unseen.delete(id);
      this.#noteChanged(page);
    }
    for (const ids of pieces([...unseen], MARKS)) {
      const found = await this.#read((store) => store.readFleetMarks(this.#tenantId, { ids }));
      this.#noteChanged(found);
      const there = new Set(found.map(({ id }) => id));
      for (const id of ids) if (!there.has(id)) this.#changed.add(id);
    }
  }

  #noteChanged(marks: readonly FleetMark[]): void {
    for (const { id, mark } of marks) if (this.#told.get(id) !== mark) this.#changed.add(id);
  }

  /** While the store is away it waits. Others have their turn after each read. */
  async #read<Result>(read: (store: FleetContext['store']) => Promise<Result>): Promise<Result> {
    const result = await whileAway(() => read(this.#store), this.#signal);
    await nextTurn();
    return result;
  }
}

/** Page by page, the newest sessions up to `limit`, and older ones that are busy. */
async function* walk<One extends { id: string }>(
  read: (page: FleetPage) => Promise<One[]>,
  limit: number,
  pageSize: number,
): AsyncGenerator<One[]> {
  let edge: string | undefined;
  for (let left = limit; left > 0;) {
    const page = await read({ limit: Math.min(pageSize, left), beyond: edge });
    yield page;
    if (page.length < Math.min(pageSize, left)) return;
    left -= page.length;
    edge = page.at(-1)?.id;
  }
  for (const state of BUSY) {
    for (let beyond = edge; ;) {
      const page = await read({ limit: pageSize, beyond, state });
      yield page;
      if (page.length < pageSize) break;
      beyond = page.at(-1)?.id;
    }
  }
}

function* pieces(ids: readonly string[], size: number): Generator<string[]> {
  for (let start = 0; start < ids.length; start += size) yield ids.slice(start, start + size);
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, { signal });
  } catch {
    // Aborted: the caller sees it by the signal.
  }
}
