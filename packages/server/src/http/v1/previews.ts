import type { Preview } from '../../store/hints.ts';
import { formatEvent, type EventStream } from '../sse.ts';
import { publicId } from './ids.ts';
import type { Included } from './include.ts';

export const DELTA_TYPES = ['agent.message', 'agent.thinking'] as const;
export type DeltaType = (typeof DELTA_TYPES)[number];

/** Pieces that come before their request is told of wait here; more are not kept. */
const MAX_WAITING = 256;

/**
 * Text while it is written, for one reader. Lossy by design: a piece that would leave a gap ends the preview of its event,
 * and the event itself comes all the same. A preview stands after the start of its request and before its event.
 */
export class Previews {
  readonly #stream: EventStream;
  readonly #types: ReadonlySet<DeltaType>;
  readonly #withThinking: boolean;
  /** Characters sent, by the event. */
  readonly #sent = new Map<string, number>();
  #requestId: string | undefined;
  #waiting: Preview[] = [];

  constructor(stream: EventStream, types: readonly DeltaType[], included: Included) {
    this.#stream = stream;
    this.#types = new Set(types);
    this.#withThinking = included.has('thinking');
  }

  /** An event has been sent, by its public id. */
  passed({ id, type }: { id: string; type: string }): void {
    this.#sent.delete(id);
    if (type === 'span.model_request_end') this.#sent.clear();
    if (type !== 'span.model_request_start') return;
    this.#requestId = id;
    for (const preview of this.#waiting.splice(0)) this.add(preview);
  }

  add(preview: Preview): void {
    const { eventId, requestEventId, kind, offset, text } = preview;
    const type = kind === 'text' ? 'agent.message' : 'agent.thinking';
    if (eventId === undefined || requestEventId === undefined || !this.#types.has(type)) return;
    if (publicId('sevt', requestEventId) !== this.#requestId) {
      if (this.#waiting.length < MAX_WAITING) this.#waiting.push(preview);
      return;
    }
    const id = publicId('sevt', eventId);
    if (offset === 0) this.#send('event_start', { event: { type, id } });
    else if (this.#sent.get(id) !== offset) return void this.#sent.delete(id);
    this.#sent.set(id, offset + text.length);
    if (kind === 'thinking' && !this.#withThinking) return;
    const content = kind === 'text' ? { type: 'text', text } : { type: 'thinking', thinking: text };
    const delta = { type: 'content_delta', index: 0, content };
    this.#send('event_delta', { event_id: id, delta });
  }

  #send(type: string, fields: object): void {
    this.#stream.write(formatEvent(type, { type, ...fields }));
  }
}
