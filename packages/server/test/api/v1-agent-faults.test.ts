import type { AgentCreateParams } from '@anthropic-ai/sdk/resources/beta/agents/agents';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type TestApp } from '../support/app.ts';
import { refusalOf } from '../support/sdk/refusal.ts';
import { officialClient, recordingClient, type RecordingClient } from './sdk/recording-client.ts';

let app: TestApp;
let recording: RecordingClient;
beforeAll(async () => {
  app = await startApp();
  recording = recordingClient('1.12', { baseURL: app.url });
});
afterAll(async () => {
  await app[Symbol.asyncDispose]();
  expect(recording.faults).toEqual([]);
});

const DOCS = { type: 'url', name: 'docs', url: 'https://docs.example.com/mcp' };
const DOCS_TOOLS = { type: 'mcp_toolset', mcp_server_name: 'docs' };
const SET = { type: 'agent_toolset_20260401' };
const CUSTOM = { type: 'custom', name: 'a', description: 'A.', input_schema: { type: 'object' } };
const tools = (...list: object[]) => ({ tools: list });
const schema = (input_schema: object) => tools({ ...CUSTOM, input_schema });
const servers = (...list: object[]) => ({ mcp_servers: list, ...tools(DOCS_TOOLS) });
const list = (length: number, make: (index: number) => object) =>
  Array.from({ length }, (_, index) => make(index));
const NOT_YET = 'not supported by this server yet; leave it out or send null';
const ENUM = "'agent_toolset_20260401' or 'mcp_toolset' or 'custom'";
const POLICIES = "'always_allow' or 'always_ask' or 'auto'";
const NAMED =
  'Input should consist of letters, digits, hyphens and single underscores, and not end in an underscore';

describe('what is wrong with an agent is told by its field', () => {
  it.each<[more: object, message: string]>([
    [{ name: undefined }, 'name: Field required'],
    [{ name: null }, 'name: Input should be a valid string'],
    [{ name: '' }, 'name: String should have at least 1 character'],
    [{ name: 'x'.repeat(257) }, 'name: String should have at most 256 characters'],
    [{ name: 'a\0b' }, 'name: Strings must not contain the character NUL'],
    [{ model: undefined }, 'model: Field required'],
    [{ model: null }, 'model: Input should be a valid string'],
    [{ model: 3 }, 'model: Input should be a valid string'],
    [{ model: '' }, 'model: String should have at least 1 character'],
    [{ model: 'claude opus' }, 'model: Input should be the name of a model'],
    [{ model: '--help' }, 'model: Input should be the name of a model'],
    [{ model: {} }, 'model.id: Field required'],
    [
      { model: { id: 'm', effort: 'huge' } },
      "model.effort: Input should be 'low' or 'medium' or 'high' or 'xhigh' or 'max'",
    ],
    [
      { model: { id: 'm', effort: { type: 'huge' } } },
      "model.effort.type: Input should be 'low' or 'medium' or 'high' or 'xhigh' or 'max'",
    ],
    [{ model: { id: 'm', speed: 'fast' } }, "model.speed: 'fast' is not supported by this server yet"],
    [
      { model: { id: 'm', inference_geo: 'eu' } },
      `model.inference_geo: A region for inference is ${NOT_YET}`,
    ],
    [{ model: { id: 'm', color: 'red' } }, 'model.color: Extra inputs are not permitted'],
    [{ description: 'x'.repeat(2049) }, 'description: String should have at most 2048 characters'],
    [{ system: 'x'.repeat(100_001) }, 'system: String should have at most 100000 characters'],
    [{ system: 3 }, 'system: Input should be a valid string'],
    [{ metadata: { a: 1 } }, 'metadata.a: Input should be a valid string'],
    [{ metadata: { a: null } }, 'metadata.a: Input should be a valid string'],
    [
      { metadata: Object.fromEntries(list(17, () => ({})).map((_, index) => [`k${index}`, ''])) },
      'metadata: at most 16 keys are allowed, and there are 17',
    ],
    [
      { metadata: { ['k'.repeat(65)]: '', b: 'v'.repeat(513) } },
      `metadata: the key ${'k'.repeat(65)} has more than 64 characters; the value of b has more than 512 characters`,
    ],
    [{ color: 'red' }, 'color: Extra inputs are not permitted'],
    [{ version: 1 }, 'version: Extra inputs are not permitted'],
    [
      { skills: [{ type: 'anthropic', skill_id: 'xlsx' }] },
      'skills: Skills are not supported by this server yet; leave them out or send an empty list',
    ],
    [
      { multiagent: { type: 'coordinator', agents: [] } },
      `multiagent: Multiagent configuration is ${NOT_YET}`,
    ],
    [
      { execution_identity: { type: 'aws_role', role_arn: 'arn' } },
      "execution_identity.type: 'aws_role' is not supported by this server yet; leave it out or send 'service_account'",
    ],
    [
      { execution_identity: { type: 'root' } },
      "execution_identity.type: Input should be 'service_account' or 'aws_role'",
    ],
  ])('%j', refuses);
});

