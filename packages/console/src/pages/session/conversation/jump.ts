/** How other parts of the page move the conversation: one conversation is shown at a time. */
export interface Jumps {
  /** Brings an item into view, and the focus to it. An item of a subagent opens what is around it. */
  toItem(itemId: string): void;
  /** To the end, and stays there. After sending a message, for one. */
  toLatest(): void;
  /** To the next message, or the one before. */
  toMessage(by: 1 | -1): void;
  /** To the latest error or failed call; false: there is none. */
  toError(): boolean;
}

const NOWHERE: Jumps = {
  toItem: () => undefined,
  toLatest: () => undefined,
  toMessage: () => undefined,
  toError: () => false,
};
let current = NOWHERE;

export const jump: Jumps = {
  toItem: (itemId) => current.toItem(itemId),
  toLatest: () => current.toLatest(),
  toMessage: (by) => current.toMessage(by),
  toError: () => current.toError(),
};

/** The conversation says how; returns how to take it back. */
export function provideJumps(jumps: Jumps): () => void {
  current = jumps;
  return () => {
    if (current === jumps) current = NOWHERE;
  };
}
