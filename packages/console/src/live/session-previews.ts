import type { WireEvent } from './session-events.ts';
import type { StreamingBlock } from './session-items.ts';
import type { Frame } from './session-source.ts';

const NONE: readonly StreamingBlock[] = [];

/** What is being written: it begins, grows, and goes when its event comes. */
export class Previews {
  readonly #blocks = new Map<string, StreamingBlock>();
  #published = NONE;
  #isDirty = false;

  /** True: there is something new to show. */
  take(frame: Exclude<Frame, { kind: 'event' }>, now: number): boolean {
    switch (frame.kind) {
      case 'ping':
        return false;
      case 'start':
        this.#blocks.set(frame.id, { id: frame.id, kind: frame.block, text: '', startedAt: now });
        break;
      case 'delta': {
        const block = this.#blocks.get(frame.id);
        if (!block) return false;
        this.#blocks.set(frame.id, { ...block, text: block.text + frame.text });
      }
    }
    return (this.#isDirty = true);
  }

  /** The event itself has come, or the request has ended and none will. */
  passed({ id, type }: WireEvent): void {
    if (type === 'span.model_request_end') this.clear();
    else if (this.#blocks.delete(id)) this.#isDirty = true;
  }

  clear(): boolean {
    if (this.#blocks.size === 0) return false;
    this.#blocks.clear();
    return (this.#isDirty = true);
  }

  publish(): readonly StreamingBlock[] {
    if (this.#isDirty) this.#published = this.#blocks.size === 0 ? NONE : [...this.#blocks.values()];
    this.#isDirty = false;
    return this.#published;
  }
}