describe('what is wrong with its tools', () => {
  it.each<[more: object, message: string]>([
    [{ tools: {} }, 'tools: Input should be a valid list'],
    [tools({}), 'tools.0.type: Field required'],
    [tools({ type: 'bash_20250124' }), `tools.0.type: Input should be ${ENUM}`],
    [
      tools(...list(129, (index) => ({ ...CUSTOM, name: `a${index}` }))),
      'tools: List should have at most 128 items',
    ],
    [tools(SET, SET), "tools.1: Duplicate entry: 'agent_toolset_20260401' is there already"],
    [
      tools({ ...SET, configs: [{ name: 'rm' }] }),
      "tools.0.configs.0.name: Input should be 'bash' or 'read' or 'write' or 'edit' or 'glob' or 'grep' or 'web_fetch' or 'web_search'",
    ],
    [tools({ ...SET, configs: [{ enabled: true }] }), 'tools.0.configs.0.name: Field required'],
    [
      tools({ ...SET, configs: [{ name: 'bash', type: 'read' }] }),
      "tools.0.configs.0.type: Input should be 'bash'",
    ],
    [
      tools({ ...SET, configs: [{ name: 'bash' }, { name: 'bash' }] }),
      "tools.0.configs.1.name: Duplicate tool: 'bash' is there already",
    ],
    [
      tools({ ...SET, configs: [{ name: 'bash', enabled: 'yes' }] }),
      'tools.0.configs.0.enabled: Input should be a valid boolean',
    ],
    [
      tools({ ...SET, default_config: { permission_policy: { type: 'always_deny' } } }),
      `tools.0.default_config.permission_policy.type: Input should be ${POLICIES}`,
    ],
    [
      tools({ ...SET, configs: [{ name: 'bash', allowed_domains: ['a.com'] }] }),
      'tools.0.configs.0.allowed_domains: Extra inputs are not permitted',
    ],
    [
      tools({
        ...SET,
        configs: [{ name: 'web_fetch', allowed_domains: ['a.com'], blocked_domains: ['b.com'] }],
      }),
      'tools.0.configs.0.blocked_domains: Cannot be combined with allowed_domains',
    ],
    [
      tools({ ...SET, configs: [{ name: 'web_fetch', allowed_domains: [] }] }),
      'tools.0.configs.0.allowed_domains: List should have at least 1 item',
    ],
    [
      tools({ ...SET, configs: [{ name: 'web_fetch', allowed_domains: ['https://a.com'] }] }),
      'tools.0.configs.0.allowed_domains.0: Input should be a plain host name, such as docs.example.com',
    ],
    [
      tools({ ...SET, configs: [{ name: 'web_fetch', max_content_tokens: 9 }] }),
      `tools.0.configs.0.max_content_tokens: A limit of fetched content is ${NOT_YET}`,
    ],
    [
      tools({ ...SET, configs: [{ name: 'web_fetch', url_sources: { user_input: 'all' } }] }),
      `tools.0.configs.0.url_sources: A limit on the sources of URLs is ${NOT_YET}`,
    ],
    [
      tools({ ...SET, configs: [{ name: 'web_search', user_location: { type: 'approximate' } }] }),
      `tools.0.configs.0.user_location: A location for searches is ${NOT_YET}`,
    ],
    [
      tools({ ...CUSTOM, name: 'a b' }),
      'tools.0.name: Input should consist of letters, digits, underscores and hyphens',
    ],
    [tools({ ...CUSTOM, name: 'bash' }), 'tools.0.name: This is the name of a built-in tool'],
    [
      tools({ ...CUSTOM, name: 'mcp__a__b' }),
      'tools.0.name: Names that begin with mcp__ are taken by MCP servers',
    ],
    [tools({ ...CUSTOM, name: 'a'.repeat(116) }), 'tools.0.name: String should have at most 115 characters'],
    [tools(CUSTOM, CUSTOM), "tools.1: Duplicate entry: 'custom tool a' is there already"],
    [tools({ ...CUSTOM, description: '' }), 'tools.0.description: String should have at least 1 character'],
    [
      tools({ ...CUSTOM, description: 'x'.repeat(4097) }),
      'tools.0.description: String should have at most 4096 characters',
    ],
    [tools({ ...CUSTOM, input_schema: undefined }), 'tools.0.input_schema: Field required'],
    [schema({}), 'tools.0.input_schema.type: Field required'],
    [schema({ type: 'string' }), "tools.0.input_schema.type: Input should be 'object'"],
    [
      schema({ type: 'object', properties: [] }),
      'tools.0.input_schema.properties: Input should be a valid dictionary',
    ],
    [
      schema({ type: 'object', required: 'a' }),
      'tools.0.input_schema.required: Input should be a valid list',
    ],
    [schema({ type: 'object', oneOf: [] }), 'tools.0.input_schema.oneOf: Not allowed at the top level'],
    [
      schema({ type: 'object', properties: { a: { items: [{ $ref: '#/$defs/a' }] } } }),
      'tools.0.input_schema.properties.a.items.0.$ref: References are not allowed: write out what it refers to',
    ],
  ])('%j', refuses);
});

