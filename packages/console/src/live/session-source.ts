import { Stream } from '@anthropic-ai/sdk/core/streaming';
import { v1 } from '../api/client.ts';
import { isRecord, isWireEvent, toRecord, toText, type WireEvent } from './session-events.ts';
import type { Session } from './session-items.ts';

/** One thing that a stream brings. */
export type Frame =
  | { kind: 'event'; event: WireEvent }
  | { kind: 'start'; id: string; block: 'text' | 'thinking' }
  | { kind: 'delta'; id: string; text: string }
  /** Nothing new: the connection stands. */
  | { kind: 'ping' };

/** Where a session comes from. */
export interface SessionSource {
  retrieve(signal: AbortSignal): Promise<Session>;
  /** All events so far, page by page, oldest first. */
  history(signal: AbortSignal): AsyncIterable<readonly WireEvent[]>;
  /** What comes after the event with this id, as it comes; ends when the server closes it. */
  follow(after: string | undefined, signal: AbortSignal): AsyncIterable<Frame>;
}

const INCLUDE = ['thinking', 'subagents', 'results'];
const PAGE = 1000;

/** The server that the page came from. */
export function sourceOf(sessionId: string): SessionSource {
  const { sessions } = v1().beta;
  return {
    retrieve: (signal) => sessions.retrieve(sessionId, {}, { signal }),
    async *history(signal) {
      const query = { limit: PAGE, order: 'asc', include: INCLUDE };
      let page = await sessions.events.list(sessionId, {}, { query, signal });
      for (;;) {
        yield page.data.flatMap((event: unknown) => (isWireEvent(event) ? [event] : []));
        if (!page.hasNextPage()) return;
        page = await page.getNextPage();
      }
    },
    async *follow(after, signal) {
      const response = await v1()
        .get(`/v1/sessions/${encodeURIComponent(sessionId)}/events/stream`, {
          query: {
            beta: true,
            include: INCLUDE,
            event_deltas: ['agent.message', 'agent.thinking'],
            ...(after !== undefined && { after }),
          },
          headers: { accept: 'text/event-stream' },
          signal,
          maxRetries: 0,
        })
        .asResponse();
      yield { kind: 'ping' };
      // Not `sessions.events.stream`, which keeps the pings to itself: they tell a quiet session from a dead connection.
      const controller = new AbortController();
      signal.addEventListener('abort', () => controller.abort(signal.reason), { once: true });
      for await (const { data } of Stream.rawEvents(response, controller)) {
        yield toFrame(data === '' ? undefined : JSON.parse(data));
      }
    },
  };
}

function toFrame(data: unknown): Frame {
  if (!isRecord(data)) return { kind: 'ping' };
  switch (data['type']) {
    case 'event_start': {
      const { id, type } = toRecord(data['event']);
      return { kind: 'start', id: toText(id), block: type === 'agent.thinking' ? 'thinking' : 'text' };
    }
    case 'event_delta': {
      const content = toRecord(toRecord(data['delta'])['content']);
      return {
        kind: 'delta',
        id: toText(data['event_id']),
        text: toText(content['text'] ?? content['thinking']),
      };
    }
    default:
      return isWireEvent(data) ? { kind: 'event', event: data } : { kind: 'ping' };
  }
}
