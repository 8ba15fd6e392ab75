import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { findServerNameFault, KEPT_BY_ENGINE, toEngineToolName } from '#src/domain/mcp-names.ts';
import { createAgentLab, runPrompt, toolResults, type AgentLab } from '../support/agent-lab.ts';
import { startMcpServer, type McpServer } from '../support/mcp-server.ts';

// What the engine makes of an agent's configuration, where it is not what one would think.

let lab: AgentLab;
let server: McpServer;
const TOOLS = ['plain', 'with.dot', 'a__b', '_lead', 'trail_', 'l'.repeat(117), 'x'.repeat(118)];
beforeAll(async () => {
  lab = await createAgentLab();
  server = await startMcpServer(TOOLS);
});
afterAll(async () => {
  await lab[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

/** Runs a prompt with MCP servers of these names, and gives the names of their tools that the model was offered. */
async function offered(names: string[], prompt = '[[text=Done]]') {
  const mcpServers = Object.fromEntries(
    names.map((name) => [name, { type: 'http', url: `${server.url}?${name}=\${HOME}` }]),
  );
  const spec = await lab.spec({ mcpServers, allowedTools: names.map((name) => `mcp__${name}`) });
  const { outputs } = await runPrompt(lab.start(spec), prompt);
  const { tools } = REQUEST.parse(JSON.parse(lab.requests.at(-1)?.body ?? ''));
  return {
    tools: new Set(tools.map(({ name }) => name).filter((name) => name.startsWith('mcp__'))),
    results: toolResults(outputs),
  };
}

const REQUEST = z.looseObject({
  system: z.array(z.looseObject({ text: z.string() })),
  tools: z.array(z.looseObject({ name: z.string() })),
});

describe('names of MCP servers', () => {
  it('that we let pass come through unchanged, and those that we refuse do not', async () => {
    const good = [
      'docs',
      'Docs',
      'my-server',
      'a_b',
      '_x',
      '-x',
      '1',
      'n'.repeat(64),
      'constructor',
      'memory',
    ];
    const changed = ['my server', 'a.b', 'ü', 'a:b'];
    const kept = [...KEPT_BY_ENGINE];
    expect(good.filter(findServerNameFault)).toEqual([]);
    expect(
      [...changed, ...kept, 'a__b', 'a_', 'custom'].filter((name) => !findServerNameFault(name)),
    ).toEqual([]);
    const { tools } = await offered([...good, ...changed, ...kept]);
    const isThere = (name: string): boolean => tools.has(`mcp__${name}__plain`);
    expect(good.filter((name) => !isThere(name))).toEqual([]);
    expect([...changed, ...kept].filter(isThere)).toEqual([]);
    expect(tools).toContain('mcp__my_server__plain');
    // Variables in the address of a server are those of the agent, so such addresses are refused.
    expect(server.asked).not.toContain('/mcp?docs=${HOME}');
  });
});

describe('names of the tools of an MCP server', () => {
  it('are told with underscores in place of other characters, up to 128 with the server', async () => {
    const { tools, results } = await offered(
      ['docs'],
      TOOLS.slice(0, 5)
        .map((tool) => `[[tool=mcp__docs__${toEngineToolName(tool)} {}]]`)
        .join(' '),
    );
    expect(tools).toEqual(new Set(TOOLS.slice(0, 6).map((tool) => `mcp__docs__${toEngineToolName(tool)}`)));
    expect(results).toEqual(TOOLS.slice(0, 5).map((tool) => expect.stringContaining(`${tool}: {}`)));
  });
});

it('a system prompt of 100,000 characters reaches the model whole', async () => {
  const system = `${'ü'.repeat(99_999)}!`;
  await runPrompt(lab.start(await lab.spec({ systemPrompt: system })), '[[text=Done]]');
  expect(REQUEST.parse(JSON.parse(lab.requests.at(-1)?.body ?? '')).system.at(-1)?.text).toBe(system);
});