describe('what is wrong with its MCP servers', () => {
  it.each<[more: object, message: string]>([
    [{ mcp_servers: [DOCS] }, "mcp_servers.0.name: No mcp_toolset in tools refers to the server 'docs'"],
    [tools(DOCS_TOOLS), "tools.0.mcp_server_name: 'docs' is not the name of a server in mcp_servers"],
    [servers(DOCS, DOCS), "mcp_servers.1.name: Duplicate server: 'docs' is there already"],
    [
      { mcp_servers: [DOCS], ...tools(DOCS_TOOLS, DOCS_TOOLS) },
      "tools.1: Duplicate entry: 'mcp_toolset of docs' is there already",
    ],
    [
      servers(...list(21, (index) => ({ ...DOCS, name: `d${index}` }))),
      'mcp_servers: List should have at most 20 items',
    ],
    [servers({ ...DOCS, type: 'sse' }), "mcp_servers.0.type: Input should be 'url' or 'stdio'"],
    [
      servers({ ...DOCS, url: 'ftp://a' }),
      'mcp_servers.0.url: Input should be a URL that begins with http:// or https://',
    ],
    [
      servers({ ...DOCS, url: ' https://a' }),
      'mcp_servers.0.url: Input should be a URL that begins with http:// or https://',
    ],
    [
      servers({ ...DOCS, url: 'https://a/?key=${KEY}' }),
      'mcp_servers.0.url: Input should not contain ${…}: variables are not filled in',
    ],
    [
      servers({ ...DOCS, authorization_token: 'a' }),
      'mcp_servers.0.authorization_token: Extra inputs are not permitted',
    ],
    [
      servers({ ...DOCS, name: 'my docs' }),
      `mcp_servers.0.name: ${NAMED}: agents know the tools of a server as mcp__<server>__<tool>`,
    ],
    [
      servers({ ...DOCS, name: 'a__b' }),
      `mcp_servers.0.name: ${NAMED}: agents know the tools of a server as mcp__<server>__<tool>`,
    ],
    [
      servers({ ...DOCS, name: 'custom' }),
      "mcp_servers.0.name: 'custom' is taken: give the server another name",
    ],
    [servers({ ...DOCS, name: 'ide' }), "mcp_servers.0.name: 'ide' is taken: give the server another name"],
    [
      servers({ ...DOCS, name: 'a'.repeat(65) }),
      'mcp_servers.0.name: String should have at most 64 characters',
    ],
    [
      { mcp_servers: [DOCS], ...tools({ ...DOCS_TOOLS, configs: [{ name: 'a.b' }, { name: 'a_b' }] }) },
      "tools.0.configs.1.name: Duplicate tool: 'a_b' is there already",
    ],
    [
      servers({ type: 'stdio', name: 'docs', command: 'docs' }),
      "mcp_servers.0.type: 'stdio' is not allowed on this server: the setting stdio-mcp (BULLPEN_STDIO_MCP) allows it",
    ],
  ])('%j', refuses);
});

