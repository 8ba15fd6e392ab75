import type { StoredEvent } from '../../domain/event.ts';
import { DEFAULT_TENANT } from '../../store/records.ts';
import type { AppContext } from '../context.ts';
import { EVERYTHING, type Included } from './include.ts';
import { projectEvents, type PlacedEvent } from './project-events.ts';
import type { ThreadNames } from './project-state.ts';
import type { Span } from './query.ts';

/** Events of the log that are read at once. */
const BATCH = 500;

/** A place between two events of `/v1`: after that one of those that an event of the log is. */
export interface Place {
  seq: number;
  index: number;
}

export interface EventQuery {
  order: 'asc' | 'desc';
  /** Only what comes after this, in the order of the list. */
  beyond: Place | undefined;
  /** Absent: all. */
  types: ReadonlySet<string> | undefined;
  span: Span;
  included: Included;
  limit: number;
}

/** Events of a session as `/v1` shows them, up to `limit`; the log is read until they are found, or it ends. */
export async function readEvents(
  { sessions }: Pick<AppContext, 'sessions'>,
  sessionId: string,
  thread: ThreadNames,
  query: EventQuery,
): Promise<PlacedEvent[]> {
  const { order, beyond, span, types, included, limit } = query;
  const isForward = order === 'asc';
  const found: PlacedEvent[] = [];
  let seq = beyond ? beyond.seq + (isForward ? -1 : 1) : isForward ? 0 : Number.MAX_SAFE_INTEGER;
  for (;;) {
    const from = isForward ? { after: seq } : { before: seq };
    const batch = await sessions.events(DEFAULT_TENANT, sessionId, from, BATCH);
    for (const placed of batch.flatMap((stored) => projectInOrder(stored, thread, included, isForward))) {
      if (beyond && !isBeyond(placed, beyond, isForward)) continue;
      if (isPast(placed, span, isForward)) return found;
      if (!isInside(placed, span) || (types && !types.has(placed.event.type))) continue;
      found.push(placed);
      if (found.length === limit) return found;
    }
    const last = batch.at(-1);
    if (!last || batch.length < BATCH) return found;
    seq = last.seq;
  }
}

function projectInOrder(
  stored: StoredEvent,
  thread: ThreadNames,
  included: Included,
  isForward: boolean,
): PlacedEvent[] {
  const events = projectEvents(stored, thread, included);
  return isForward ? events : events.toReversed();
}

export function isBeyond(event: Place, place: Place, isForward: boolean): boolean {
  const distance = event.seq - place.seq || event.index - place.index;
  return isForward ? distance > 0 : distance < 0;
}

function isInside({ atUs }: PlacedEvent, { from = -Infinity, to = Infinity }: Span): boolean {
  return atUs >= from && atUs <= to;
}

/** Nothing that comes now can be inside any more. */
function isPast(
  { atUs }: PlacedEvent,
  { from = -Infinity, to = Infinity }: Span,
  isForward: boolean,
): boolean {
  return isForward ? atUs > to : atUs < from;
}

/** Where the event with this id stands; the latest are looked at first. Undefined: it is not in the log. */
export async function findPlace(
  { sessions }: Pick<AppContext, 'sessions'>,
  sessionId: string,
  thread: ThreadNames,
  eventId: string,
): Promise<Place | undefined> {
  for (let before = Number.MAX_SAFE_INTEGER; ;) {
    const batch = await sessions.events(DEFAULT_TENANT, sessionId, { before }, BATCH);
    for (const stored of batch) {
      const match = projectEvents(stored, thread, EVERYTHING).find(({ event }) => event.id === eventId);
      if (match) return match;
    }
    const last = batch.at(-1);
    if (!last || batch.length < BATCH) return undefined;
    before = last.seq;
  }
}
