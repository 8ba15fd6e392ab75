import { z } from 'zod';
import { SECOND } from '../../lib/duration.ts';
import { createId } from '../../lib/ids.ts';
import { DEFAULT_TENANT } from '../../store/records.ts';
import type { SessionView } from '../../store/store.ts';
import { whileConnected } from '../exchange-signal.ts';
import type { Exchange, Route } from '../route.ts';
import { EventStream, formatEvent } from '../sse.ts';
import { clientOf } from './client.ts';
import { requirePlace, sessionParams } from './events.ts';
import { publicId } from './ids.ts';
import { includeField, toIncluded, type Included } from './include.ts';
import { onSession, requireView } from './on-session.ts';
import { DELTA_TYPES, Previews, type DeltaType } from './previews.ts';
import { projectEvents, type PlacedEvent, type WireEvent } from './project-events.ts';
import { queryList } from './query.ts';
import { findPlace, isBeyond, type Place } from './read-events.ts';
import { defineV1Route } from './route.ts';
import { findStart } from './stream-start.ts';
import { threadNamesOf } from './thread-names.ts';
import { formatMicros } from './time.ts';

const PING = { frame: 'event: ping\ndata: {"type":"ping"}\n\n', everyMs: 10 * SECOND };
/** Characters that are written at once: one write for many small events, no great copy of large ones. */
const CHUNK = 65_536;
/** Clients of some releases drop frames with a name that they do not know, but not these. */
const UNNAMED = new Set(['session.usage']);

export const streamQuery = z.strictObject({
  event_deltas: queryList(z.enum(DELTA_TYPES)).describe('Also text while it is written.'),
  include: includeField,
  after: z.string().optional().describe('Only events after the one with this id.'),
});
export const streamHeaders = z.object({
  'last-event-id': z.string().optional().describe('The same as `after`, and before it.'),
});

export const streamResponse = {
  description:
    'Server-Sent Events. `data` is an event of the session; `id` is its id, from which `after` or `Last-Event-ID` go on. ' +
    'Without one of them the stream begins with the work that this client asked for last, unless it has seen its end; ' +
    'else with the work that is under way; else with what comes next.',
  contentType: 'text/event-stream',
};

function createStreamRoute(name: string, path: string): Route {
  return defineV1Route({
    name,
    method: 'GET',
    path,
    summary: 'Watch a session live, as Server-Sent Events',
    params: sessionParams,
    query: streamQuery,
    headers: streamHeaders,
    response: streamResponse,
    handle: ({ params, query, headers }, exchange) =>
      onSession(params.session_id, (sessionId) =>
        serveStream(
          params.session_id,
          sessionId,
          { ...query, lastEventId: headers['last-event-id'] },
          exchange,
        ),
      ),
  });
}

export const streamEvents = createStreamRoute(
  'stream_session_events',
  '/v1/sessions/{session_id}/events/stream',
);
export const streamAlias = createStreamRoute('stream_session', '/v1/sessions/{session_id}/stream');

export interface StreamRequest {
  event_deltas?: DeltaType[] | undefined;
  include?: Parameters<typeof toIncluded>[0];
  after?: string | undefined;
  lastEventId?: string | undefined;
}

