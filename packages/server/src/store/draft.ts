import type { TextPiece } from '../domain/text-piece.ts';

/** A piece with its place in the log. */
export interface Preview extends TextPiece {
  /** Of the event that the block becomes, and of the one with which its request began; absent in subagents. */
  eventId?: string;
  requestEventId?: string | undefined;
}

/** What is being written, for who comes late. */
export interface Written {
  /** The event with which the main line's open request began; undefined: none is open. */
  readonly requestEventId: string | undefined;
  /** The open blocks, each as one piece with everything so far. */
  readonly blocks: readonly Preview[];
}

interface Parts {
  /** Tells whoever listens of a piece. */
  tell(preview: Preview): void;
  closed(): void;
}

/**
 * What an agent has written that is not an event yet: one block in each of its lines at most, so it holds no more than the
 * agent itself does. Of one turn; who works on the session has it.
 */
export class Draft implements Written, Disposable {
  readonly #parts: Parts;
  readonly #blocks = new Map<string, Preview>();
  #requestEventId: string | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  get requestEventId(): string | undefined {
    return this.#requestEventId;
  }

  get blocks(): readonly Preview[] {
    return [...this.#blocks.values()];
  }

  requestStarted(eventId: string): void {
    this.requestEnded();
    this.#requestEventId = eventId;
  }

  /** Without this piece nobody who comes now has the whole: a block that lacks one is not kept. */
  add(preview: Preview): void {
    const line = preview.parentToolUseId ?? '';
    const block = this.#blocks.get(line);
    if (preview.offset === 0) this.#blocks.set(line, preview);
    else if (block && goesOn(block, preview))
      this.#blocks.set(line, { ...block, text: block.text + preview.text });
    else this.#blocks.delete(line);
    this.#parts.tell(preview);
  }

  /** The block that was open in this line is an event from now on: written, or on its way to the disk. */
  becameEvent(parentToolUseId: string | null): void {
    this.#blocks.delete(parentToolUseId ?? '');
  }

  requestEnded(): void {
    this.#requestEventId = undefined;
    this.#blocks.delete('');
  }

  [Symbol.dispose](): void {
    this.requestEnded();
    this.#blocks.clear();
    this.#parts.closed();
  }
}

function goesOn(block: Preview, { messageId, index, offset }: Preview): boolean {
  return block.messageId === messageId && block.index === index && block.text.length === offset;
}
