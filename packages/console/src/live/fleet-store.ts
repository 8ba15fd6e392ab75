import { getKey, subscribeKey } from '../api/credential.ts';
import { needsPerson, type Approval, type FleetRow } from './fleet-frames.ts';
import type { FeedMessage, FleetConnection } from './fleet-feed.ts';
import type { HubRequest } from './fleet-hub.ts';
import { openFleetLink } from './fleet-link.ts';
import { FleetState, type FleetChange } from './fleet-state.ts';

export interface FleetSummary {
  /** A whole snapshot was there: an empty list means that there is nothing. */
  isReady: boolean;
  /** There are older sessions that are not here. */
  isTruncated: boolean;
  total: number;
  running: number;
  queued: number;
  /** Sessions that need a person. */
  waiting: number;
}

/** While a snapshot comes in, what is shown follows in steps of this length. */
const SNAPSHOT_STEP_MS = 100;
const NEVER: FleetConnection = { state: 'connecting', retryAt: undefined, problem: undefined };

/** The fleet of this page. Opens the link with the first listener, and keeps it: every page shows something of it. */
class FleetStore {
  readonly #listeners = new Set<() => void>();
  readonly #changeListeners = new Set<(change: FleetChange) => void>();
  /** Another number after every change of a session. */
  version = 0;
  #state = new FleetState();
  #connection = NEVER;
  #send: ((request: HubRequest) => void) | undefined;
  /** The key has changed, and what comes is still of the one before. */
  #isStale = false;
  #changes: FleetChange[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  // Made when somebody asks, and kept until something of it changes.
  #rows: readonly FleetRow[] | undefined;
  #openApprovals: readonly Approval[] | undefined;
  #summary: FleetSummary | undefined;

  /** Called after every change. */
  subscribe = (listener: () => void): (() => void) => {
    this.#start();
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** The same, with what has changed: for who keeps an order of its own. Undefined: everything. */
  onChange = (listener: (change: FleetChange) => void): (() => void) => {
    this.#start();
    this.#changeListeners.add(listener);
    return () => this.#changeListeners.delete(listener);
  };

  row = (id: string): FleetRow | undefined =>
    this.#state.rows.get(id) ?? this.#state.rows.get(this.#state.sessionIds.get(id) ?? '');

  values = (): Iterable<FleetRow> => this.#state.rows.values();

  rows = (): readonly FleetRow[] => {
    this.#rows ??= [...this.#state.rows.values()].toSorted((a, b) => (a.session_id < b.session_id ? 1 : -1));
    return this.#rows;
  };

  openApprovals = (): readonly Approval[] => {
    this.#openApprovals ??= [...this.#state.approvals.values()]
      .flat()
      .toSorted((a, b) => (a.created_at < b.created_at ? -1 : 1));
    return this.#openApprovals;
  };

  approvalsLocked = (): boolean => this.#state.approvalsLocked;

  summary = (): FleetSummary => {
    this.#summary ??= summarize(this.#state);
    return this.#summary;
  };

  connection = (): FleetConnection => this.#connection;

  reconnectNow(): void {
    this.#send?.({ type: 'retry' });
  }

  #start(): void {
    if (this.#send) return;
    this.#send = openFleetLink((message) => this.#receive(message));
    this.#send({ type: 'key', key: getKey() });
    subscribeKey(() => this.#changeKey());
    addEventListener('online', () => this.reconnectNow());
    document.addEventListener('visibilitychange', () => !document.hidden && this.reconnectNow());
    addEventListener('pagehide', () => this.#send?.({ type: 'leave' }));
    // Back from the browser's memory of pages.
    addEventListener(
      'pageshow',
      ({ persisted }) => persisted && this.#send?.({ type: 'key', key: getKey() }),
    );
  }

  /** With another key it is another fleet: nothing of this one stays. */
  #changeKey(): void {
    const ids = new Set(this.#state.rows.keys());
    this.#state = new FleetState();
    this.#connection = NEVER;
    this.#isStale = true;
    this.#changes = [];
    this.#publish({ ids, approvals: true, about: true });
    this.#send?.({ type: 'key', key: getKey() });
  }

  #receive(message: FeedMessage): void {
    if (message.type === 'connection') {
      if (this.#isStale) return;
      this.#connection = message.connection;
      this.#flush();
      return;
    }
    for (const step of message.steps) {
      if (step.event === 'begin') this.#isStale = false;
      if (this.#isStale) continue;
      const wasReady = this.#state.isReady;
      this.#changes.push(this.#state.apply(step));
      if (!wasReady && this.#state.isReady) this.#flush();
    }
    if (this.#state.isReady) this.#flush();
    else this.#timer ??= setTimeout(() => this.#flush(), SNAPSHOT_STEP_MS);
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const changes = this.#changes;
    this.#changes = [];
    this.#publish({
      ids: new Set(changes.flatMap(({ ids }) => [...ids])),
      approvals: changes.some(({ approvals }) => approvals),
      about: changes.some(({ about }) => about),
    });
  }

  #publish(change: FleetChange): void {
    if (change.ids.size > 0) {
      this.version++;
      this.#rows = undefined;
    }
    if (change.approvals) this.#openApprovals = undefined;
    if (change.ids.size > 0 || change.about) {
      const next = summarize(this.#state);
      if (!isSame(this.#summary, next)) this.#summary = next;
    }
    for (const listener of this.#changeListeners) listener(change);
    for (const listener of this.#listeners) listener();
  }
}

export const fleet = new FleetStore();

function summarize(state: FleetState): FleetSummary {
  let running = 0;
  let queued = 0;
  let waiting = 0;
  for (const row of state.rows.values()) {
    if (needsPerson(row)) waiting++;
    else if (row.status === 'running') running++;
    else if (row.status === 'pending') queued++;
  }
  const { isReady, isTruncated, rows } = state;
  return { isReady, isTruncated, total: rows.size, running, queued, waiting };
}

function isSame(a: FleetSummary | undefined, b: FleetSummary): boolean {
  return (
    a !== undefined &&
    a.isReady === b.isReady &&
    a.isTruncated === b.isTruncated &&
    a.total === b.total &&
    a.running === b.running &&
    a.queued === b.queued &&
    a.waiting === b.waiting
  );
}
