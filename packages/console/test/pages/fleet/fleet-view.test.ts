import { describe, expect, it } from 'vitest';
import type { FleetRow } from '../../../src/live/fleet-frames.ts';
import { parseFilter } from '../../../src/pages/fleet/fleet-filter.ts';
import { parseSort, type Segment } from '../../../src/pages/fleet/fleet-search.ts';
import { FleetView } from '../../../src/pages/fleet/fleet-view.ts';
import { fleetRow, uuid, waitsFor } from '../../support/fleet-row.ts';

const RUNNING = { status: 'running' } as const;
const QUEUED = { status: 'pending', state: { status: 'running', stop_reason: null } } as const;

function view(
  rows: FleetRow[],
  { text = '', segment, sort }: { text?: string; segment?: Segment; sort?: string } = {},
): FleetView {
  return new FleetView(rows, { filter: parseFilter(text), segment, sort: parseSort(sort) });
}

const numbers = ({ snapshot }: FleetView): number[] => snapshot.rows.map(({ id }) => Number(id.slice(5)));

describe('the order of the fleet', () => {
  const rows = [
    fleetRow(1, { ...RUNNING, waits_for: waitsFor('question', '2026-01-05T09:00:00.000Z'), cost_usd: 1 }),
    fleetRow(2, { ...RUNNING, waits_for: waitsFor('approval', '2026-01-05T08:00:00.000Z'), cost_usd: 2 }),
    fleetRow(3, { ...RUNNING, cost_usd: 9 }),
    fleetRow(4, { ...RUNNING, waits_for: waitsFor('provider') }),
    fleetRow(5, QUEUED),
    fleetRow(6, QUEUED),
    fleetRow(7, { last_activity_at: '2026-03-01T00:00:00.000Z' }),
    fleetRow(8, { status: 'error', last_activity_at: '2026-04-01T00:00:00.000Z' }),
    fleetRow(9, { archived_at: '2026-04-02T00:00:00.000Z' }),
  ];

  it('begins with what needs a person, then what runs, the queue, and the rest by its last activity', () => {
    expect(numbers(view(rows))).toEqual([2, 1, 4, 3, 5, 6, 8, 7]);
    expect(view(rows).snapshot.sections).toEqual([
      { name: 'waiting', count: 2 },
      { name: 'running', count: 2 },
      { name: 'queued', count: 2 },
      { name: 'earlier', count: 2 },
    ]);
  });

  it('has what needs a person first whatever it is sorted by', () => {
    expect(numbers(view(rows, { sort: '-cost' })).slice(0, 3)).toEqual([2, 1, 3]);
    expect(numbers(view(rows, { sort: 'cost' })).slice(0, 2)).toEqual([1, 2]);
  });

  it('shows one segment, and counts all of them', () => {
    const failed = view(rows, { segment: 'failed' });
    expect(numbers(failed)).toEqual([8]);
    expect(failed.snapshot).toMatchObject({
      sections: [],
      counts: { waiting: 2, running: 2, queued: 2, done: 1, failed: 1, cancelled: 0, archived: 1 },
    });
    expect(numbers(view(rows, { segment: 'archived' }))).toEqual([9]);
  });
});

describe('a view of the fleet that changes', () => {
  it('is at any time what a new one would be', () => {
    // A deterministic shuffle: the same changes in every run.
    let seed = 7;
    const pick = (below: number): number => (seed = (seed * 48_271) % 2_147_483_647) % below;
    const kinds: Partial<FleetRow>[] = [
      RUNNING,
      QUEUED,
      {},
      { status: 'error' },
      { archived_at: '2026-04-02T00:00:00.000Z' },
      { ...RUNNING, waits_for: waitsFor('approval') },
    ];
    for (const options of [
      {},
      { sort: '-cost' },
      { segment: 'running' as const },
      { text: 'team:ops' },
      { sort: 'title' },
    ]) {
      const fleet = new Map<string, FleetRow>();
      const changing = view([], options);
      for (let round = 0; round < 60; round++) {
        const ids = new Set<string>();
        for (let change = 0; change < 5; change++) {
          const number = pick(40);
          ids.add(uuid(number));
          if (pick(5) === 0) fleet.delete(uuid(number));
          else {
            const metadata = pick(2) === 0 ? { team: 'ops' } : {};
            const at = new Date(Date.UTC(2026, 1, 1) + pick(1000) * 1000).toISOString();
            fleet.set(
              uuid(number),
              fleetRow(number, { ...kinds[pick(6)], metadata, cost_usd: pick(4), last_activity_at: at }),
            );
          }
        }
        changing.update(ids, (id) => fleet.get(id));
        expect(changing.snapshot).toEqual(view([...fleet.values()], options).snapshot);
      }
    }
  });
});
