import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { changeAgent, EMPTY_AGENT } from '#src/agents/change.ts';
import {
  AgentArchived,
  AgentBuiltIn,
  AgentModelRequired,
  AgentNotFound,
  AgentVersionNotFound,
  InvalidAgent,
} from '#src/agents/errors.ts';
import { resolveAgent } from '#src/agents/resolve-agent.ts';
import { updateAgent } from '#src/agents/update-agent.ts';
import type { AgentTool } from '#src/domain/agent-config.ts';
import { builtInAgentId } from '#src/domain/built-in.ts';
import { systemClock } from '#src/lib/clock.ts';
import { createId } from '#src/lib/ids.ts';
import { createLog } from '#src/log.ts';
import { openStore } from '#src/store/open.ts';
import { DEFAULT_TENANT } from '#src/store/records.ts';
import type { Store } from '#src/store/store.ts';

const ASK = { enabled: true, permission_policy: { type: 'always_ask' as const } };
const TOOLSET: AgentTool = { type: 'agent_toolset_20260401', default_config: ASK, configs: [] };
const DOCS_TOOLS: AgentTool = {
  type: 'mcp_toolset',
  mcp_server_name: 'docs',
  default_config: ASK,
  configs: [],
};
const DOCS = { type: 'url' as const, name: 'docs', url: 'https://docs.example.com/mcp' };

let directory: string;
let store: Store;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'bullpen-agents-'));
  const log = createLog({ level: 'silent', format: 'json' });
  store = await openStore({ dataDir: directory, clock: systemClock, log });
});
afterAll(async () => {
  await store[Symbol.asyncDispose]();
  await rm(directory, { recursive: true, force: true });
});

/** An agent of two versions, which differ in their system prompt. */
async function makeAgent(): Promise<string> {
  const id = createId(systemClock.now());
  const definition = changeAgent(EMPTY_AGENT, {
    name: 'one',
    model: { id: 'm', effort: { type: 'high' }, speed: 'standard' },
    system: 'first',
    tools: [TOOLSET, DOCS_TOOLS],
    mcp_servers: [DOCS],
    metadata: { a: 'b' },
  });
  const agent = { id, version: 1, definition, createdAt: 0, updatedAt: 0, archivedAt: null };
  await store.createAgent(DEFAULT_TENANT, { agent });
  const change = { system: 'second' };
  await updateAgent({ store, clock: systemClock }, DEFAULT_TENANT, {
    id,
    change,
    remember: () => undefined,
  });
  return id;
}

const resolve = (selection: Parameters<typeof resolveAgent>[2]) =>
  resolveAgent(store, DEFAULT_TENANT, selection);

describe('the agent of a new session', () => {
  it('is the latest version, or the one that was asked for, without what is only for its owner', async () => {
    const id = await makeAgent();
    expect(await resolve({ id })).toEqual({
      agentId: id,
      version: 2,
      config: {
        name: 'one',
        description: null,
        model: { id: 'm', effort: { type: 'high' }, speed: 'standard' },
        system: 'second',
        tools: [TOOLSET, DOCS_TOOLS],
        mcp_servers: [DOCS],
      },
    });
    expect(await resolve({ id, version: 1 })).toMatchObject({ version: 1, config: { system: 'first' } });
  });

  it('differs where the session wants it to: what is absent is kept, null and an empty list clear', async () => {
    const id = await makeAgent();
    const { config: kept } = await resolve({ id, overrides: {} });
    expect(kept).toMatchObject({ system: 'second', tools: [TOOLSET, DOCS_TOOLS] });
    const { config } = await resolve({
      id,
      overrides: { system: null, tools: [TOOLSET], mcp_servers: [], model: { id: 'm', speed: 'standard' } },
    });
    // Another model than the agent's, with nothing of that one's effort.
    expect(config).toMatchObject({
      system: null,
      tools: [TOOLSET],
      mcp_servers: [],
      model: { id: 'm', speed: 'standard' },
    });
    expect(config.model).not.toHaveProperty('effort');
  });

  it('must fit together with what the session overrides, and needs a model', async () => {
    const id = await makeAgent();
    await expect(resolve({ id, overrides: { tools: [] } })).rejects.toMatchObject({
      constructor: InvalidAgent,
      path: 'mcp_servers.0.name',
    });
    await expect(resolve({ id, overrides: { mcp_servers: [] } })).rejects.toMatchObject({
      path: 'tools.1.mcp_server_name',
    });
    await expect(resolve({ id, overrides: { model: null } })).rejects.toThrow(AgentModelRequired);
  });

  it('is not unknown, archived, or the built-in one', async () => {
    const id = await makeAgent();
    await expect(resolve({ id: createId(0) })).rejects.toThrow(AgentNotFound);
    await expect(resolve({ id: createId(0), version: 1 })).rejects.toThrow(AgentNotFound);
    await expect(resolve({ id, version: 3 })).rejects.toThrow(AgentVersionNotFound);
    await expect(resolve({ id: builtInAgentId(DEFAULT_TENANT) })).rejects.toThrow(AgentBuiltIn);
    await store.archiveAgent(DEFAULT_TENANT, { id, now: 1 });
    await expect(resolve({ id, version: 1 })).rejects.toThrow(AgentArchived);
  });
});
