import type { AgentResult } from '../domain/event.ts';
import type { TextPiece } from '../domain/text-piece.ts';
import type { AgentEventBody, AgentOutput } from './agent.ts';
import type {
  AgentMessage,
  AssistantMessage,
  ResultMessage,
  StreamEvent,
  SystemMessage,
  UserMessage,
} from './messages.ts';

/** System messages that belong to the conversation; `task_*` too. The others are about the machinery. */
const SHOWN = new Set(['init', 'compact_boundary', 'api_retry', 'permission_denied']);
/** What `init` tells of the machine. */
const HIDDEN_FIELDS = new Set(['messaging_socket_path', 'memory_paths']);

/** The blocks that are being written, by the tool call under which they are (`''`: the main line). */
export type OpenBlocks = Map<string, { messageId: string; written: Map<number, number> }>;

export interface Translation {
  runId: string;
  open: OpenBlocks;
}

/** What the log and the readers get of a message of the agent. Changes nothing but `open`. */
export function translate({ runId, open }: Translation, message: AgentMessage): AgentOutput[] {
  switch (message.type) {
    case 'assistant':
      return fromAssistant(message).map(toOutput);
    case 'user':
      return fromUser(message).map(toOutput);
    case 'system':
      return fromSystem(message).map(toOutput);
    case 'result':
      return [toOutput({ type: 'run.result', runId, result: toAgentResult(message) })];
    case 'stream_event':
      return fromStream(open, message);
    case 'command_lifecycle':
      return [];
  }
}

/** A result in the words of the domain. */
export function toAgentResult(message: ResultMessage): AgentResult {
  const modelUsage = Object.entries(message.model_usage_since_last_result).map(
    ([model, { costUSD, ...tokens }]) => [model, { ...tokens, costUsd: costUSD }] as const,
  );
  return {
    subtype: message.subtype,
    isError: message.is_error,
    agentSessionId: message.session_id,
    durationMs: message.duration_ms,
    durationApiMs: message.duration_api_ms,
    numTurns: message.num_turns,
    totalCostUsd: message.total_cost_usd,
    result: message.result ?? null,
    usage: message.usage,
    ...(message.structured_output !== undefined && { structuredOutput: message.structured_output }),
    modelUsage: Object.fromEntries(modelUsage),
  };
}

function fromAssistant({ message, parent_tool_use_id, uuid, error }: AssistantMessage): AgentEventBody[] {
  const common = {
    messageId: message.id,
    model: message.model,
    parentToolUseId: parent_tool_use_id,
    ...(uuid !== undefined && { uuid }),
  };
  return message.content.flatMap((block): AgentEventBody[] => {
    switch (block.type) {
      case 'text':
        return [
          { type: 'agent.message', ...common, text: block.text, ...(error !== undefined && { error }) },
        ];
      case 'thinking':
        return [{ type: 'agent.thinking', ...common, thinking: block.thinking, signature: block.signature }];
      case 'tool_use':
        return [
          {
            type: 'agent.tool_use',
            ...common,
            toolUseId: block.id,
            name: block.name,
            input: block.input ?? {},
          },
        ];
      case 'other':
        return [];
    }
  });
}

/** Only tool results: every other user message was either sent by us or made up by the agent for the model. */
function fromUser({ message, parent_tool_use_id, uuid, isReplay }: UserMessage): AgentEventBody[] {
  if (isReplay || typeof message.content === 'string') return [];
  return message.content.flatMap((block): AgentEventBody[] =>
    block.type === 'tool_result'
      ? [
          {
            type: 'agent.tool_result',
            parentToolUseId: parent_tool_use_id,
            toolUseId: block.tool_use_id,
            content: block.content ?? '',
            isError: block.is_error ?? false,
            uuid,
          },
        ]
      : [],
  );
}

function fromSystem(message: SystemMessage): AgentEventBody[] {
  const { subtype } = message;
  if (!SHOWN.has(subtype) && !subtype.startsWith('task_')) return [];
  const data = Object.fromEntries(Object.entries(message).filter(([name]) => !HIDDEN_FIELDS.has(name)));
  return [{ type: 'agent.system', subtype, data }];
}

function fromStream(open: OpenBlocks, { event, parent_tool_use_id }: StreamEvent): AgentOutput[] {
  const line = parent_tool_use_id ?? '';
  if (event.type === 'message_start') open.set(line, { messageId: event.message.id, written: new Map() });
  const current = open.get(line);
  if (event.type !== 'content_block_delta' || !current) return [];
  const { delta, index } = event;
  if (delta.type === 'other') return [];
  const text = delta.type === 'text_delta' ? delta.text : delta.thinking;
  const offset = current.written.get(index) ?? 0;
  current.written.set(index, offset + text.length);
  const preview: TextPiece = {
    messageId: current.messageId,
    index,
    kind: delta.type === 'text_delta' ? 'text' : 'thinking',
    offset,
    text,
    parentToolUseId: parent_tool_use_id,
  };
  return [{ type: 'preview', preview }];
}

function toOutput(body: AgentEventBody): AgentOutput {
  return { type: 'event', body };
}
