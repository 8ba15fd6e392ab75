import { setTimeout as sleep } from 'node:timers/promises';
import { DEFAULT_TENANT } from '../../store/records.ts';
import type { SessionView } from '../../store/store.ts';
import type { Exchange } from '../route.ts';
import { clientOf } from './client.ts';
import type { OpenStream, OpenStreams } from './open-streams.ts';

/** How long a client that has read a turn to its end may take to close that stream. */
const CLOSES_WITHIN_MS = 100;

/**
 * After which seq a stream begins that names no event to begin after:
 *
 * - with the work that this client asked for last, unless it has seen the end of it: on a stream that it closed then, in
 *   a list, or by a retrieve. So a client that sends first and listens afterwards misses nothing, however fast the model;
 * - else with the work that is under way, if there is any;
 * - else with what comes next.
 */
export async function findStart(
  view: SessionView,
  streams: OpenStreams,
  exchange: Exchange,
): Promise<number> {
  const { sessions } = exchange.context;
  const client = clientOf(exchange.request);
  const { id } = view.session;
  if (view.head.sent[client] === undefined) return sessions.stretchStart(view);
  // Before the session is read again: what is noted of a stream is either in there, or the stream is among these.
  const open = streams.of(id, client);
  const now = (await sessions.find(DEFAULT_TENANT, id)) ?? view;
  const from = now.head.sent[client];
  if (from === undefined) return sessions.stretchStart(now);
  const closed = await closedOf(
    open.filter(({ deliveredEnd }) => deliveredEnd > from),
    exchange,
  );
  if (!closed) return from;
  await closed.noted;
  const later = (await sessions.find(DEFAULT_TENANT, id)) ?? view;
  return later.head.sent[client] ?? sessions.stretchStart(later);
}

/** One of those that a client has read to the end of its work: such a one is closed in a moment, one that only watches is not. */
async function closedOf(
  streams: readonly OpenStream[],
  { context: { signal } }: Exchange,
): Promise<OpenStream | undefined> {
  if (streams.length === 0) return undefined;
  const late = sleep(CLOSES_WITHIN_MS, undefined, { signal }).catch(() => undefined);
  const closed = streams.map((stream) => stream.closed.then(() => stream));
  return Promise.race([...closed, late]);
}
