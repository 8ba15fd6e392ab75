import type { SDKUserMessage } from '@anthropic-ai/claude-agent-sdk';
import { textOf, type Content } from '../domain/content.ts';
import type { AgentPrompt } from './agent.ts';

/** Slash commands that begin another conversation. */
const NEW_CONVERSATION = /^\s*\/(clear|reset|new)\b/;

/** A prompt as the agent SDK takes it. Its id is ours, so that the transcript and the agent's receipts carry it. */
export function toUserMessage({
  inputId,
  content,
  isNudge,
}: Pick<AgentPrompt, 'inputId' | 'content' | 'isNudge'>): SDKUserMessage {
  return {
    type: 'user',
    uuid: inputId as NonNullable<SDKUserMessage['uuid']>,
    parent_tool_use_id: null,
    message: { role: 'user', content: toMessageContent(content) },
    ...(isNudge && { isSynthetic: true }),
    // As a prompt like any other: the command would go on under another session id, and leave the transcript behind.
    ...(NEW_CONVERSATION.test(textOf(content)) && { client_composed: true as const }),
  };
}

/** The blocks are those of the Messages API, but for files of this server, which were put in before. */
function toMessageContent(content: Content): SDKUserMessage['message']['content'] {
  return content as SDKUserMessage['message']['content'];
}
