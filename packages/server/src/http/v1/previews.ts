import type { Preview, Written } from '../../store/draft.ts';
import { formatEvent, type EventStream } from '../sse.ts';
import { publicId } from './ids.ts';
import type { Included } from './include.ts';

export const DELTA_TYPES = ['agent.message', 'agent.thinking'] as const;
export type DeltaType = (typeof DELTA_TYPES)[number];

interface Options {
  types: readonly DeltaType[];
  included: Included;
  /** What is being written now, as far as it is known here. */
  written(): Written | undefined;
}

/**
 * Text while it is written, for one reader. Who comes late, or was behind, gets what there is so far as one piece; what has
 * become an event meanwhile comes as that event only. A preview stands after the start of its request and before its event.
 */
export class Previews {
  readonly #stream: EventStream;
  readonly #types: ReadonlySet<DeltaType>;
  readonly #withThinking: boolean;
  readonly #written: () => Written | undefined;
  /** Characters sent, by the event. */
  readonly #sent = new Map<string, number>();
  #requestId: string | undefined;

  constructor(stream: EventStream, { types, included, written }: Options) {
    this.#stream = stream;
    this.#types = new Set(types);
    this.#withThinking = included.has('thinking');
    this.#written = written;
  }

  /** An event has been sent, by its public id. */
  passed({ id, type }: { id: string; type: string }): void {
    this.#sent.delete(id);
    if (type === 'span.model_request_end') this.#sent.clear();
    if (type === 'span.model_request_start') this.begin(id);
  }

  /** The reader has the start of this request. */
  begin(requestId: string): void {
    this.#requestId = requestId;
    for (const block of this.#written()?.blocks ?? []) this.#write(block);
  }

  /** A reader who is behind gets it with a later piece. */
  add(piece: Preview): void {
    if (!this.#stream.isFull) this.#write(piece);
  }

  #write(piece: Preview): void {
    const { eventId, requestEventId, kind, offset } = piece;
    const type = kind === 'text' ? 'agent.message' : 'agent.thinking';
    if (eventId === undefined || requestEventId === undefined || !this.#types.has(type)) return;
    if (publicId('sevt', requestEventId) !== this.#requestId) return;
    const id = publicId('sevt', eventId);
    const sent = this.#sent.get(id) ?? 0;
    const from = sent === offset ? piece : this.#blockOf(eventId);
    if (!from) return;
    if (!this.#sent.has(id)) this.#send('event_start', { event: { type, id } });
    this.#sent.set(id, from.offset + from.text.length);
    if (kind === 'thinking' && !this.#withThinking) return;
    const text = from.text.slice(sent - from.offset);
    const content = kind === 'text' ? { type: 'text', text } : { type: 'thinking', thinking: text };
    const delta = { type: 'content_delta', index: 0, content };
    this.#send('event_delta', { event_id: id, delta });
  }

  #blockOf(eventId: string): Preview | undefined {
    return this.#written()?.blocks.find((block) => block.eventId === eventId);
  }

  #send(type: string, fields: object): void {
    this.#stream.write(formatEvent(type, { type, ...fields }));
  }
}
