import type { ContentBlock } from './content.ts';

/**
 * A `permission` is allowed or denied; a `question` is one of the agent's own, to be answered; the result of a
 * `custom_tool` comes from the client.
 */
export type ApprovalKind = 'permission' | 'question' | 'custom_tool';

/** `expired`: nobody can answer any more, because the call or its run has ended. */
export type ApprovalState = 'open' | 'allowed' | 'denied' | 'expired';

/** What a person decided. */
export interface ApprovalDecision {
  behavior: 'allow' | 'deny';
  /** Who: the key that was used, and whom its holder named. */
  by: string;
  /** To the agent, with a denial. */
  message?: string | undefined;
  /** What the tool runs with instead of what the agent asked for. */
  input?: Record<string, unknown> | undefined;
  /** The rules of the approval hold for the rest of the session. */
  remember: boolean;
  /** Of a custom tool: what the client made of it. */
  result?: { content: ContentBlock[]; isError: boolean } | undefined;
  /** The id of the event of `/v1` with which the client decided. */
  eventId?: string | undefined;
}
