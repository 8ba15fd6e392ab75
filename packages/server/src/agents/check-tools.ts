import type { AgentConfig, AgentTool, McpServer } from '../domain/agent-config.ts';
import { toEngineToolName } from '../domain/mcp-names.ts';
import { InvalidAgent } from './errors.ts';

/** Whether tools and servers fit together: names once, and servers and their toolsets by pairs. Throws InvalidAgent. */
export function checkTools({
  tools,
  mcp_servers: servers,
}: Pick<AgentConfig, 'tools' | 'mcp_servers'>): void {
  checkOnce(
    servers.map(({ name }) => name),
    (index) => `mcp_servers.${index}.name`,
    'server',
  );
  checkKinds(tools);
  const known = new Set(servers.map(({ name }) => name));
  for (const [index, tool] of tools.entries()) {
    if (tool.type !== 'custom') checkConfigs(tool, index);
    if (tool.type === 'mcp_toolset' && !known.has(tool.mcp_server_name)) {
      throw new InvalidAgent(
        `tools.${index}.mcp_server_name`,
        `'${tool.mcp_server_name}' is not the name of a server in mcp_servers`,
      );
    }
  }
  checkServersAreUsed(servers, tools);
}

function checkKinds(tools: AgentTool[]): void {
  const names = tools.map((tool) => {
    switch (tool.type) {
      case 'agent_toolset_20260401':
        return tool.type;
      case 'mcp_toolset':
        return `mcp_toolset of ${tool.mcp_server_name}`;
      case 'custom':
        return `custom tool ${tool.name}`;
    }
  });
  checkOnce(names, (index) => `tools.${index}`, 'entry');
}

function checkConfigs(tool: Exclude<AgentTool, { type: 'custom' }>, index: number): void {
  // The engine says of two such tools no more than that it is one of them.
  const names = tool.configs.map(({ name }) => toEngineToolName(name));
  checkOnce(names, (place) => `tools.${index}.configs.${place}.name`, 'tool');
}

function checkOnce(names: string[], pathOf: (index: number) => string, what: string): void {
  const seen = new Set<string>();
  for (const [index, name] of names.entries()) {
    if (seen.has(name))
      throw new InvalidAgent(pathOf(index), `Duplicate ${what}: '${name}' is there already`);
    seen.add(name);
  }
}

function checkServersAreUsed(servers: McpServer[], tools: AgentTool[]): void {
  const used = new Set(tools.map((tool) => (tool.type === 'mcp_toolset' ? tool.mcp_server_name : undefined)));
  for (const [index, { name }] of servers.entries()) {
    if (!used.has(name)) {
      throw new InvalidAgent(
        `mcp_servers.${index}.name`,
        `No mcp_toolset in tools refers to the server '${name}'`,
      );
    }
  }
}
