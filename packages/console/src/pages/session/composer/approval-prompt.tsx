import type { ReactNode } from 'react';
import type { CallItem } from '../../../live/session-items.ts';

/** Below the card of a call that waits for a person. */
export function ApprovalPrompt(_props: { sessionId: string; call: CallItem }): ReactNode {
  return null;
}
