import type { ConversationItem } from '../../../live/session-items.ts';

/** A message that was sent, until the agent takes it. */
export interface Sent {
  /** The id that its event will have. */
  id: string;
  text: string;
  attachments: number;
  at: number;
}

/** What the agent has not taken yet. */
export function queuedOf(sent: readonly Sent[], items: readonly ConversationItem[]): readonly Sent[] {
  if (sent.length === 0) return sent;
  const taken = new Set(items.filter(({ kind }) => kind === 'user').map(({ id }) => id));
  const queued = sent.filter(({ id }) => !taken.has(id));
  return queued.length === sent.length ? sent : queued;
}

/** Reads what was kept over a reload. */
export function parseSent(text: string | undefined): Sent[] {
  if (text === undefined) return [];
  try {
    const kept: unknown = JSON.parse(text);
    return Array.isArray(kept) ? kept.filter(isSent) : [];
  } catch {
    return [];
  }
}

function isSent(value: unknown): value is Sent {
  return (
    typeof value === 'object' &&
    value !== null &&
    'id' in value &&
    typeof value.id === 'string' &&
    'text' in value &&
    typeof value.text === 'string' &&
    'attachments' in value &&
    typeof value.attachments === 'number' &&
    'at' in value &&
    typeof value.at === 'number'
  );
}
