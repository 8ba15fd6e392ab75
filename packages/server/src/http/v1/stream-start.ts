import { setTimeout as sleep } from 'node:timers/promises';
import { DEFAULT_TENANT } from '../../store/records.ts';
import type { SessionView } from '../../store/store.ts';
import type { Exchange } from '../route.ts';
import { clientOf } from './client.ts';
import type { OpenStreams } from './open-streams.ts';

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
  const client = clientOf(exchange.request);
  const { id } = view.session;
  const from = view.head.sent[client];
  if (from === undefined) return exchange.context.sessions.stretchStart(view);
  const delivering = streams.delivering(id, client, from);
  if (delivering.length === 0) return from;
  const isClosed = await Promise.race([
    Promise.any(delivering).then(() => true),
    sleep(CLOSES_WITHIN_MS, false, { signal: exchange.context.signal }).catch(() => false),
  ]);
  if (!isClosed) return from;
  const now = await exchange.context.sessions.find(DEFAULT_TENANT, id);
  return now?.head.sent[client] ?? view.head.lastSeq;
}
