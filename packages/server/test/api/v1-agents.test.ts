import type { Anthropic } from '@anthropic-ai/sdk';
import type { AgentCreateParams, AgentUpdateParams } from '@anthropic-ai/sdk/resources/beta/agents/agents';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { builtInAgentId } from '#src/domain/built-in.ts';
import { createId, formatPrefixedId, parseId } from '#src/lib/ids.ts';
import { DEFAULT_TENANT } from '#src/store/records.ts';
import { newSession } from '../suites/samples.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { refusalOf } from '../support/sdk/refusal.ts';
import { officialClient } from './sdk/recording-client.ts';
import { WHOLE_AGENT } from './sdk/resources/agents.ts';

let app: TestApp;
let agents: Anthropic['beta']['agents'];
beforeAll(async () => (app = await startApp()));
afterAll(async () => app[Symbol.asyncDispose]());
beforeEach(() => {
  agents = officialClient('1.12', { baseURL: app.url }).beta.agents;
});

const MODEL = 'claude-opus-5-5';
const UNKNOWN = formatPrefixedId('agent', createId(0));
const make = (more: Partial<AgentCreateParams> = {}) => agents.create({ name: 'one', model: MODEL, ...more });

const ALLOW = { enabled: true, permission_policy: { type: 'always_allow' } };
const ASK = { enabled: true, permission_policy: { type: 'always_ask' } };
const DOCS = { type: 'url', name: 'docs', url: 'https://docs.example.com/mcp' } as const;
const DOCS_TOOLS = { type: 'mcp_toolset', mcp_server_name: 'docs' } as const;
const CUSTOM = { type: 'custom', name: 'a', description: 'A.', input_schema: { type: 'object' } } as const;

describe('an agent that is created', () => {
  it('is shown with every default filled in', async () => {
    const agent = await make({ tools: [{ type: 'agent_toolset_20260401' }] });
    expect(agent).toEqual({
      id: expect.stringMatching(/^agent_01[1-9A-HJ-NP-Za-km-z]{22}$/),
      type: 'agent',
      version: 1,
      name: 'one',
      description: null,
      model: { id: MODEL, speed: 'standard' },
      system: null,
      tools: [{ type: 'agent_toolset_20260401', default_config: ALLOW, configs: [] }],
      mcp_servers: [],
      skills: [],
      multiagent: null,
      execution_identity: { type: 'service_account' },
      metadata: {},
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      updated_at: agent.created_at,
      archived_at: null,
    });
    expect(await agents.retrieve(agent.id)).toEqual(agent);
  });

  it('has in each tool what the tool does not say from the default of its set', async () => {
    const { tools } = await agents.create(WHOLE_AGENT);
    const off = { enabled: false, permission_policy: { type: 'always_ask' } };
    const web = { ...off, name: 'web_fetch', type: 'web_fetch' };
    expect(tools).toEqual([
      {
        type: 'agent_toolset_20260401',
        default_config: off,
        configs: [
          { name: 'bash', type: 'bash', enabled: true, permission_policy: { type: 'auto' } },
          { ...ASK, name: 'read', type: 'read' },
          { ...web, allowed_domains: ['docs.example.com'], max_content_tokens: null, url_sources: null },
          {
            ...off,
            name: 'web_search',
            type: 'web_search',
            blocked_domains: ['example.com/ads'],
            user_location: null,
          },
        ],
      },
      {
        ...DOCS_TOOLS,
        default_config: ALLOW,
        configs: [{ ...ALLOW, name: 'search', enabled: false }],
      },
      WHOLE_AGENT.tools[2],
    ]);
  });

  it('asks before it uses a tool of an MCP server, and has no tools at all, unless it is told otherwise', async () => {
    const { tools } = await make({ mcp_servers: [DOCS], tools: [DOCS_TOOLS] });
    expect(tools).toEqual([{ ...DOCS_TOOLS, default_config: ASK, configs: [] }]);
    expect((await make()).tools).toEqual([]);
  });

  it.each<[AgentCreateParams['model'], object]>([
    [MODEL, { id: MODEL }],
    [{ id: MODEL }, { id: MODEL }],
    [{ id: MODEL, effort: null, speed: null, inference_geo: null }, { id: MODEL }],
    [
      { id: MODEL, effort: 'low' },
      { id: MODEL, effort: { type: 'low' } },
    ],
    [
      { id: MODEL, effort: { type: 'max' }, speed: 'standard' },
      { id: MODEL, effort: { type: 'max' } },
    ],
  ])('has its model as an object: %j', async (model, shown) => {
    expect((await make({ model })).model).toEqual({ ...shown, speed: 'standard' });
  });

  it('may have a system prompt of 100,000 characters, and the schema of a custom tool as it was sent', async () => {
    const system = 'ü'.repeat(100_000);
    const input_schema = {
      type: 'object' as const,
      title: 'T',
      properties: { a: { anyOf: [{ type: 'string' }, { type: 'null' }] }, $ref: { type: 'string' } },
      additionalProperties: false,
      'x-ours': [1],
    };
    const agent = await make({ system, tools: [{ ...CUSTOM, input_schema }] });
    expect(agent.system === system).toBe(true);
    expect(agent.tools).toEqual([{ ...CUSTOM, input_schema }]);
  });
});

