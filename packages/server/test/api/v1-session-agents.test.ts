import type { Anthropic } from '@anthropic-ai/sdk';
import type { SessionCreateParams } from '@anthropic-ai/sdk/resources/beta/sessions/sessions';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { builtInAgentId } from '#src/domain/built-in.ts';
import { formatPrefixedId } from '#src/lib/ids.ts';
import { DEFAULT_TENANT } from '#src/store/records.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { refusalOf } from '../support/sdk/refusal.ts';
import { recordingClient, type RecordingClient } from './sdk/recording-client.ts';
import { WHOLE_AGENT } from './sdk/resources/agents.ts';

let app: TestApp;
let recording: RecordingClient;
let beta: Anthropic['beta'];
let agentId: string;
let environment_id: string;
beforeAll(async () => {
  app = await startApp();
  recording = recordingClient('1.12', { baseURL: app.url });
  ({ beta } = recording.client);
  agentId = (await beta.agents.create(WHOLE_AGENT)).id;
  environment_id = (await beta.environments.create({ name: 'one' })).id;
});
afterAll(async () => {
  await app[Symbol.asyncDispose]();
  expect(recording.faults).toEqual([]);
});

const create = (agent: SessionCreateParams['agent']) => beta.sessions.create({ agent, environment_id });
/** A session's agent that differs so. */
const override = (overrides: object) => create({ type: 'agent_with_overrides', id: agentId, ...overrides });

const SET = { type: 'agent_toolset_20260401' } as const;

describe('the agent of a session', () => {
  it('is the agent as it is, without what is its owner’s alone', async () => {
    const {
      metadata: _,
      created_at: __,
      updated_at: ___,
      archived_at: ____,
      ...whole
    } = await beta.agents.retrieve(agentId);
    expect((await create(agentId)).agent).toEqual(whole);
    expect((await override({})).agent).toEqual(whole);
    expect((await override({ version: 1, skills: [] })).agent).toEqual(whole);
  });

  it('differs in what the session overrides: null and nothing clear, lists are replaced', async () => {
    const { agent: whole } = await create(agentId);
    expect((await override({ system: null })).agent).toEqual({ ...whole, system: null });
    expect((await override({ system: 'Other.' })).agent).toEqual({ ...whole, system: 'Other.' });
    expect((await override({ tools: [], mcp_servers: [] })).agent).toEqual({
      ...whole,
      tools: [],
      mcp_servers: [],
    });
    // Of the agent's own model nothing is kept, not even its effort.
    const { agent } = await override({ model: WHOLE_AGENT.model.id });
    expect(agent).toEqual({ ...whole, model: { id: WHOLE_AGENT.model.id, speed: 'standard' } });
    const effort = { type: 'low' };
    expect((await override({ model: { id: 'm', effort: 'low' } })).agent.model).toMatchObject({ effort });
    expect(await beta.agents.retrieve(agentId)).toMatchObject({ version: 1, system: WHOLE_AGENT.system });
  });

  it.each<[overrides: object, message: string, code?: string]>([
    [
      { model: null },
      'agent.model: An agent needs a model: leave it out to keep the one of the agent',
      'agent_model_required',
    ],
    [{ model: { id: 'm', speed: 'fast' } }, "agent.model.speed: 'fast' is not supported by this server yet"],
    [{ tools: [SET] }, "agent.mcp_servers.0.name: No mcp_toolset in tools refers to the server 'docs'"],
    [{ mcp_servers: [] }, "agent.tools.1.mcp_server_name: 'docs' is not the name of a server in mcp_servers"],
    [{ tools: [SET, SET] }, "agent.tools.1: Duplicate entry: 'agent_toolset_20260401' is there already"],
    [{ tools: null }, 'agent.tools: Input should be a valid list'],
    [
      { mcp_servers: [{ type: 'stdio', name: 'docs', command: 'docs' }] },
      "agent.mcp_servers.0.type: 'stdio' is not allowed on this server: the setting stdio-mcp (BULLPEN_STDIO_MCP) allows it",
    ],
    [
      { skills: [{ type: 'anthropic', skill_id: 'xlsx' }] },
      'agent.skills: Skills are not supported by this server yet; leave them out or send an empty list',
    ],
    [{ name: 'two' }, 'agent.name: Extra inputs are not permitted'],
    [{ version: 0 }, 'agent.version: Input should be greater than or equal to 1'],
  ])('cannot differ so: %j', async (overrides, message, code) => {
    expect(await refusalOf(override(overrides))).toEqual({
      status: 400,
      type: 'invalid_request_error',
      message,
      ...(code && { code }),
    });
  });

  it('is not one that is archived, unknown in this version, or built in', async () => {
    const { id } = await beta.agents.create({ name: 'old', model: 'm' });
    const session = await create(id);
    await beta.agents.archive(id);
    expect(await refusalOf(create(id))).toMatchObject({ status: 400, message: `Agent ${id} is archived.` });
    // Sessions that there are keep it.
    expect((await beta.sessions.retrieve(session.id)).agent).toEqual(session.agent);
    expect(await refusalOf(create({ type: 'agent', id: agentId, version: 9 }))).toMatchObject({
      status: 404,
      message: 'agent.version: 9 not found',
    });
    const builtIn = formatPrefixedId('agent', builtInAgentId(DEFAULT_TENANT));
    expect(await refusalOf(create(builtIn))).toMatchObject({
      status: 400,
      message: expect.stringContaining('built in'),
    });
  });
});
