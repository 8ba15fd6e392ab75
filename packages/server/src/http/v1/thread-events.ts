import { z } from 'zod';
import { eventQuery, list, requireThread } from './events.ts';
import { sessionEvent } from './event-documents.ts';
import { onSession } from './on-session.ts';
import { defineV1Route } from './route.ts';
import { serveStream, streamHeaders, streamQuery, streamResponse } from './stream.ts';

const threadParams = z.object({ session_id: z.string(), thread_id: z.string() });

export const listThreadEvents = defineV1Route({
  name: 'list_session_thread_events',
  method: 'GET',
  path: '/v1/sessions/{session_id}/threads/{thread_id}/events',
  summary: 'List the events of a thread',
  params: threadParams,
  query: z.strictObject(eventQuery),
  response: {
    description: 'A page of events, in the order in which they were processed.',
    schema: z.object({ data: z.array(sessionEvent), next_page: z.string().nullable() }),
  },
  handle: ({ params, query }, exchange) =>
    onSession(params.session_id, (sessionId) => {
      requireThread(params.thread_id, sessionId);
      return list(params.session_id, sessionId, { ...query, order: 'asc' }, exchange);
    }),
});

export const streamThreadEvents = defineV1Route({
  name: 'stream_session_thread',
  method: 'GET',
  path: '/v1/sessions/{session_id}/threads/{thread_id}/stream',
  summary: 'Watch a thread live, as Server-Sent Events',
  params: threadParams,
  query: streamQuery,
  headers: streamHeaders,
  response: streamResponse,
  handle: ({ params, query, headers }, exchange) =>
    onSession(params.session_id, async (sessionId) => {
      requireThread(params.thread_id, sessionId);
      await serveStream(
        params.session_id,
        sessionId,
        { ...query, lastEventId: headers['last-event-id'] },
        exchange,
      );
    }),
});
