/** A piece of a block of the agent, while it is written. Never stored. */
export interface TextPiece {
  /** The model's message and the block's place in it. */
  messageId: string;
  index: number;
  kind: 'text' | 'thinking';
  /** How many characters of the block came before. */
  offset: number;
  text: string;
  /** The call of the parent under which a subagent writes; null in the main line. */
  parentToolUseId: string | null;
}
