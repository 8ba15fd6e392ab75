import type { Anthropic } from '@anthropic-ai/sdk';
import { expect } from 'vitest';
import { untilIdle } from './session-events.ts';

/** Calls each method of `client.beta.sessions` with each of its parameters. */
export async function callSessions(client: Anthropic): Promise<void> {
  const { agents, environments, sessions, files } = client.beta;
  const agent = await agents.create({ name: 'Writer', model: 'claude-opus-5-5' });
  const environment = await environments.create({ name: 'Desk' });
  const file = await files.upload({ file: new File(['one'], 'notes.txt') });
  const made = await sessions.create({
    agent: { type: 'agent', id: agent.id, version: 1 },
    environment_id: environment.id,
    title: 'First',
    metadata: { team: 'docs' },
    budget: { type: 'limit', max_list_cost: { amount: '250', currency: 'USD' } },
    resources: [{ type: 'file', file_id: file.id, mount_path: 'notes.txt' }],
    vault_ids: [],
    initial_events: [],
  });
  expect(made).toMatchObject({ status: 'idle', title: 'First', metadata: { team: 'docs' } });
  expect(made.resources).toMatchObject([{ type: 'file', mount_path: '/mnt/session/uploads/notes.txt' }]);

  const tools = [{ type: 'agent_toolset_20260401' as const }];
  const changed = await sessions.update(made.id, {
    title: null,
    metadata: { team: null, place: 'here' },
    agent: { tools, mcp_servers: [] },
    budget: { type: 'limit', max_list_cost: { amount: '500', currency: 'USD' } },
    vault_ids: [],
  });
  expect(changed).toMatchObject({ title: null, metadata: { place: 'here' }, budget: made.budget && {} });
  expect(changed.agent.tools).toMatchObject(tools);
  expect((await sessions.update(made.id, { budget: null })).budget).toBeNull();

  const begun = await sessions.create({
    agent: { type: 'agent_with_overrides', id: agent.id, version: 1, system: 'Be brief.', tools },
    environment_id: environment.id,
    initial_events: [{ type: 'user.message', content: [{ type: 'text', text: '[[text=Hello]]' }] }],
  });
  expect(begun).toMatchObject({ status: 'running', agent: { system: 'Be brief.' } });
  await untilIdle(client, begun.id);
  const worked = await sessions.retrieve(begun.id);
  expect(worked.status).toBe('idle');
  expect(worked.usage.output_tokens).toBeGreaterThan(0);

  const archived = await sessions.archive(made.id);
  expect(archived).toMatchObject({ status: 'terminated', archived_at: expect.any(String) });
  const query = {
    agent_id: agent.id,
    agent_version: 1,
    'created_at[gte]': made.created_at,
    'created_at[lte]': begun.created_at,
    'created_at[gt]': '2020-01-01T00:00:00Z',
    'created_at[lt]': '2120-01-01T00:00:00Z',
    order: 'asc' as const,
  };
  const idsOf = ({ data }: { data: { id: string }[] }): string[] => data.map(({ id }) => id);
  expect(idsOf(await sessions.list(query))).toEqual([begun.id]);
  expect(idsOf(await sessions.list({ ...query, statuses: ['running', 'rescheduling'] }))).toEqual([]);
  const first = await sessions.list({ ...query, include_archived: true, limit: 1 });
  expect(idsOf(first)).toEqual([made.id]);
  const rest = await sessions.list({ ...query, include_archived: true, page: first.next_page ?? '' });
  expect(idsOf(rest)).toEqual([begun.id]);
  for (const other of [{ deployment_id: 'depl_none' }, { memory_store_id: 'memstore_none' }]) {
    expect(idsOf(await sessions.list({ ...query, ...other }))).toEqual([]);
  }

  for (const { id } of [made, begun]) {
    expect(await sessions.delete(id)).toEqual({ id, type: 'session_deleted' });
  }
}
