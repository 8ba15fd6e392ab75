import { describe, expect, it } from 'vitest';
import type { FleetStep } from '../../src/live/fleet-frames.ts';
import { FleetState } from '../../src/live/fleet-state.ts';
import { fleetRow, openApproval, uuid } from '../support/fleet-row.ts';

const rows = (...numbers: number[]): FleetStep => ({
  event: 'session',
  data: { rows: numbers.map((number) => fleetRow(number)) },
});
const approvals = (session: number, ...ids: string[]): FleetStep => ({
  event: 'approvals',
  data: {
    session_id: uuid(session),
    open: ids.map((id) => openApproval(session, id, '2026-01-05T10:00:00.000Z')),
  },
});
const BEGIN: FleetStep = { event: 'begin' };
const READY: FleetStep = { event: 'ready', data: { truncated: false } };
const LOCKED: FleetStep = { event: 'approvals', data: { locked: true } };

function after(...steps: FleetStep[]): FleetState {
  const state = new FleetState();
  for (const step of steps) state.apply(step);
  return state;
}

const ids = (state: FleetState): string[] => [...state.rows.keys()].toSorted();

describe('the state of the fleet', () => {
  it('keeps what was there until the next snapshot is whole, and then only what that one has', () => {
    const state = after(
      BEGIN,
      rows(1, 2, 3),
      approvals(1, 'a'),
      approvals(2, 'b'),
      READY,
      BEGIN,
      rows(2),
      rows(4),
    );
    expect(ids(state)).toEqual([1, 2, 3, 4].map(uuid));
    const change = state.apply(READY);
    expect(ids(state)).toEqual([2, 4].map(uuid));
    expect([...change.ids].toSorted()).toEqual([1, 3].map(uuid));
    expect(state.approvals.size).toBe(0);
    expect([...state.sessionIds.keys()]).toEqual(['sesn_2', 'sesn_4']);
  });

  it('replaces rows and lists of approvals, and drops both of a session that is removed', () => {
    const state = after(BEGIN, rows(1, 2), approvals(1, 'a'), READY);
    state.apply({ event: 'session', data: { rows: [fleetRow(1, { title: 'New' })] } });
    state.apply(approvals(1, 'b', 'c'));
    expect(state.rows.get(uuid(1))?.title).toBe('New');
    expect(state.approvals.get(uuid(1))?.map(({ id }) => id)).toEqual(['b', 'c']);
    expect(state.apply({ event: 'removed', data: { ids: [uuid(1)] } }).approvals).toBe(true);
    expect(ids(state)).toEqual([uuid(2)]);
    expect(state.approvals.size).toBe(0);
  });

  it('has no approvals of a session whose list is empty', () => {
    const state = after(BEGIN, rows(1), approvals(1, 'a'), READY, approvals(1));
    expect(state.approvals.size).toBe(0);
    expect(state.apply(approvals(1)).approvals).toBe(false);
  });

  it('knows whether the key of this connection may see approvals', () => {
    const state = after(BEGIN, LOCKED, rows(1), READY);
    expect(state.approvalsLocked).toBe(true);
    for (const step of [BEGIN, rows(1), READY]) state.apply(step);
    expect(state.approvalsLocked).toBe(false);
  });

  it('gives a state that comes later all of this, also in the middle of a snapshot', () => {
    const state = after(BEGIN, LOCKED, rows(1, 2, 3), READY, BEGIN, rows(2), approvals(2, 'a'));
    const other = after(...state.replay());
    expect(ids(other)).toEqual(ids(state));
    expect(other.isReady).toBe(true);
    for (const step of [rows(4), READY] satisfies FleetStep[]) {
      state.apply(step);
      other.apply(step);
    }
    expect(ids(other)).toEqual([2, 4].map(uuid));
    expect(ids(other)).toEqual(ids(state));
    expect([...other.approvals]).toEqual([...state.approvals]);
    expect(other.approvalsLocked).toBe(false);
  });
});