describe('a new version of an agent', () => {
  it('differs in what was sent: the rest stays, null and nothing clear, lists are replaced, metadata is merged', async () => {
    const whole = await agents.create(WHOLE_AGENT);
    const update = (change: AgentUpdateParams) => agents.update(whole.id, change);
    expect(await update({ name: 'two' })).toMatchObject({
      ...whole,
      version: 2,
      name: 'two',
      updated_at: /./,
    });
    expect(await update({ description: '', system: '' })).toMatchObject({ description: null, system: null });
    expect(await update({ system: 'S', description: 'D' })).toMatchObject({ system: 'S', description: 'D' });
    expect(await update({ description: null, system: null })).toMatchObject({
      description: null,
      system: null,
    });
    expect(await update({ tools: [CUSTOM], mcp_servers: [] })).toMatchObject({
      tools: [CUSTOM],
      mcp_servers: [],
    });
    expect(await update({ tools: null, mcp_servers: null, skills: null, multiagent: null })).toMatchObject({
      tools: [],
      mcp_servers: [],
    });
    const merged = await update({ metadata: { team: null, a: '1', b: '' } });
    expect(merged.metadata).toEqual({ a: '1', b: '' });
    const { version, metadata } = await update({ metadata: { a: '2' }, execution_identity: null });
    expect({ version, metadata }).toEqual({ version: 9, metadata: { a: '2', b: '' } });
    expect(await agents.retrieve(whole.id, { version: 1 })).toEqual(whole);
  });

  it('keeps the effort as long as the model is the same', async () => {
    const { id } = await make({ model: { id: MODEL, effort: 'high' } });
    const effort = { type: 'high' };
    expect((await agents.update(id, { model: MODEL })).model).toEqual({
      id: MODEL,
      effort,
      speed: 'standard',
    });
    expect((await agents.update(id, { model: { id: MODEL, effort: null } })).model.effort).toBe(undefined);
    await agents.update(id, { model: { id: MODEL, effort: 'low' } });
    expect((await agents.update(id, { model: 'claude-haiku-4-5' })).model.effort).toBe(undefined);
  });

  it('is not made by a change that changes nothing', async () => {
    const whole = await agents.create(WHOLE_AGENT);
    expect(await agents.update(whole.id, { ...WHOLE_AGENT, version: 1 })).toEqual(whole);
    expect(await agents.update(whole.id, {})).toEqual(whole);
    expect(await agents.update(whole.id, { metadata: { unknown: null } })).toEqual(whole);
    expect((await agents.versions.list(whole.id)).data).toEqual([whole]);
  });

  it('is refused when the version that the client knows is not the latest, and the SDK does not try again', async () => {
    const { id } = await make();
    await agents.update(id, { version: 1, name: 'two' });
    expect(await refusalOf(agents.update(id, { version: 1, name: 'three' }))).toEqual({
      status: 409,
      type: 'invalid_request_error',
      message: 'Concurrent modification detected. Please fetch the latest version and retry.',
      shouldRetry: 'false',
    });
    expect(await refusalOf(agents.update(id, { version: 3, name: 'three' }))).toMatchObject({ status: 409 });
    expect(await agents.retrieve(id)).toMatchObject({ version: 2, name: 'two' });
  });

  it('is made by one of two clients that know the same version, and by both if they name none', async () => {
    const { id } = await make();
    const same = ['a', 'b', 'c'].map((name) => agents.update(id, { version: 1, name }));
    const ended = await Promise.allSettled(same);
    expect(ended.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    await Promise.all(['a', 'b', 'c', 'd'].map((key) => agents.update(id, { metadata: { [key]: key } })));
    expect(await agents.retrieve(id)).toMatchObject({
      version: 6,
      metadata: { a: 'a', b: 'b', c: 'c', d: 'd' },
    });
  });
});

describe('an archived agent', () => {
  it('stays as it is, is found, and is listed only when it is asked for', async () => {
    const { id, created_at } = await make();
    const { archived_at: first, ...archived } = await agents.archive(id);
    expect(archived).toMatchObject({ id, version: 1 });
    expect(await agents.archive(id)).toEqual({ ...archived, archived_at: first });
    expect(await agents.retrieve(id, { version: 1 })).toEqual({ ...archived, archived_at: first });
    expect((await agents.versions.list(id)).data).toEqual([{ ...archived, archived_at: first }]);
    const listed = async (include_archived: boolean): Promise<string[]> =>
      (await agents.list({ include_archived, 'created_at[gte]': created_at })).data.map((agent) => agent.id);
    expect(await listed(false)).not.toContain(id);
    expect(await listed(true)).toContain(id);
    expect(await refusalOf(agents.update(id, { name: 'two' }))).toEqual({
      status: 400,
      type: 'invalid_request_error',
      message: 'Cannot modify archived agent',
    });
  });
});

describe('an agent that is not there', () => {
  it.each([UNKNOWN, 'agent_1', UNKNOWN.replace('agent', 'env'), 'nothing'])('is a 404: %s', async (id) => {
    const refusal = { status: 404, type: 'not_found_error', message: `Agent ${id} not found.` };
    expect(await refusalOf(agents.retrieve(id))).toEqual(refusal);
    expect(await refusalOf(agents.update(id, { name: 'a' }))).toEqual(refusal);
    expect(await refusalOf(agents.archive(id))).toEqual(refusal);
    expect(await refusalOf(agents.versions.list(id))).toEqual(refusal);
  });

  it('in this version is one too', async () => {
    const { id } = await make();
    expect(await refusalOf(agents.retrieve(id, { version: 999 }))).toEqual({
      status: 404,
      type: 'not_found_error',
      message: 'agent.version: 999 not found',
    });
    expect(await refusalOf(agents.retrieve(id, { version: 0 }))).toMatchObject({
      status: 400,
      message: 'version: Input should be greater than or equal to 1',
    });
  });
});

describe('DELETE of an agent, which is ours', () => {
  const remove = (id: string) => fetch(`${app.url}/v1/agents/${id}`, { method: 'DELETE' });

  it('is refused as long as a session uses it', async () => {
    const { id } = await make();
    const session = newSession({ agentId: parseId('agent', id) ?? null, agentVersion: 1 });
    await app.store.createSession(DEFAULT_TENANT, { session, wakeAt: null });
    const refused = await remove(id);
    expect([refused.status, refused.headers.get('x-should-retry')]).toEqual([409, 'false']);
    expect(await refused.json()).toMatchObject({ error: { type: 'conflict_error' } });
    expect(await agents.retrieve(id)).toMatchObject({ id });
  });

  it('takes all its versions with it', async () => {
    const { id } = await make();
    await agents.update(id, { name: 'two' });
    expect(await (await remove(id)).json()).toEqual({ id, type: 'agent_deleted' });
    expect(await refusalOf(agents.retrieve(id))).toMatchObject({ status: 404 });
    expect(await refusalOf(agents.retrieve(id, { version: 1 }))).toMatchObject({ status: 404 });
    expect((await remove(id)).status).toBe(404);
  });
});

describe('the built-in agent of the simple API', () => {
  const id = formatPrefixedId('agent', builtInAgentId(DEFAULT_TENANT));

  it('can be looked at', async () => {
    const agent = await agents.retrieve(id);
    expect(agent).toMatchObject({ id, name: 'execute', version: 1 });
    expect((await agents.versions.list(id)).data).toEqual([agent]);
  });

  it('cannot be changed, archived or deleted', async () => {
    for (const call of [() => agents.update(id, { name: 'a' }), () => agents.archive(id)]) {
      expect(await refusalOf(call())).toMatchObject({
        status: 400,
        message: expect.stringContaining('built in'),
      });
    }
    expect((await fetch(`${app.url}/v1/agents/${id}`, { method: 'DELETE' })).status).toBe(400);
  });
});
