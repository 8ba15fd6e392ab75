import type { FleetRow } from '../../live/fleet-frames.ts';
import { makeMatcher, type Filter } from './fleet-filter.ts';
import { makeCompare, segmentOf, type Compare } from './fleet-order.ts';
import { SEGMENTS, type Segment, type Sort } from './fleet-search.ts';

export interface ViewOptions {
  filter: Filter;
  /** Undefined: all but the archived. */
  segment: Segment | undefined;
  sort: Sort | undefined;
}

/** Rows that follow each other under one headline. */
export interface Section {
  name: 'waiting' | 'running' | 'queued' | 'earlier' | 'others';
  count: number;
}

export interface ViewSnapshot {
  /** In order; those that need a person first. */
  rows: readonly FleetRow[];
  /** None is empty. [] where there is nothing to tell apart. */
  sections: readonly Section[];
  /** How many fit the filter, by segment, whichever of them is shown. */
  counts: Readonly<Record<Segment, number>>;
}

/**
 * What of the fleet is shown, and in which order. Sorting thousands of rows takes long and a few of them change all
 * the time: those are taken out and put where they belong now.
 */
export class FleetView {
  readonly #options: ViewOptions;
  readonly #matches: (row: FleetRow) => boolean;
  readonly #compare: Compare;
  /** Of those that fit the filter. */
  readonly #segments = new Map<string, Segment>();
  #snapshot: ViewSnapshot;

  constructor(all: Iterable<FleetRow>, options: ViewOptions) {
    this.#options = options;
    this.#matches = makeMatcher(options.filter);
    this.#compare = makeCompare(options.sort);
    const counts = noCounts();
    const rows: FleetRow[] = [];
    for (const row of all) if (this.#count(row, counts)) rows.push(row);
    this.#snapshot = this.#toSnapshot(rows.sort(this.#compare), counts);
  }

  get snapshot(): ViewSnapshot {
    return this.#snapshot;
  }

  /** Takes in rows that are new, changed or gone. */
  update(ids: ReadonlySet<string>, rowOf: (id: string) => FleetRow | undefined): void {
    const counts = { ...this.#snapshot.counts };
    const changed: FleetRow[] = [];
    for (const id of ids) {
      const before = this.#segments.get(id);
      if (before) counts[before]--;
      this.#segments.delete(id);
      const row = rowOf(id);
      if (row && this.#count(row, counts)) changed.push(row);
    }
    const kept = this.#snapshot.rows.filter(({ session_id }) => !ids.has(session_id));
    const rows = merge(kept, changed.sort(this.#compare), this.#compare);
    this.#snapshot = this.#toSnapshot(rows, counts);
  }

  /** True if the row is shown. */
  #count(row: FleetRow, counts: Record<Segment, number>): boolean {
    if (!this.#matches(row)) return false;
    const segment = segmentOf(row);
    counts[segment]++;
    this.#segments.set(row.session_id, segment);
    const { segment: wanted } = this.#options;
    return wanted === undefined ? segment !== 'archived' : segment === wanted;
  }

  #toSnapshot(rows: readonly FleetRow[], counts: Record<Segment, number>): ViewSnapshot {
    const { segment, sort } = this.#options;
    const { waiting, running, queued } = counts;
    const earlier = rows.length - waiting - running - queued;
    const sections: Section[] = [
      { name: 'waiting', count: waiting },
      ...(sort
        ? [{ name: 'others' as const, count: rows.length - waiting }]
        : [
            { name: 'running' as const, count: running },
            { name: 'queued' as const, count: queued },
            { name: 'earlier' as const, count: earlier },
          ]),
    ];
    const filled = segment === undefined ? sections.filter(({ count }) => count > 0) : [];
    return { rows, counts, sections: waiting > 0 || filled.length > 1 ? filled : [] };
  }
}

function noCounts(): Record<Segment, number> {
  return Object.fromEntries(SEGMENTS.map((segment) => [segment, 0])) as Record<Segment, number>;
}

/** Two sorted lists as one. */
function merge(a: readonly FleetRow[], b: readonly FleetRow[], compare: Compare): readonly FleetRow[] {
  if (b.length === 0) return a;
  const merged: FleetRow[] = [];
  let from = 0;
  for (const row of b) {
    const to = placeOf(row, a, from, compare);
    for (; from < to; from++) merged.push(a[from] ?? row);
    merged.push(row);
  }
  return merged.concat(a.slice(from));
}

/** Where in a sorted list a row belongs. */
function placeOf(row: FleetRow, rows: readonly FleetRow[], from: number, compare: Compare): number {
  let low = from;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const other = rows[middle];
    if (other && compare(other, row) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
