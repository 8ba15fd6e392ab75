import type { Conversation } from './conversation.ts';
import { prose } from './reply.ts';
import type { ReplyBlock } from './reply.ts';
import { sampleOf } from './sample.ts';

/** `mcp__custom__get_weather` is `get_weather` for whoever talks about it. */
const MCP_NAME = /^mcp__.+?__(.+)$/;

/** Calls a tool of the client's own, or of an MCP server, whose name the prompt has, and tells what it said. */
export function useNamedTool({ prompts, tools, calls }: Conversation): ReplyBlock[] | undefined {
  const prompt = prompts.at(-1) ?? '';
  for (const [name, schema] of tools) {
    const [, shortName] = MCP_NAME.exec(name) ?? [];
    if (shortName === undefined || !prompt.includes(shortName)) continue;
    const made = calls.flat().find((call) => call.name === name);
    if (!made) return [prose(`I ask ${shortName}.`), { type: 'tool_use', name, input: toInput(schema) }];
    const { text = 'nothing', isError = true } = made.result ?? {};
    return [prose(`${shortName} ${isError ? 'did not work' : 'says'}: ${text.trim()}`)];
  }
  return undefined;
}

function toInput(schema: unknown): Record<string, unknown> {
  const sample = sampleOf(schema);
  return typeof sample === 'object' && sample !== null ? { ...sample } : {};
}
