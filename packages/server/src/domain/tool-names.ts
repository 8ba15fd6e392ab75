import { BUILT_IN_TOOL_NAMES, type BuiltInToolName } from './agent-config.ts';

/** The engine's names of the tools that agents of `/v1` can have. */
export const ENGINE_NAMES: Record<BuiltInToolName, string> = {
  bash: 'Bash',
  read: 'Read',
  write: 'Write',
  edit: 'Edit',
  glob: 'Glob',
  grep: 'Grep',
  web_fetch: 'WebFetch',
  web_search: 'WebSearch',
};
const PUBLIC_NAMES = new Map(BUILT_IN_TOOL_NAMES.map((name) => [ENGINE_NAMES[name], name]));

/** The in-process server through which the engine knows custom tools. */
export const CUSTOM_SERVER = 'custom';
/** A tool as `/v1` names it. */
export type PublicTool =
  | { kind: 'built_in'; name: string }
  | { kind: 'mcp'; server: string; name: string }
  | { kind: 'custom'; name: string };

/** How `/v1` names a tool of the engine's. */
export function toPublicTool(name: string): PublicTool {
  const match = /^mcp__(.+?)__(.+)$/.exec(name);
  if (!match) return { kind: 'built_in', name: PUBLIC_NAMES.get(name) ?? name };
  const [, server = '', tool = ''] = match;
  return server === CUSTOM_SERVER ? { kind: 'custom', name: tool } : { kind: 'mcp', server, name: tool };
}
