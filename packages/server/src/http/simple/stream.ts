import { z } from 'zod';
import type { StoredEvent } from '../../domain/event.ts';
import type { Preview } from '../../store/hints.ts';
import { DEFAULT_TENANT } from '../../store/records.ts';
import type { SessionView } from '../../store/store.ts';
import type { AppContext } from '../context.ts';
import { whileConnected } from '../exchange-signal.ts';
import { flag, integer, optional } from '../fields.ts';
import { defineRoute } from '../route.ts';
import { EventStream, formatEvent } from '../sse.ts';
import { found, onSession } from './on-session.ts';
import { isFinal, projectMessage } from './project.ts';
import { error, sessionParams, validationError } from './schemas.ts';
import { readStatus } from './status.ts';

const MEDIA_TYPE = 'text/event-stream';
/** Characters that are written at once: one write for many small events, no great copy of large ones. */
const CHUNK = 65_536;

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
        'messages, on connect and on every change. `delta`: a piece of text; pieces may be missing. ' +
        'The stream ends after the final status.',
      contentType: MEDIA_TYPE,
    },
    404: { description: 'No such session.', schema: error },
    422: { description: 'A parameter does not fit the schema.', schema: validationError },
  },
  handle: ({ params, query, headers }, exchange) =>
    onSession(params.session_id, async (id) => {
      const { sessions, log } = exchange.context;
      const view = found(params.session_id, await sessions.find(DEFAULT_TENANT, id));
      // An id that is yet to come can only be a mistake: it must not hide what comes before it.
      const after = Math.min(headers['last-event-id'] ?? query.after ?? 0, view.head.lastSeq);
      const events = new EventStream(exchange.reply);
      const unsubscribe = query.partial
        ? sessions.onPreview(id, (preview) => sendDelta(events, preview))
        : undefined;
      try {
        await whileConnected(exchange, ({ signal }) => follow(events, view, after, signal, exchange.context));
      } catch (error) {
        // The head is out: all that can be said is the end, and the client comes back with its last id.
        log.warn({ err: error, sessionId: id }, 'A stream broke off');
      } finally {
        unsubscribe?.();
        events.end();
      }
    }),
});

/**
 * Writes the status, then the log from `after` on as it grows, with the status after each of its changes. Ends after
 * the final status, which is written when all messages before it are.
 */
async function follow(
  events: EventStream,
  connected: SessionView,
  after: number,
  signal: AbortSignal,
  context: AppContext,
): Promise<void> {
  const { sessions } = context;
  const { id } = connected.session;
  const statuses = new StatusWriter(events, context);
  await statuses.write(connected);
  let view = connected;
  let cursor = after;
  for await (const batch of sessions.tail(DEFAULT_TENANT, id, after, signal)) {
    const wrote = await writeMessages(events, batch, signal);
    if (signal.aborted) return;
    cursor = batch.at(-1)?.seq ?? cursor;
    const changed = batch.some((event) => event.body.type === 'session.state');
    if (changed) {
      const found = await sessions.find(DEFAULT_TENANT, id);
      if (!found) return;
      view = found;
    }
    const isLast = isFinal(view) && cursor >= view.head.lastSeq;
    if (isLast) return statuses.write(view, wrote);
    if (changed && !isFinal(view)) await statuses.write(view);
  }
}

/** Whether there was any message in the batch. Resolves when the reader has room for more. */
async function writeMessages(
  events: EventStream,
  batch: readonly StoredEvent[],
  signal: AbortSignal,
): Promise<boolean> {
  let frames = '';
  let wrote = false;
  for (const event of batch) {
    frames += formatMessage(event);
    if (frames.length < CHUNK && event !== batch.at(-1)) continue;
    events.write(frames);
    wrote ||= frames !== '';
    frames = '';
    await events.drained(signal);
    if (signal.aborted) break;
  }
  return wrote;
}

/** Writes a status unless it is the one that was written last: a replay passes many changes that are history. */
class StatusWriter {
  readonly #events: EventStream;
  readonly #context: AppContext;
  #last = '';

  constructor(events: EventStream, context: AppContext) {
    this.#events = events;
    this.#context = context;
  }

  async write(view: SessionView, always = false): Promise<void> {
    const status = await readStatus(view, this.#context);
    const key = JSON.stringify({ ...status, duration_ms: null });
    if (key === this.#last && !always) return;
    this.#last = key;
    this.#events.write(formatEvent('status', status));
  }
}

function formatMessage(event: StoredEvent): string {
  const message = projectMessage(event);
  return message ? formatEvent('message', message, event.seq) : '';
}

/** Lossy by design: a reader who is behind gets none, and sees by `offset` that text is missing. */
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
