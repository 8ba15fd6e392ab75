import type { Anthropic } from '@anthropic-ai/sdk';
import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DEFAULT_TENANT } from '#src/store/records.ts';
import { call } from '../support/api-client.ts';
import { createResult } from '../support/scripted-worker.ts';
import { officialClient } from './sdk/recording-client.ts';
import { BUDGET, HELLO, startSessionLab, uuidOf } from './sdk/session-lab.ts';

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

describe('/v1 sessions: what is created', () => {
  it('is shown whole, at rest, and has no events of its own', async () => {
    await using lab = await startSessionLab();
    const { client, made } = lab;
    const session = await client.beta.sessions.create({
      ...made,
      title: 'A title',
      metadata: { customer: '42' },
      budget: BUDGET,
      vault_ids: [],
      initial_events: [],
    });
    expect(session).toEqual({
      id: expect.stringMatching(/^sesn_01[1-9A-HJ-NP-Za-km-z]{22}$/),
      type: 'session',
      agent: {
        id: made.agent,
        type: 'agent',
        version: 1,
        name: 'Writer',
        description: null,
        model: { id: 'claude-opus-5-5', speed: 'standard' },
        system: 'Write.',
        tools: [],
        mcp_servers: [],
        skills: [],
        multiagent: null,
        execution_identity: { type: 'service_account' },
      },
      environment_id: made.environment_id,
      title: 'A title',
      metadata: { customer: '42' },
      resources: [],
      vault_ids: [],
      deployment_id: null,
      status: 'idle',
      stats: { active_seconds: 0, duration_seconds: expect.any(Number) },
      usage: {
        input_tokens: 0,
        output_tokens: 0,
        cache_read_input_tokens: 0,
        cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 0 },
        server_tool_use: { web_search_requests: 0, web_fetch_requests: 0 },
        list_cost: { amount: '0', currency: 'USD' },
        active_seconds: 0,
      },
      budget: BUDGET,
      outcome_evaluations: [],
      created_at: expect.stringMatching(TIME),
      updated_at: expect.stringMatching(TIME),
      archived_at: null,
    });
    expect(await client.beta.sessions.retrieve(session.id)).toEqual({
      ...session,
      stats: { ...session.stats, duration_seconds: expect.any(Number) },
    });
    expect(await lab.app.store.readEvents(DEFAULT_TENANT, uuidOf(session.id), 0, 9)).toEqual([]);
  });

  it('needs an agent and an environment, and nothing else', async () => {
    await using lab = await startSessionLab();
    const { client, made } = lab;
    expect(await client.beta.sessions.create(made)).toMatchObject({
      title: null,
      metadata: {},
      budget: null,
    });
    await expect(client.beta.sessions.create({ ...made, agent: 'agent_none' })).rejects.toMatchObject({
      status: 404,
      error: { error: { message: 'Agent agent_none not found.' } },
    });
    await expect(client.beta.sessions.create({ ...made, environment_id: 'env_none' })).rejects.toMatchObject({
      status: 404,
      error: { error: { message: 'Environment env_none not found.' } },
    });
    await client.beta.environments.archive(made.environment_id);
    await expect(client.beta.sessions.create(made)).rejects.toMatchObject({
      status: 400,
      error: { error: { message: `Environment ${made.environment_id} is archived.` } },
    });
  });

  it('keeps its agent as it was then: the latest version, a named one, or one with overrides', async () => {
    await using lab = await startSessionLab();
    const { client, made } = lab;
    const first = await client.beta.sessions.create(made);
    await client.beta.agents.update(made.agent, { system: 'Write more.' });
    const agentOf = async (agent: Parameters<typeof client.beta.sessions.create>[0]['agent']) =>
      (await client.beta.sessions.create({ ...made, agent })).agent;
    expect(await agentOf(made.agent)).toMatchObject({ version: 2, system: 'Write more.' });
    expect(await agentOf({ type: 'agent', id: made.agent })).toMatchObject({ version: 2 });
    expect(await agentOf({ type: 'agent', id: made.agent, version: 1 })).toMatchObject({ system: 'Write.' });
    const overrides = { type: 'agent_with_overrides' as const, id: made.agent, system: null, model: 'haiku' };
    expect(await agentOf(overrides)).toMatchObject({ version: 2, system: null, model: { id: 'haiku' } });
    expect((await client.beta.sessions.retrieve(first.id)).agent).toMatchObject({ system: 'Write.' });
    await expect(agentOf({ type: 'agent', id: made.agent, version: 999 })).rejects.toMatchObject({
      status: 404,
      error: { error: { message: 'agent.version: 999 not found' } },
    });
  });

  it('is running when it begins with events: one run, whose messages and outcome wait in order', async () => {
    await using lab = await startSessionLab();
    const { client, made, app } = lab;
    const session = await client.beta.sessions.create({
      ...made,
      initial_events: [
        { type: 'user.message', content: [{ type: 'text', text: 'One' }] },
        {
          type: 'user.define_outcome',
          description: 'A poem',
          rubric: { type: 'text', content: 'It rhymes.' },
          max_iterations: 5,
        },
        {
          type: 'user.message',
          content: [
            { type: 'text', text: 'Two' },
            { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'aGk=' } },
            {
              type: 'document',
              source: { type: 'text', media_type: 'text/plain', data: 'Three' },
              title: 'Doc',
            },
          ],
        },
      ],
    });
    expect(session).toMatchObject({
      status: 'running',
      outcome_evaluations: [
        {
          type: 'outcome_evaluation',
          outcome_id: expect.stringMatching(/^outc_01/),
          description: 'A poem',
          iteration: 0,
          result: 'pending',
          explanation: null,
          completed_at: null,
        },
      ],
    });
    const id = uuidOf(session.id);
    const view = await app.store.readSession(DEFAULT_TENANT, id);
    expect(view?.run).toMatchObject({ state: 'queued', prompt: 'One', ordinal: 0 });
    const inputs = await app.store.readInputs(DEFAULT_TENANT, id);
    expect(inputs.map(({ payload }) => payload.isPrompt)).toEqual([true, undefined, undefined]);
    expect(new Set(inputs.map(({ payload }) => payload.runId))).toEqual(new Set([view?.run?.id]));
    expect(inputs[0]?.payload.content).toEqual([{ type: 'text', text: 'One' }]);
    expect(inputs[1]?.payload).toMatchObject({
      content: 'A poem',
      outcome: { maxIterations: 5, rubric: { content: 'It rhymes.' } },
    });
    expect(inputs[2]?.payload.content).toHaveLength(3);
    expect((await call(app.url, 'GET', `/status/${id}`)).body).toMatchObject({ status: 'pending' });
  });

  it('takes a plain text for the content of a message', async () => {
    await using lab = await startSessionLab();
    const body = { ...lab.made, initial_events: [{ type: 'user.message', content: 'Hello' }] };
    const { body: session } = await call<{ id: string }>(lab.app.url, 'POST', '/v1/sessions', body);
    const [input] = await lab.app.store.readInputs(DEFAULT_TENANT, uuidOf(session.id));
    expect(input?.payload.content).toEqual([{ type: 'text', text: 'Hello' }]);
  });

  it('works in a directory of the server that it is given, inside an allowed root', async () => {
    await using lab = await startSessionLab();
    const { made, app } = lab;
    const client = officialClient('1.12', {
      baseURL: app.url,
      extensions: { properties: {}, variants: ['local_directory'] },
    });
    await mkdir(join(app.root, 'project'));
    await symlink(join(app.root, 'project'), join(app.root, 'link'));
    const path = join(app.root, 'project');
    const create = (resources: object[]) =>
      client.post<Anthropic.Beta.BetaManagedAgentsSession>('/v1/sessions', { body: { ...made, resources } });
    const session = await create([{ type: 'local_directory', path: join(app.root, 'link') }]);
    const resource = {
      id: expect.stringMatching(/^sesrsc_01/),
      type: 'local_directory',
      path,
      created_at: expect.stringMatching(TIME),
      updated_at: expect.stringMatching(TIME),
    };
    expect(session.resources).toEqual([resource]);
    const { resources } = await client.beta.sessions.retrieve(session.id);
    expect(resources).toEqual(session.resources);
    expect((await client.beta.sessions.resources.list(session.id)).data).toEqual(session.resources);
    const view = await app.store.readSession(DEFAULT_TENANT, uuidOf(session.id));
    expect(view?.session.workspace).toEqual({ kind: 'directory', ref: path });
    // It cannot be taken away again.
    const [given] = resources;
    const id = given && 'id' in given ? given.id : '';
    await expect(client.beta.sessions.resources.delete(id, { session_id: session.id })).rejects.toMatchObject(
      {
        error: { error: { message: `Session resource ${id} is the directory in which the session works.` } },
      },
    );
    const wrong: [resources: object[], message: string][] = [
      [[{ type: 'local_directory', path: 'project' }], 'resources.0.path: Input should be an absolute path'],
      [[{ type: 'local_directory', path: '/etc' }], 'resources.0.path: /etc is not inside an allowed root'],
      [
        [
          { type: 'local_directory', path },
          { type: 'local_directory', path },
        ],
        'resources.1: A session works in one directory',
      ],
      [
        [{ type: 'memory_store', memory_store_id: 'm' }],
        'resources.0.type: memory_store resources are not there yet',
      ],
    ];
    for (const [asked, message] of wrong) {
      await expect(create(asked)).rejects.toMatchObject({ status: 400, error: { error: { message } } });
    }
  });

  it('is nothing at all when anything is wrong, and the first fault is named', async () => {
    await using lab = await startSessionLab();
    const message = (content: unknown) => ({ initial_events: [{ type: 'user.message', content }] });
    const outcome = { type: 'user.define_outcome', description: 'x', rubric: { type: 'text', content: 'y' } };
    const cost = (amount: unknown, currency = 'USD') => ({
      budget: { type: 'limit', max_list_cost: { amount, currency } },
    });
    const wrong: [body: Record<string, unknown>, message: string][] = [
      [{ title: 'x'.repeat(1001) }, 'title: String should have at most 1000 characters'],
      [{ metadata: { a: 1 } }, 'metadata.a: Input should be a valid string'],
      [
        { metadata: { ['k'.repeat(65)]: 'v' } },
        `metadata: the key ${'k'.repeat(65)} has more than 64 characters`,
      ],
      [{ vault_ids: ['vlt_1'] }, 'vault_ids: This server has no vaults yet; leave it out or send []'],
      [{ color: 'red' }, 'color: Extra inputs are not permitted'],
      [
        cost('1.5'),
        "budget.max_list_cost.amount: Input should be whole cents without leading zeros, such as '2500' for $25.00",
      ],
      [
        cost('0'),
        "budget.max_list_cost.amount: Input should be whole cents without leading zeros, such as '2500' for $25.00",
      ],
      [
        cost('05'),
        "budget.max_list_cost.amount: Input should be whole cents without leading zeros, such as '2500' for $25.00",
      ],
      [cost(5), 'budget.max_list_cost.amount: Input should be a valid string'],
      [cost('5', 'EUR'), "budget.max_list_cost.currency: Input should be 'USD'"],
      [
        { initial_events: [{ type: 'user.interrupt' }] },
        "initial_events.0.type: Input should be 'user.message' or 'user.define_outcome'",
      ],
      [
        { initial_events: Array.from({ length: 51 }, () => HELLO) },
        'initial_events: List should have at most 50 items',
      ],
      [{ initial_events: [outcome, HELLO, outcome] }, 'initial_events.2: At most one outcome can be defined'],
      [message([]), 'initial_events.0.content: List should have at least 1 item'],
      [message(''), 'initial_events.0.content: String should have at least 1 character'],
      [message([{ type: 'redacted' }]), 'initial_events.0.content.0: Redacted blocks cannot be sent'],
      [
        message([{ type: 'text', text: '' }]),
        'initial_events.0.content.0.text: String should have at least 1 character',
      ],
      [
        message([{ type: 'video' }]),
        "initial_events.0.content.0.type: Input should be 'text' or 'image' or 'document' or 'redacted'",
      ],
      [
        message([{ type: 'image', source: { type: 'base64', media_type: 'image/bmp', data: 'aGk=' } }]),
        'initial_events.0.content.0.source.media_type: Input should be one of image/jpeg, image/png, image/gif, image/webp',
      ],
      [
        message([
          { type: 'document', source: { type: 'base64', media_type: 'application/pdf', data: 'a b' } },
        ]),
        'initial_events.0.content.0.source.data: Input should be base64',
      ],
    ];
    for (const [body, expected] of wrong) {
      const answer = await call(lab.app.url, 'POST', '/v1/sessions', { ...lab.made, ...body });
      expect(answer).toMatchObject({
        status: 400,
        body: { type: 'error', error: { type: 'invalid_request_error', message: expected } },
      });
    }
    for await (const session of lab.client.beta.sessions.list()) expect(session).toBe(undefined);
  });

  it('has no budget if nobody knows what its model costs', async () => {
    await using lab = await startSessionLab();
    const { client, made } = lab;
    const agent = { type: 'agent_with_overrides' as const, id: made.agent, model: 'my-own-model' };
    await expect(client.beta.sessions.create({ ...made, agent, budget: BUDGET })).rejects.toMatchObject({
      status: 400,
      error: { error: { details: { error_code: 'model_not_budgetable' } } },
    });
    expect((await client.beta.sessions.create({ ...made, agent })).agent.model.id).toBe('my-own-model');
  });

  it('is made once for an Idempotency-Key', async () => {
    await using lab = await startSessionLab();
    const { client, made } = lab;
    const options = { headers: { 'idempotency-key': 'one' } };
    const body = { ...made, initial_events: [HELLO] };
    const first = await client.beta.sessions.create(body, options);
    expect(await client.beta.sessions.create(body, options)).toEqual(first);
    expect((await client.beta.sessions.list()).data).toHaveLength(1);
  });

  it('is refused while the server takes no new work', async () => {
    await using lab = await startSessionLab({ bounds: { maxQueue: 1, maxAgents: 1 } });
    const { client, made, app } = lab;
    const begin = () => client.beta.sessions.create({ ...made, initial_events: [HELLO] });
    const refused = { status: 503, error: { error: { type: 'overloaded_error' } } };
    await begin();
    await begin();
    await expect(begin()).rejects.toMatchObject(refused);
    // It waits for nothing.
    await client.beta.sessions.create(made);
    app.drain();
    await expect(client.beta.sessions.create(made)).rejects.toMatchObject(refused);
  });
});