/** Also of a thread: a session has one. Takes the response over and resolves when the stream is over. */
export async function serveStream(
  id: string,
  sessionId: string,
  request: StreamRequest,
  exchange: Exchange,
): Promise<void> {
  const { sessions, streams, openStreams, config, log, telemetry } = exchange.context;
  const view = await requireView(id, sessionId, exchange);
  const start = await findPlaceToStart(view, request, exchange);
  const open = request.event_deltas && (await findOpenRequest(view, start, exchange));
  const client = clientOf(exchange.request);
  const included = toIncluded(request.include);
  using _place = streams.enter();
  const events = new EventStream(exchange.reply, config.streamStallMs, PING);
  const previews = new Previews(events, {
    types: request.event_deltas ?? [],
    included,
    written: () => sessions.written(sessionId),
  });
  const streamClosed = telemetry.streamOpened();
  const unsubscribe =
    request.event_deltas && sessions.onPreview(sessionId, (preview) => previews.add(preview));
  const registered = openStreams.open(sessionId, client);
  let seen = -1;
  try {
    await whileConnected(exchange, async ({ signal }) => {
      if (open) previews.begin(open);
      await follow({ view, start, included }, events, exchange, signal, (sent) => {
        for (const { event, seq } of sent) {
          previews.passed(event);
          if (event.type === 'session.status_idle') registered.deliveredEnd((seen = seq));
        }
      });
    });
  } catch (error) {
    // The head is out: all that can be said is the end, and the client comes back with its last id.
    log.warn({ err: error, sessionId }, 'A stream broke off');
  } finally {
    streamClosed();
    unsubscribe?.();
    events.end();
    registered.closed();
    if (seen >= 0) {
      await sessions
        .noteSeen(DEFAULT_TENANT, sessionId, client, seen)
        .catch((error: unknown) =>
          log.warn({ err: error, sessionId }, 'What a client has seen was not noted'),
        );
    }
    registered.noted();
  }
}

async function findPlaceToStart(
  view: SessionView,
  { after, lastEventId }: StreamRequest,
  exchange: Exchange,
): Promise<Place> {
  const eventId = lastEventId ?? after;
  if (eventId === undefined) {
    return { seq: await findStart(view, exchange.context.openStreams, exchange), index: Infinity };
  }
  const path = lastEventId === undefined ? 'after' : 'Last-Event-ID';
  return requirePlace(eventId, path, view.session.id, threadNamesOf(view.session), exchange);
}

/** The public id of the model request that is open now, if its start lies before `place`: this reader does not get it. */
async function findOpenRequest(
  { session }: SessionView,
  place: Place,
  { context }: Exchange,
): Promise<string | undefined> {
  const eventId = context.sessions.written(session.id)?.requestEventId;
  if (eventId === undefined) return undefined;
  const id = publicId('sevt', eventId);
  const started = await findPlace(context, session.id, threadNamesOf(session), id);
  // One that is not in the log yet comes in the stream.
  return started && !isBeyond(started, place, true) ? id : undefined;
}

/** Writes the events after `start` as they come, and ends when the session is gone. `sent`: what has been written. */
async function follow(
  { view, start, included }: { view: SessionView; start: Place; included: Included },
  stream: EventStream,
  { context }: Exchange,
  signal: AbortSignal,
  sent: (events: readonly PlacedEvent[]) => void,
): Promise<void> {
  const { id } = view.session;
  const thread = threadNamesOf(view.session);
  // An event of the log of which the client has a part is read again.
  const after = start.index === Infinity ? start.seq : start.seq - 1;
  for await (const batch of context.sessions.tail(DEFAULT_TENANT, id, after, signal)) {
    let text = '';
    let written: PlacedEvent[] = [];
    for (const stored of batch) {
      for (const placed of projectEvents(stored, thread, included)) {
        if (placed.seq === start.seq && placed.index <= start.index) continue;
        text += formatFrame(placed.event);
        written.push(placed);
      }
      if (text.length < CHUNK && stored !== batch.at(-1)) continue;
      stream.write(text);
      sent(written);
      text = '';
      written = [];
      await stream.drained(signal);
      if (signal.aborted) return;
    }
  }
  if (signal.aborted) return;
  const now = context.clock.now();
  const deleted: WireEvent = {
    id: publicId('sevt', createId(now)),
    type: 'session.deleted',
    processed_at: formatMicros(now * 1000),
  };
  stream.write(formatFrame(deleted));
}

function formatFrame(event: WireEvent): string {
  return formatEvent(UNNAMED.has(event.type) ? 'message' : event.type, event, event.id);
}
