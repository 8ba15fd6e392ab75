import { CUSTOM_SERVER } from './tool-names.ts';

// The engine knows a tool of an MCP server as `mcp__<server>__<tool>`, and this name is all that it says of a call. So
// the names of servers must come through unchanged.

const PLAIN = /^[A-Za-z0-9_-]+$/;

/** Of servers that the engine keeps for itself: one of ours with such a name would not be there, without a word. */
export const KEPT_BY_ENGINE: ReadonlySet<string> = new Set([
  'Claude_Browser',
  'Claude_Preview',
  'Claude_in_Chrome',
  'ccr-email',
  'claude-code-remote',
  'claude-device',
  'claude-in-chrome',
  'claude_ai',
  'computer-use',
  'hearthbot',
  'ide',
  'remote-devices',
  'webagent',
  'workspace',
]);

/** It leaves room for names of tools: those that have more than 128 characters with their server are not there. */
export const MAX_SERVER_NAME = 64;

export const MAX_CUSTOM_TOOL_NAME = 128 - `mcp__${CUSTOM_SERVER}__`.length;

/** Why an MCP server cannot have this name, as a sentence for the client; undefined: it can. */
export function findServerNameFault(name: string): string | undefined {
  if (!PLAIN.test(name) || name.includes('__') || name.endsWith('_')) {
    return (
      'Input should consist of letters, digits, hyphens and single underscores, and not end in an underscore: ' +
      'agents know the tools of a server as mcp__<server>__<tool>'
    );
  }
  if (name === CUSTOM_SERVER || KEPT_BY_ENGINE.has(name))
    return `'${name}' is taken: give the server another name`;
  return undefined;
}

/** A tool of an MCP server as the engine names it, behind `mcp__<server>__`. */
export function toEngineToolName(name: string): string {
  return name.replaceAll(/[^A-Za-z0-9_-]/g, '_');
}
