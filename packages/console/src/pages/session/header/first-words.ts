import type { ConversationItem } from '../../../live/session-items.ts';

/** How the conversation begins: the text of the first thing a person said. */
export function firstWords(items: readonly ConversationItem[]): string | undefined {
  const first = items.find((item) => item.kind === 'user');
  const block = first?.kind === 'user' ? first.content.find(({ type }) => type === 'text') : undefined;
  const text = block?.['text'];
  return typeof text === 'string' ? text : undefined;
}
