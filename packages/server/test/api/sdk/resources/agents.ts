import type { Anthropic } from '@anthropic-ai/sdk';
import type { AgentCreateParams } from '@anthropic-ai/sdk/resources/beta/agents/agents';
import { expect } from 'vitest';

/** One of everything that an agent can have. */
export const WHOLE_AGENT = {
  name: 'Reviewer',
  model: { id: 'claude-opus-5-5', effort: { type: 'high' }, speed: 'standard' },
  description: 'Reads what others wrote.',
  system: 'You read.',
  tools: [
    {
      type: 'agent_toolset_20260401',
      default_config: { enabled: false, permission_policy: { type: 'always_ask' } },
      configs: [
        { name: 'bash', type: 'bash', enabled: true, permission_policy: { type: 'auto' } },
        { name: 'read', enabled: true },
        { name: 'web_fetch', allowed_domains: ['docs.example.com'] },
        { name: 'web_search', blocked_domains: ['example.com/ads'] },
      ],
    },
    {
      type: 'mcp_toolset',
      mcp_server_name: 'docs',
      default_config: { permission_policy: { type: 'always_allow' } },
      configs: [{ name: 'search', enabled: false }],
    },
    {
      type: 'custom',
      name: 'get_weather',
      description: 'The weather of a place.',
      input_schema: {
        type: 'object',
        properties: { place: { type: 'string' } },
        required: ['place'],
        additionalProperties: false,
      },
    },
  ],
  mcp_servers: [{ type: 'url', name: 'docs', url: 'https://docs.example.com/mcp' }],
  metadata: { team: 'docs' },
  skills: [],
  multiagent: null,
  execution_identity: { type: 'service_account' },
} satisfies AgentCreateParams;

/** Calls each method of `client.beta.agents` with each of its parameters. */
export async function callAgents({ beta: { agents } }: Anthropic): Promise<void> {
  const made = await agents.create(WHOLE_AGENT);
  expect(made).toMatchObject({ version: 1, name: 'Reviewer', metadata: { team: 'docs' } });
  const other = await agents.create({ name: 'Other', model: 'claude-haiku-4-5' });

  const { name, description, tools, mcp_servers, skills, multiagent, execution_identity } = WHOLE_AGENT;
  const changed = await agents.update(made.id, {
    version: 1,
    name: `${name} 2`,
    description: `${description} Twice.`,
    model: 'claude-sonnet-5-5',
    system: null,
    metadata: { team: null, place: 'here' },
    tools,
    mcp_servers,
    skills,
    multiagent,
    execution_identity,
  });
  expect(changed).toEqual({
    ...made,
    version: 2,
    name: 'Reviewer 2',
    description: 'Reads what others wrote. Twice.',
    model: { id: 'claude-sonnet-5-5', speed: 'standard' },
    system: null,
    metadata: { place: 'here' },
    updated_at: changed.updated_at,
  });
  expect(await agents.retrieve(made.id)).toEqual(changed);
  expect(await agents.retrieve(made.id, { version: 1 })).toEqual(made);

  const versions = await agents.versions.list(made.id, { limit: 1 });
  expect(versions.data).toEqual([changed]);
  const older = await agents.versions.list(made.id, { limit: 1, page: versions.next_page ?? '' });
  expect(older).toMatchObject({ data: [made], next_page: null });

  const archived = await agents.archive(other.id);
  expect(archived.archived_at).not.toBe(null);
  const span = { 'created_at[gte]': made.created_at, 'created_at[lte]': other.created_at };
  expect((await agents.list(span)).data).toEqual([changed]);
  const first = await agents.list({ ...span, include_archived: true, limit: 1 });
  expect(first.data).toEqual([archived]);
  const second = await agents.list({
    ...span,
    include_archived: true,
    limit: 1,
    page: first.next_page ?? '',
  });
  expect(second).toMatchObject({ data: [changed], next_page: null });
}
