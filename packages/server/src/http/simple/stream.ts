import { z } from 'zod';
import type { Preview } from '../../store/draft.ts';
import type { Unsubscribe } from '../../store/hints.ts';
import { DEFAULT_TENANT } from '../../store/records.ts';
import { whileConnected } from '../exchange-signal.ts';
import { flag, integer, optional } from '../fields.ts';
import { defineRoute } from '../route.ts';
import { EventStream, formatEvent } from '../sse.ts';
import { follow } from './follow.ts';
import { found, onSession } from './on-session.ts';
import { errorBody, sessionParams, validationErrorBody } from './schemas.ts';

const MEDIA_TYPE = 'text/event-stream';

export const stream = defineRoute({
  name: 'stream',
  method: 'GET',
  path: '/sessions/{session_id}/stream',
  summary: 'Watch a session live, as Server-Sent Events',
  params: sessionParams,
  query: z.object({
    after: optional(integer(0)).describe('Only messages after the one with this id.'),
    partial: optional(flag()).describe('Also `delta` events: text as it is written.'),
  }),
  headers: z.object({
    'last-event-id': optional(integer(0)).describe('The same as `after`, and before it.'),
  }),
  responses: {
    200: {
      description:
        '`message`: an entry of `messages`, its id is its place in the log. `status`: the status object without ' +
        'messages, on connect and on every change. `delta`: a piece of text, the first with all that was written before; ' +
        'pieces may be missing. ' +
        'The stream ends after the final status.',
      contentType: MEDIA_TYPE,
    },
    404: { description: 'No such session.', schema: errorBody },
    422: { description: 'A parameter does not fit the schema.', schema: validationErrorBody },
    503: { description: 'Too many streams are open.', schema: errorBody },
  },
  handle: ({ params, query, headers }, exchange) =>
    onSession(params.session_id, async (id) => {
      const { sessions, streams, config, log, telemetry } = exchange.context;
      const view = found(params.session_id, await sessions.find(DEFAULT_TENANT, id));
      // An id that is yet to come can only be a mistake: it must not hide what comes before it.
      const after = Math.min(headers['last-event-id'] ?? query.after ?? 0, view.head.lastSeq);
      using _place = streams.enter();
      const events = new EventStream(exchange.reply, config.streamStallMs);
      const streamClosed = telemetry.streamOpened();
      let unsubscribe: Unsubscribe | undefined;
      const preview = (): void => {
        for (const block of sessions.written(id)?.blocks ?? []) sendDelta(events, block);
        unsubscribe = sessions.onPreview(id, (piece) => sendDelta(events, piece));
      };
      const caughtUp = query.partial ? preview : () => undefined;
      try {
        await whileConnected(exchange, ({ signal }) =>
          follow(events, view, after, signal, exchange.context, caughtUp),
        );
      } catch (error) {
        // The head is out: all that can be said is the end, and the client comes back with its last id.
        log.warn({ err: error, sessionId: id }, 'A stream broke off');
      } finally {
        streamClosed();
        unsubscribe?.();
        events.end();
      }
    }),
});

/** What was written before the reader came is the first piece. A reader who is behind gets none, and sees by `offset` that text is missing. */
function sendDelta(events: EventStream, preview: Preview): void {
  if (events.isFull) return;
  events.write(
    formatEvent('delta', {
      message_id: preview.messageId,
      index: preview.index,
      kind: preview.kind,
      offset: preview.offset,
      text: preview.text,
      parent_tool_use_id: preview.parentToolUseId,
    }),
  );
}
