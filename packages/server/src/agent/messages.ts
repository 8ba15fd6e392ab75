import { z } from 'zod';

/*
 * What we read of the agent SDK's messages. They are another program's and grow with every release: objects are
 * loose, and what does not fit is not a message to us.
 */

const textBlock = z.object({ type: z.literal('text'), text: z.string() });
const thinkingBlock = z.object({
  type: z.literal('thinking'),
  thinking: z.string(),
  signature: z.string().default(''),
});
const toolUseBlock = z.object({
  type: z.literal('tool_use'),
  id: z.string(),
  name: z.string(),
  input: z.unknown().optional(),
});
const toolResultBlock = z.object({
  type: z.literal('tool_result'),
  tool_use_id: z.string(),
  content: z.unknown().optional(),
  is_error: z.boolean().nullish(),
});
const otherBlock = z.object({ type: z.string() }).transform(() => ({ type: 'other' as const }));

const parent = z.string().nullish().default(null);

/** What an answer used, as far as it is known: it grows while the answer comes. */
const streamUsage = z.object({
  input_tokens: z.number().nullish(),
  output_tokens: z.number().nullish(),
  cache_read_input_tokens: z.number().nullish(),
  cache_creation_input_tokens: z.number().nullish(),
  cache_creation: z.object({ ephemeral_1h_input_tokens: z.number().nullish() }).nullish(),
});

const assistantMessage = z.object({
  type: z.literal('assistant'),
  message: z.object({
    id: z.string(),
    model: z.string(),
    content: z.array(z.union([textBlock, thinkingBlock, toolUseBlock, otherBlock])),
    usage: streamUsage.nullish(),
  }),
  parent_tool_use_id: parent,
  uuid: z.string().optional(),
  error: z.string().optional(),
});

const userMessage = z.object({
  type: z.literal('user'),
  message: z.object({
    content: z.union([z.string(), z.array(z.union([toolResultBlock, otherBlock]))]),
  }),
  parent_tool_use_id: parent,
  uuid: z.string().nullish().default(null),
  isReplay: z.boolean().optional(),
});

const modelUsage = z.object({
  inputTokens: z.number(),
  outputTokens: z.number(),
  cacheReadInputTokens: z.number(),
  cacheCreationInputTokens: z.number(),
  costUSD: z.number(),
});

const resultMessage = z.object({
  type: z.literal('result'),
  subtype: z.string(),
  is_error: z.boolean(),
  session_id: z.string(),
  duration_ms: z.number(),
  duration_api_ms: z.number(),
  num_turns: z.number(),
  total_cost_usd: z.number(),
  usage: z.record(z.string(), z.unknown()),
  result: z.string().nullish(),
  errors: z.array(z.string()).optional(),
  structured_output: z.unknown().optional(),
  stop_reason: z.string().nullish(),
  terminal_reason: z.string().nullish(),
  api_error_status: z.number().nullish(),
  api_error_type: z.string().nullish(),
  startup_failure_reason: z.string().optional(),
  user_message_uuids: z.array(z.string()).optional(),
  model_usage_since_last_result: z.record(z.string(), modelUsage).default({}),
});

const systemMessage = z.looseObject({ type: z.literal('system'), subtype: z.string() });

const streamEvent = z.object({
  type: z.literal('stream_event'),
  parent_tool_use_id: parent,
  /** Of a stream that was cut: what of it does not count. */
  abandoned_blocks: z.unknown().optional(),
  event: z.union([
    z.object({
      type: z.literal('message_start'),
      message: z.object({ id: z.string(), model: z.string().nullish(), usage: streamUsage.nullish() }),
    }),
    z.object({ type: z.literal('message_delta'), usage: streamUsage.nullish() }),
    z.object({ type: z.literal('message_stop'), abandoned_blocks: z.unknown().optional() }),
    z.object({
      type: z.literal('content_block_delta'),
      index: z.number(),
      delta: z.union([
        z.object({ type: z.literal('text_delta'), text: z.string() }),
        z.object({ type: z.literal('thinking_delta'), thinking: z.string() }),
        otherBlock,
      ]),
    }),
    otherBlock,
  ]),
});

/** Where one of our own messages is: queued, started, completed, cancelled. */
const lifecycleMessage = z.object({
  type: z.literal('command_lifecycle'),
  command_uuid: z.string(),
  state: z.string(),
});

const agentMessage = z.discriminatedUnion('type', [
  assistantMessage,
  userMessage,
  resultMessage,
  systemMessage,
  streamEvent,
  lifecycleMessage,
]);

export type AgentMessage = z.infer<typeof agentMessage>;
export type AssistantMessage = z.infer<typeof assistantMessage>;
export type UserMessage = z.infer<typeof userMessage>;
export type ResultMessage = z.infer<typeof resultMessage>;
export type SystemMessage = z.infer<typeof systemMessage>;
export type StreamEvent = z.infer<typeof streamEvent>;
export type StreamUsage = z.infer<typeof streamUsage>;

/** A message of the agent; undefined for what we do not know or do not read. */
export function parseAgentMessage(message: unknown): AgentMessage | undefined {
  return agentMessage.safeParse(message).data;
}
