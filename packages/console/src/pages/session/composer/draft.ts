import { readStored, store } from '../../../lib/storage.ts';
import type { Attachment } from './attachments.ts';

/** What is being written to a session. The text is there after a reload; pictures, which are large, as long as the page is. */
export interface Draft {
  text: string;
  attachments: readonly Attachment[];
}

const attached = new Map<string, readonly Attachment[]>();
const nameOf = (sessionId: string): string => `draft.${sessionId}`;

export function readDraft(sessionId: string): Draft {
  return { text: readStored(nameOf(sessionId)) ?? '', attachments: attached.get(sessionId) ?? [] };
}

export function keepDraft(sessionId: string, { text, attachments }: Draft): void {
  store(nameOf(sessionId), text === '' ? undefined : text);
  if (attachments.length === 0) attached.delete(sessionId);
  else attached.set(sessionId, attachments);
}
