import { request, send } from '../api/http.ts';
import { EventParser } from '../lib/event-parser.ts';
import { untilAborted } from '../lib/until-aborted.ts';
import { isRecord, isWireEvent, toOptionalText, toRecord, toText, type WireEvent } from './session-events.ts';
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
  /** The last events, oldest first: what one looks at while the others come. */
  latest(signal: AbortSignal): Promise<{ events: readonly WireEvent[]; isAll: boolean }>;
  /** All events so far, page by page, oldest first. */
  history(signal: AbortSignal): AsyncIterable<readonly WireEvent[]>;
  /** What comes after the event with this id, as it comes; ends when the server closes it. */
  follow(after: string | undefined, signal: AbortSignal): AsyncIterable<Frame>;
}

const INCLUDE = 'include[]=thinking&include[]=subagents&include[]=results';
const DELTAS = 'event_deltas[]=agent.message&event_deltas[]=agent.thinking';
const PAGE = 1000;
/** More than fill a screen. */
const LATEST = 100;

/**
 * What is written arrives word by word, each a wake-up of the page that costs more than the word. So the stream is read so
 * often at most: what comes in between waits in the browser's buffer. One that comes after a silence is read at once.
 */
const READ_EVERY_MS = 100;
/** So much at once is what came before the page was there, not what is being written: it need not wait. */
const MUCH = 16_384;

/**
 * The server that the page came from. By plain requests: a session is on the screen before the SDK, which is larger than
 * the page, is there. And the SDK's stream keeps the pings to itself, which tell a quiet session from a dead connection.
 */
export function sourceOf(sessionId: string): SessionSource {
  const path = `/v1/sessions/${encodeURIComponent(sessionId)}`;
  const list = async (
    query: Record<string, string | number>,
    signal: AbortSignal,
  ): Promise<{ events: WireEvent[]; next: string | undefined }> => {
    const { data, next_page } = await request<Record<string, unknown>>(`${path}/events?${INCLUDE}`, {
      query,
      signal,
    });
    return { events: Array.isArray(data) ? data.filter(isWireEvent) : [], next: toOptionalText(next_page) };
  };
  return {
    retrieve: (signal) => request<Session>(path, { signal }),
    async latest(signal) {
      const { events, next } = await list({ limit: LATEST, order: 'desc' }, signal);
      return { events: events.toReversed(), isAll: next === undefined };
    },
    async *history(signal) {
      let page: string | undefined;
      do {
        const { events, next } = await list({ limit: PAGE, order: 'asc', ...(page && { page }) }, signal);
        yield events;
        page = next;
      } while (page !== undefined);
    },
    async *follow(after, signal) {
      const response = await send(`${path}/events/stream?${INCLUDE}&${DELTAS}`, {
        query: { after },
        headers: { accept: 'text/event-stream' },
        signal,
      });
      yield { kind: 'ping' };
      if (!response.body) return;
      const reader = response.body.getReader();
      const parser = new EventParser();
      const decoder = new TextDecoder();
      try {
        for (;;) {
          const { done, value } = await reader.read();
          if (done) return;
          const readAt = performance.now();
          for (const { data } of parser.push(decoder.decode(value, { stream: true })))
            yield toFrame(JSON.parse(data));
          const restMs = readAt + READ_EVERY_MS - performance.now();
          if (value.length < MUCH && restMs > 0)
            await untilAborted(AbortSignal.any([signal, AbortSignal.timeout(restMs)]));
        }
      } finally {
        await reader.cancel().catch(() => undefined);
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
