import { textOf } from '../../../live/session-events.ts';
import type { ConversationItem } from '../../../live/session-items.ts';

const LINE = 21;
const CHARACTERS = 95;

/** About how high an item will be: it is measured when it is drawn. The nearer, the less the scroll bar jumps. */
export function estimateHeight(item: ConversationItem | undefined): number {
  switch (item?.kind) {
    case 'user':
      return 26 + Math.min(12, lines(textOf(item.content), 70)) * LINE;
    case 'text':
      return lines(item.text, CHARACTERS) * LINE;
    case 'thinking':
      return 24;
    case 'call':
      return heightOfCall(item.tool.name);
    case 'error':
      return 64;
    case 'outcome':
      return 34;
    default:
      return 20;
  }
}

function heightOfCall(name: string): number {
  if (name === 'bash') return 110;
  return /edit|write/i.test(name) ? 180 : 34;
}

function lines(text: string, width: number): number {
  let count = 0;
  for (const line of text.slice(0, 20_000).split('\n')) count += 1 + Math.floor(line.length / width);
  return count;
}
