import type { ToolPermission, ToolUseEvent } from '../../domain/event.ts';
import type { ContentBlock } from '../../domain/content.ts';
import { toPublicTool } from '../../domain/tool-names.ts';
import { toObject } from '../../lib/to-object.ts';

/** A call as its event, but for what every event has. */
export function projectToolUse({ name, input, permission }: ToolUseEvent): Record<string, unknown> {
  const tool = toPublicTool(name);
  const decided = permission && projectPermission(permission);
  switch (tool.kind) {
    case 'custom':
      return { type: 'agent.custom_tool_use', name: tool.name, input: toObject(input) };
    case 'mcp':
      return {
        type: 'agent.mcp_tool_use',
        mcp_server_name: tool.server,
        name: tool.name,
        input: toObject(input),
        ...decided,
      };
    case 'built_in':
      return {
        type: 'agent.tool_use',
        name: tool.name,
        input: projectInput(tool.name, toObject(input)),
        ...decided,
      };
  }
}

function projectPermission({ evaluated, policy }: ToolPermission): Record<string, unknown> {
  if (policy === undefined) return { evaluated_permission: evaluated };
  const evaluation =
    policy === 'auto'
      ? {
          type: 'auto',
          evaluated_permission:
            evaluated === 'allow' ? { type: 'allow' } : { type: evaluated, reason_code: 'indeterminate' },
        }
      : { type: policy };
  return { evaluated_permission: evaluated, evaluation };
}

/** The engine's input in the words that programs of the hosted API read. */
function projectInput(name: string, input: Record<string, unknown>): Record<string, unknown> {
  switch (name) {
    case 'bash': {
      const { timeout, description: _d, run_in_background: _b, ...rest } = input;
      return { ...rest, ...(timeout !== undefined && { timeout_ms: timeout }) };
    }
    case 'read': {
      const { offset, limit, ...rest } = input;
      const from = typeof offset === 'number' ? offset : 1;
      const isPart = typeof offset === 'number' || typeof limit === 'number';
      const to = typeof limit === 'number' ? from + limit - 1 : -1;
      return { ...rest, ...(isPart && { view_range: [from, to] }) };
    }
    default:
      return input;
  }
}

/** The result of a call as its event; undefined: it has none, since the client sent it. */
export function projectToolResult({
  toolUseId,
  content,
  isError,
  call,
}: {
  toolUseId: string;
  content: unknown;
  isError: boolean;
  call?: { eventId: string; name: string } | undefined;
}): { callEventId: string | undefined; body: (callId: string) => Record<string, unknown> } | undefined {
  const tool = call && toPublicTool(call.name);
  if (tool?.kind === 'custom') return undefined;
  const common = { content: projectContent(content), is_error: isError };
  return {
    callEventId: call?.eventId,
    body: (callId) =>
      tool?.kind === 'mcp'
        ? { type: 'agent.mcp_tool_result', mcp_tool_use_id: callId || toolUseId, ...common }
        : { type: 'agent.tool_result', tool_use_id: callId || toolUseId, ...common },
  };
}

const KNOWN = new Set(['text', 'image', 'document', 'search_result']);

/** A text, or blocks of which the API does not know all. */
function projectContent(content: unknown): ContentBlock[] {
  if (typeof content === 'string') return content === '' ? [] : [{ type: 'text', text: content }];
  if (!Array.isArray(content)) return [];
  return content.map((block: unknown) =>
    isKnown(block) ? block : { type: 'text' as const, text: JSON.stringify(block) },
  );
}

function isKnown(block: unknown): block is ContentBlock {
  return (
    typeof block === 'object' &&
    block !== null &&
    'type' in block &&
    typeof block.type === 'string' &&
    KNOWN.has(block.type)
  );
}
