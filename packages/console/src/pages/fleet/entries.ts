import type { FleetRow } from '../../live/fleet-frames.ts';
import type { Section, ViewSnapshot } from './fleet-view.ts';

/** One line of the list: the headline of a section, or a session. */
export type Entry = { kind: 'section'; section: Section } | { kind: 'row'; row: FleetRow; index: number };

/** So many lines are there; thousands are not made into objects before they are seen. */
export function countEntries({ rows, sections }: ViewSnapshot): number {
  return rows.length + sections.length;
}

export function entryAt({ rows, sections }: ViewSnapshot, entry: number): Entry | undefined {
  let start = 0;
  let before = 0;
  for (const section of sections) {
    if (entry === start) return { kind: 'section', section };
    if (entry <= start + section.count) return toRow(rows, before + entry - start - 1);
    start += section.count + 1;
    before += section.count;
  }
  return toRow(rows, before + entry - start);
}

/** Where the row of this index is in the list. */
export function entryOfRow({ sections }: ViewSnapshot, index: number): number {
  let end = 0;
  for (const [position, { count }] of sections.entries()) {
    end += count;
    if (index < end) return index + position + 1;
  }
  return index + sections.length;
}

function toRow(rows: readonly FleetRow[], index: number): Entry | undefined {
  const row = rows[index];
  return row && { kind: 'row', row, index };
}