async function refuses(more: object, message: string): Promise<void> {
  const { beta } = recording.client;
  const params = { name: 'one', model: 'claude-opus-5-5', ...more } as AgentCreateParams;
  const refusal = { status: 400, type: 'invalid_request_error', message };
  expect(await refusalOf(beta.agents.create(params))).toEqual(refusal);
}

describe('fields that this release does not know', () => {
  const params = {
    name: 'one',
    model: { id: 'm', mood: 'good' },
    tools: [{ ...SET, configs: [{ name: 'bash', mood: 'good' }] }],
    mood: 'good',
  } as unknown as AgentCreateParams;

  it('are ignored at every depth where the operator wants it so, and what is wrong is still refused', async () => {
    await using lenient = await startApp({ config: { acceptUnknownFields: true } });
    const { beta } = officialClient('1.12', { baseURL: lenient.url });
    const agent = await beta.agents.create(params);
    expect(agent).toMatchObject({ model: { id: 'm' }, tools: [{ configs: [{ name: 'bash' }] }] });
    expect(JSON.stringify(agent)).not.toContain('mood');
    expect(await refusalOf(beta.agents.create({ ...params, name: '' }))).toMatchObject({ status: 400 });
    expect(await refusalOf(beta.agents.create({ ...params, system: 3 as never }))).toMatchObject({
      message: 'system: Input should be a valid string',
    });
  });
});

describe('a program on the server’s machine as an MCP server', () => {
  const stdio = { type: 'stdio', name: 'docs', command: 'docs', args: ['-v'], env: { TOKEN: 'secret' } };
  const agentWith = (...mcp_servers: object[]) =>
    ({ name: 'one', model: 'm', mcp_servers, ...tools(DOCS_TOOLS) }) as unknown as AgentCreateParams;

  it('is taken if the operator allows it; its variables are never shown, and null keeps one', async () => {
    await using allowing = await startApp({ config: { stdioMcp: true } });
    const { beta } = officialClient('1.12', {
      baseURL: allowing.url,
      extensions: { properties: {}, variants: ['stdio'] },
    });
    const made = await beta.agents.create(agentWith(stdio));
    expect(made.mcp_servers).toEqual([{ ...stdio, env: { TOKEN: null } }]);
    // What was shown can be sent back, and changes nothing.
    const { mcp_servers } = made;
    expect(await beta.agents.update(made.id, { mcp_servers })).toEqual(made);
    const change = agentWith({ ...stdio, env: { TOKEN: null, OTHER: 'b' } });
    expect(await beta.agents.update(made.id, change)).toMatchObject({
      version: 2,
      mcp_servers: [{ env: { TOKEN: null, OTHER: null } }],
    });
    const id = (await allowing.store.listAgents('default', { limit: 1, includeArchived: false }))[0];
    expect(id?.definition.mcp_servers).toEqual([{ ...stdio, env: { TOKEN: 'secret', OTHER: 'b' } }]);

    for (const [more, message] of [
      [{ env: { NEW: null } }, 'mcp_servers.0.env.NEW: There is no value that null could keep'],
      [{ env: { 'A=B': 'c' } }, 'mcp_servers.0.env.A=B: Input should be the name of a variable'],
      [
        { args: ['${HOME}'] },
        'mcp_servers.0.args.0: Input should not contain ${…}: variables are not filled in',
      ],
      [{ command: '' }, 'mcp_servers.0.command: String should have at least 1 character'],
    ] as const) {
      expect(await refusalOf(beta.agents.create(agentWith({ ...stdio, ...more })))).toMatchObject({
        message,
      });
    }
  });
});
