/** What the demo model answers to one request, as plain data. */
export interface Reply {
  blocks: ReplyBlock[];
  stopReason: 'end_turn' | 'tool_use' | 'max_tokens' | 'refusal';
  usage: ReplyUsage;
  /** How long the model "thinks" before the first byte. */
  ttftMs: number;
  /** What goes wrong instead of, or during, the answer. */
  fault?: Fault;
}

export type ReplyBlock = BlockContent & {
  /** How long the model waits before it begins with this block. */
  pauseMs?: number;
};

type BlockContent =
  /** Written piece by piece, one every `intervalMs`. */
  | { type: 'text' | 'thinking'; pieces: string[]; intervalMs: number }
  | {
      type: 'tool_use';
      name: string;
      input: Record<string, unknown>;
      /** The input is what the last tool gave. */
      isFromResult?: true;
    };

export interface ReplyUsage {
  input_tokens: number;
  output_tokens: number;
  cache_read_input_tokens: number;
  cache_creation_input_tokens: number;
}

export type Fault =
  | { kind: 'status'; status: number; retryAfter?: string; message?: string }
  /** The connection is cut before the end of the answer, or before its beginning. */
  | { kind: 'drop' | 'away' }
  /** The stream ends with an error event in the middle of the answer. */
  | { kind: 'error' }
  /** The stream goes silent before its end, or nothing is answered at all; both last until the client leaves. */
  | { kind: 'stall' | 'no-headers' };

/** A text block that appears at once. */
export function text(content: string): ReplyBlock {
  return { type: 'text', pieces: [content], intervalMs: 0 };
}

/** A text block that appears word by word, as people expect of a model. */
export function prose(content: string, intervalMs = 5): ReplyBlock {
  return { type: 'text', pieces: content.match(/\s*\S+\s*$|\s*\S+/g) ?? [content], intervalMs };
}

/** The characters of a block, of which the number of tokens is estimated. */
export function lengthOf(block: ReplyBlock): number {
  if (block.type === 'tool_use') return JSON.stringify(block.input).length + block.name.length;
  return block.pieces.reduce((length, piece) => length + piece.length, 0);
}
