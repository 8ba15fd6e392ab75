import type { SDKUserMessage } from '@anthropic-ai/claude-agent-sdk';
import { textOf, type Content } from '../domain/content.ts';
import type { AgentPrompt } from './agent.ts';

/** Slash commands that begin another conversation. */
const NEW_CONVERSATION = /^\s*\/(clear|reset|new)\b/;

/**
 * A prompt as the agent SDK takes it. Its id is ours, so that the transcript and the agent's receipts carry it.
 * `isManaged`: of `/v1`, where no text is a command.
 */
export function toUserMessage(
  { inputId, content, isNudge }: Pick<AgentPrompt, 'inputId' | 'content' | 'isNudge'>,
  isManaged: boolean,
): SDKUserMessage {
  return {
    type: 'user',
    uuid: inputId as NonNullable<SDKUserMessage['uuid']>,
    parent_tool_use_id: null,
    message: { role: 'user', content: toMessageContent(content) },
    ...(isNudge && { isSynthetic: true }),
    // As a prompt like any other: the command would go on under another session id, and leave the transcript behind.
    ...((isManaged || NEW_CONVERSATION.test(textOf(content))) && { client_composed: true as const }),
    // In the middle of a turn the agent hears texts and images only: the others begin a round of their own.
    ...(!isFoldable(content) && { priority: 'later' as const }),
  };
}

/** The blocks are those of the Messages API, but for files of this server, which were put in before. */
function toMessageContent(content: Content): SDKUserMessage['message']['content'] {
  return content as SDKUserMessage['message']['content'];
}

function isFoldable(content: Content): boolean {
  return typeof content === 'string' || content.every(({ type }) => type === 'text' || type === 'image');
}
