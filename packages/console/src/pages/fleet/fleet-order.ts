import { needsPerson, type FleetRow } from '../../live/fleet-frames.ts';
import type { Status } from '../../ui/status.tsx';
import { SEGMENTS, type Column, type Segment, type Sort } from './fleet-search.ts';

/** What a session is doing, in one word. */
export function statusOf(row: FleetRow): Status {
  if (row.archived_at !== null) return 'terminated';
  if (needsPerson(row)) return 'waiting';
  if (row.waits_for !== null) return 'rescheduling';
  // Of /v1: nothing was asked of it yet.
  if (row.status === 'pending' && row.state.status === 'idle') return 'idle';
  return row.status;
}

export function segmentOf(row: FleetRow): Segment {
  switch (statusOf(row)) {
    case 'waiting':
      return 'waiting';
    case 'running':
    case 'rescheduling':
      return 'running';
    case 'pending':
      return 'queued';
    case 'error':
      return 'failed';
    case 'cancelled':
      return 'cancelled';
    case 'terminated':
      return 'archived';
    case 'completed':
    case 'idle':
      return 'done';
  }
}

export function tokensOf({ tokens }: FleetRow): number {
  return tokens.input + tokens.output + tokens.cache_read + tokens.cache_creation;
}

export function titleOf({ title, prompt }: FleetRow): string {
  return title ?? prompt ?? '';
}

export type Compare = (a: FleetRow, b: FleetRow) => number;

/**
 * What needs a person is first, however the rest is sorted. Without a column: those that have waited longest, then
 * what runs, newest first, then the queue in its order, then the rest by what was active last. While nothing of a
 * session but its numbers changes it stays where it is.
 */
export function makeCompare(sort: Sort | undefined): Compare {
  const compare = sort ? compareBy(sort) : compareDefault;
  return (a, b) =>
    Number(segmentOf(b) === 'waiting') - Number(segmentOf(a) === 'waiting') ||
    compare(a, b) ||
    compareText(b.session_id, a.session_id);
}

function compareDefault(a: FleetRow, b: FleetRow): number {
  const segment = segmentOf(a);
  const rank = rankOf(segment) - rankOf(segmentOf(b));
  if (rank !== 0) return rank;
  if (segment === 'waiting') return compareText(sinceOf(a), sinceOf(b));
  if (segment === 'running') return 0;
  if (segment === 'queued') return compareText(a.created_at, b.created_at);
  return compareText(b.last_activity_at, a.last_activity_at);
}

function rankOf(segment: Segment): number {
  return Math.min(SEGMENTS.indexOf(segment), SEGMENTS.indexOf('done'));
}

function compareBy({ column, isDescending }: Sort): Compare {
  const compare = COMPARE[column];
  return isDescending ? (a, b) => compare(b, a) : compare;
}

const COMPARE: Record<Column, Compare> = {
  status: (a, b) => SEGMENTS.indexOf(segmentOf(a)) - SEGMENTS.indexOf(segmentOf(b)),
  title: (a, b) => compareNames(titleOf(a), titleOf(b)),
  agent: (a, b) => compareNames(a.agent?.name ?? '', b.agent?.name ?? ''),
  // High: waits for long.
  waits: (a, b) => compareText(sinceOf(b), sinceOf(a)),
  cost: (a, b) => a.cost_usd - b.cost_usd,
  tokens: (a, b) => tokensOf(a) - tokensOf(b),
  activity: (a, b) => compareText(a.last_activity_at, b.last_activity_at),
  created: (a, b) => compareText(a.created_at, b.created_at),
};

/** What does not wait is after everything that does. */
function sinceOf(row: FleetRow): string {
  return row.waits_for?.since ?? '~';
}

/** As machines compare: for times and ids. */
function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

const names = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });

/** As people compare; what has no name is last. */
function compareNames(a: string, b: string): number {
  if (a === '' || b === '') return Number(a === '') - Number(b === '');
  return names.compare(a, b);
}
