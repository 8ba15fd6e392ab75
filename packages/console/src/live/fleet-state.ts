import type { Approval, FleetRow, FleetStep } from './fleet-frames.ts';

/** What a frame has changed. */
export interface FleetChange {
  /** Sessions that are new, changed or gone. */
  ids: ReadonlySet<string>;
  approvals: boolean;
  /** `isReady`, `isTruncated` or `approvalsLocked`. */
  about: boolean;
}

/** A message to a page is not so long that the page stands still. */
const REPLAY_ROWS = 500;
const NOTHING: ReadonlySet<string> = new Set();
const UNCHANGED: FleetChange = { ids: NOTHING, approvals: false, about: false };

/**
 * All sessions and all open approvals, as the frames of one connection after the other make them. Rows are never
 * changed, only replaced; the maps are, since there can be many thousand rows and a change five times a second.
 */
export class FleetState {
  readonly rows = new Map<string, FleetRow>();
  /** From the `id` of /v1 to the `session_id`. */
  readonly sessionIds = new Map<string, string>();
  /** By session; never an empty list. */
  readonly approvals = new Map<string, readonly Approval[]>();
  /** A whole snapshot was there. */
  isReady = false;
  /** There are older sessions that are not here. */
  isTruncated = false;
  /** The key may not see approvals. */
  approvalsLocked = false;
  /** What the snapshot that is under way has said so far. */
  #snapshot: { rows: Set<string>; approvals: Set<string>; locked: boolean } | undefined;

  apply(frame: FleetStep): FleetChange {
    switch (frame.event) {
      case 'begin':
        // Until the new snapshot is whole, what was there stays.
        this.#snapshot = { rows: new Set(), approvals: new Set(), locked: false };
        return UNCHANGED;
      case 'session':
        return this.#upsert(frame.data.rows);
      case 'approvals':
        return 'locked' in frame.data
          ? this.#lock()
          : this.#setApprovals(frame.data.session_id, frame.data.open);
      case 'removed':
        return this.#remove(frame.data.ids);
      case 'ready':
        return this.#finish(frame.data.truncated);
      case 'ping':
        return UNCHANGED;
    }
  }

  /** What makes another state like this one, in small steps; also in the middle of a snapshot. */
  *replay(): Generator<FleetStep> {
    const snapshot = this.#snapshot;
    yield { event: 'begin' };
    yield* this.#part(
      (id) => !snapshot?.rows.has(id),
      (id) => !snapshot?.approvals.has(id),
    );
    if (this.approvalsLocked) yield { event: 'approvals', data: { locked: true } };
    if (this.isReady) yield { event: 'ready', data: { truncated: this.isTruncated } };
    if (!snapshot) return;
    yield { event: 'begin' };
    yield* this.#part(
      (id) => snapshot.rows.has(id),
      (id) => snapshot.approvals.has(id),
    );
    if (snapshot.locked) yield { event: 'approvals', data: { locked: true } };
  }

  *#part(hasRow: (id: string) => boolean, hasApprovals: (id: string) => boolean): Generator<FleetStep> {
    let rows: FleetRow[] = [];
    for (const row of this.rows.values()) {
      if (!hasRow(row.session_id)) continue;
      rows.push(row);
      if (rows.length < REPLAY_ROWS) continue;
      yield { event: 'session', data: { rows } };
      rows = [];
    }
    if (rows.length > 0) yield { event: 'session', data: { rows } };
    for (const [session_id, open] of this.approvals) {
      if (hasApprovals(session_id)) yield { event: 'approvals', data: { session_id, open: [...open] } };
    }
  }

  #upsert(rows: FleetRow[]): FleetChange {
    for (const row of rows) {
      this.rows.set(row.session_id, row);
      this.sessionIds.set(row.id, row.session_id);
      this.#snapshot?.rows.add(row.session_id);
    }
    return { ...UNCHANGED, ids: new Set(rows.map((row) => row.session_id)) };
  }

  #setApprovals(sessionId: string, open: Approval[]): FleetChange {
    this.#snapshot?.approvals.add(sessionId);
    if (open.length > 0) this.approvals.set(sessionId, open);
    else if (!this.approvals.delete(sessionId)) return UNCHANGED;
    return { ...UNCHANGED, approvals: true };
  }

  #lock(): FleetChange {
    if (this.#snapshot) this.#snapshot.locked = true;
    this.approvalsLocked = true;
    return { ...UNCHANGED, about: true };
  }

  #remove(ids: readonly string[]): FleetChange {
    let approvals = false;
    for (const id of ids) {
      const row = this.rows.get(id);
      if (row) this.sessionIds.delete(row.id);
      this.rows.delete(id);
      this.#snapshot?.rows.delete(id);
      if (this.approvals.delete(id)) approvals = true;
    }
    return { ids: new Set(ids), approvals, about: false };
  }

  /** What the snapshot does not have is no more. */
  #finish(isTruncated: boolean): FleetChange {
    const snapshot = this.#snapshot;
    this.#snapshot = undefined;
    this.isReady = true;
    this.isTruncated = isTruncated;
    if (!snapshot) return { ...UNCHANGED, about: true };
    this.approvalsLocked = snapshot.locked;
    const gone = [...this.rows.keys()].filter((id) => !snapshot.rows.has(id));
    for (const id of this.approvals.keys()) {
      if (!snapshot.approvals.has(id)) this.approvals.delete(id);
    }
    return { ...this.#remove(gone), approvals: true, about: true };
  }
}
