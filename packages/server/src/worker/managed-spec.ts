import type { AgentSpec } from '../agent/agent.ts';
import { toToolAccess } from '../agent/tool-access.ts';
import type { AgentConfig, McpServer } from '../domain/agent-config.ts';
import type { RunOptions } from '../domain/run-options.ts';
import type { Places } from '../files/places.ts';
import { withPlaces } from './describe-places.ts';

/** For an agent without a system prompt of its own. */
const PLAIN_PROMPT = 'You are an agent that works in a sandbox with the tools that you are given.';

/** What an agent of `/v1` makes of a process: its options, under those of the run, and its tools. */
export function toManagedSpec(
  agent: AgentConfig,
  options: RunOptions,
  places: Places,
): Pick<AgentSpec, 'options' | 'access'> {
  const { system, model, mcp_servers: servers } = agent;
  return {
    options: {
      systemPrompt: withPlaces(system ?? PLAIN_PROMPT, places),
      model: model.id,
      effort: model.effort?.type,
      mcpServers: Object.fromEntries(servers.map((server) => [server.name, toMcpServer(server)])),
      ...defined(options),
    },
    access: toToolAccess(agent),
  };
}

function toMcpServer(server: McpServer): Record<string, unknown> {
  switch (server.type) {
    case 'url':
      return { type: 'http', url: server.url };
    case 'stdio':
      return { type: 'stdio', command: server.command, args: server.args, env: server.env };
  }
}

/** Only what is set: what is not must not hide what the agent says. */
function defined(options: RunOptions): RunOptions {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}