describe('/v1 sessions: what is shown', () => {
  it('is the work of a session, and what it has used', async () => {
    await using lab = await startSessionLab();
    const { client, made, app } = lab;
    const { id } = await client.beta.sessions.create({ ...made, initial_events: [HELLO] });
    const statusOf = async () => (await client.beta.sessions.retrieve(id)).status;
    const run = await app.worker.take(uuidOf(id));
    expect(await statusOf()).toBe('running');
    for (const [state, status] of [
      ['waiting', 'idle'],
      ['rescheduling', 'rescheduling'],
      ['running', 'running'],
    ] as const) {
      await app.store.commit(DEFAULT_TENANT, uuidOf(id), { session: { state } });
      expect(await statusOf()).toBe(status);
    }
    await run.result(createResult(), 1.234);
    await run.end('completed');
    const usage = {
      inputTokens: 10,
      outputTokens: 20,
      cacheReadInputTokens: 30,
      cacheCreation5mInputTokens: 40,
      cacheCreation1hInputTokens: 50,
      webSearchRequests: 1,
      webFetchRequests: 2,
      activeMs: 1500,
      runningSince: null,
    };
    const completedAt = Date.UTC(2026, 0, 2);
    const outcome = {
      id: uuidOf(id),
      description: 'x',
      rubric: { type: 'text' as const, content: 'y' },
      maxIterations: 3,
      iteration: 1,
      result: 'satisfied' as const,
      explanation: 'Good.',
      completedAt,
    };
    await app.store.commit(DEFAULT_TENANT, uuidOf(id), { session: { usage, outcomes: [outcome] } });
    expect(await client.beta.sessions.retrieve(id)).toMatchObject({
      status: 'idle',
      stats: { active_seconds: 1.5 },
      usage: {
        input_tokens: 10,
        output_tokens: 20,
        cache_read_input_tokens: 30,
        cache_creation: { ephemeral_5m_input_tokens: 40, ephemeral_1h_input_tokens: 50 },
        server_tool_use: { web_search_requests: 1, web_fetch_requests: 2 },
        list_cost: { amount: '123', currency: 'USD' },
        active_seconds: 1.5,
      },
      outcome_evaluations: [
        { result: 'satisfied', explanation: 'Good.', completed_at: '2026-01-02T00:00:00.000Z' },
      ],
    });
  });

  it('ticks while the session runs', async () => {
    await using lab = await startSessionLab();
    const { client, made, app } = lab;
    const { id } = await client.beta.sessions.create(made);
    const now = Date.now();
    const view = await app.store.readSession(DEFAULT_TENANT, uuidOf(id));
    if (!view) throw new Error('gone');
    const usage = { ...view.session.usage, activeMs: 1000, runningSince: now - 60_000 };
    await app.store.commit(DEFAULT_TENANT, uuidOf(id), { session: { usage } });
    const { stats } = await client.beta.sessions.retrieve(id);
    expect(stats.active_seconds).toBeGreaterThan(60.9);
    expect(stats.active_seconds).toBeLessThan(120);
  });

  it('is a session of /execute/ too: with the built-in agent and environment, and its metadata as texts', async () => {
    await using lab = await startSessionLab();
    const { client, app } = lab;
    const { body } = await call<{ session_id: string }>(app.url, 'POST', '/execute/', {
      prompt: 'Hello',
      title: 'Simple',
      metadata: { a: 'x', n: 1, deep: { b: [true] } },
    });
    const [session] = (await client.beta.sessions.list()).data;
    expect(session).toMatchObject({
      title: 'Simple',
      status: 'running',
      metadata: { a: 'x', n: '1', deep: '{"b":[true]}' },
      agent: { name: 'execute', version: 1 },
    });
    expect(uuidOf(session?.id ?? '')).toBe(body.session_id);
    expect(await client.beta.agents.retrieve(session?.agent.id ?? '')).toMatchObject({ name: 'execute' });
    expect(await client.beta.environments.retrieve(session?.environment_id ?? '')).toMatchObject({
      name: 'execute',
    });
    // Either API takes either form of an id.
    expect((await client.beta.sessions.retrieve(body.session_id)).id).toBe(session?.id);
  });

  it('is a 404 with the id for what is none, unknown, or being deleted', async () => {
    await using lab = await startSessionLab();
    const { client, made, app } = lab;
    const { id } = await client.beta.sessions.create(made);
    await app.store.commit(DEFAULT_TENANT, uuidOf(id), { session: { state: 'deleting' } });
    for (const unknown of ['sesn_none', 'agent_011CZkZAtmR3yMPDzynEDxu7', id]) {
      for (const work of [
        () => client.beta.sessions.retrieve(unknown),
        () => client.beta.sessions.update(unknown, { title: 'x' }),
        () => client.beta.sessions.archive(unknown),
        () => client.beta.sessions.delete(unknown),
        () => client.beta.sessions.threads.list(unknown),
      ]) {
        await expect(work()).rejects.toMatchObject({
          status: 404,
          error: { error: { type: 'not_found_error', message: `Session ${unknown} not found.` } },
        });
      }
    }
  });
});
