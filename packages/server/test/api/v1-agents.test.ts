import Anthropic from '@anthropic-ai/sdk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type TestApp } from '../support/app.ts';

let app: TestApp;
let client: Anthropic;
beforeAll(async () => {
  app = await startApp();
  client = new Anthropic({ baseURL: app.url, apiKey: 'none', maxRetries: 0 });
});
afterAll(async () => app[Symbol.asyncDispose]());

describe('/v1 agents: what is created is shown', () => {
  it('with every default filled in', async () => {
    const agent = await client.beta.agents.create({
      name: 'Reviewer',
      model: 'claude-opus-5-5',
      tools: [{ type: 'agent_toolset_20260401' }],
    });
    expect(agent).toEqual({
      id: expect.stringMatching(/^agent_01[1-9A-HJ-NP-Za-km-z]{22}$/),
      type: 'agent',
      version: 1,
      name: 'Reviewer',
      description: null,
      model: { id: 'claude-opus-5-5', speed: 'standard' },
      system: null,
      tools: [
        {
          type: 'agent_toolset_20260401',
          default_config: { enabled: true, permission_policy: { type: 'always_allow' } },
          configs: [],
        },
      ],
      mcp_servers: [],
      skills: [],
      multiagent: null,
      execution_identity: { type: 'service_account' },
      metadata: {},
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      updated_at: agent.created_at,
      archived_at: null,
    });
    expect(await client.beta.agents.retrieve(agent.id)).toEqual(agent);
  });
});
