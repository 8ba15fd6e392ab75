import { createContext, use, type ComponentType } from 'react';
import type { ConversationItem } from '../../../live/session-items.ts';
import type { ForkPoint } from '../header/fork.tsx';

export interface ConversationContextValue {
  sessionId: string;
  /** Where the agent works; absent: not known (yet). */
  cwd?: string | undefined;
  onFork: (point: ForkPoint) => void;
  /** How an item is shown: a subagent's thread has items in itself. */
  Item: ComponentType<{ item: ConversationItem; isNested?: boolean }>;
}

export const ConversationContext = createContext<ConversationContextValue>({
  sessionId: '',
  onFork: () => undefined,
  Item: () => null,
});

/** What every item may need of the conversation that it is in. */
export function useConversation(): ConversationContextValue {
  return use(ConversationContext);
}
