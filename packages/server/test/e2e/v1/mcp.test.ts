import type { Anthropic } from '@anthropic-ai/sdk';
import { describe, expect, it } from 'vitest';
import { officialClient } from '../../api/sdk/recording-client.ts';
import {
  expectOrder,
  openManaged,
  tell,
  type ManagedSession,
  KEY,
  KEYED,
} from '../../support/managed-sessions.ts';
import { startMcpServer } from '../../support/mcp-server.ts';
import { shareServer } from '../../support/shared-server.ts';

const server = shareServer(['--demo'], KEYED);

type Toolset = Pick<Anthropic.Beta.BetaManagedAgentsMCPToolsetParams, 'default_config' | 'configs'>;

async function start(url: string, toolset: Toolset = {}): Promise<ManagedSession> {
  const client = officialClient('1.12', { baseURL: server.url, apiKey: KEY });
  const agent = await client.beta.agents.create({
    name: 'With a server',
    model: 'claude-opus-5-5',
    mcp_servers: [{ type: 'url', name: 'calc', url }],
    tools: [{ type: 'mcp_toolset', mcp_server_name: 'calc', ...toolset }],
  });
  const environment = await client.beta.environments.create({ name: 'Any' });
  const session = await client.beta.sessions.create({ agent: agent.id, environment_id: environment.id });
  return openManaged(client, session.id);
}

describe('the tools of an MCP server', () => {
  it('are asked for, unless the toolset says otherwise', async () => {
    await using mcp = await startMcpServer();
    const session = await start(mcp.url);
    await session.say('[[tool=mcp__calc__add {"a":1}]] [[text=Done]]');
    const asked = await session.untilIdle();
    const call = asked.find(({ type }) => type === 'agent.mcp_tool_use');
    expect(call).toMatchObject({ mcp_server_name: 'calc', name: 'add', evaluated_permission: 'ask' });
    expect(mcp.calls).toEqual([]);
    await session.send([{ type: 'user.tool_confirmation', tool_use_id: call?.id ?? '', result: 'allow' }]);
    await session.untilIdle();
    const events = await session.events();
    expectOrder(events);
    expect(events.find(({ type }) => type === 'agent.mcp_tool_result')).toMatchObject({
      mcp_tool_use_id: call?.id,
      is_error: false,
      content: [{ type: 'text', text: 'add: {"a":1}' }],
    });
    expect(mcp.calls).toEqual(['add']);
  });

  it('run at once when they are allowed, and never when they are switched off', async () => {
    await using mcp = await startMcpServer();
    const session = await start(mcp.url, {
      default_config: { permission_policy: { type: 'always_allow' } },
      configs: [{ name: 'shout', enabled: false }],
    });
    await session.say('[[tool=mcp__calc__add {"a":2}]] [[tool=mcp__calc__shout {"a":3}]] [[text=Done]]');
    await session.untilIdle();
    const events = await session.events();
    expect(events.map(tell).filter((word) => word.startsWith('mcp_tool'))).toEqual([
      'mcp_tool_use add allow',
      'mcp_tool_result "add: {\\"a\\":2}"',
      'mcp_tool_use shout deny',
      expect.stringMatching(/^mcp_tool_result error/),
    ]);
    expect(mcp.calls).toEqual(['add']);
  });

  it('are missed, and the session says so and goes on, when the server is away', async () => {
    const session = await start('http://127.0.0.1:9/mcp');
    await session.say('[[text=Without]]');
    const heard = await session.untilIdle();
    expect(heard.find(({ type }) => type === 'session.error')).toMatchObject({
      error: {
        type: 'mcp_connection_failed_error',
        mcp_server_name: 'calc',
        retry_status: { type: 'retrying' },
      },
    });
    expect(heard.map(tell)).toContain('message "Without"');
  });
});
