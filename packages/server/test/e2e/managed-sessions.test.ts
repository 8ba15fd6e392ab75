import type { Anthropic } from '@anthropic-ai/sdk';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { officialClient } from '../api/sdk/recording-client.ts';
import { uuidOf } from '../api/sdk/session-lab.ts';
import { call } from '../support/api-client.ts';
import { until } from '../support/until.ts';
import { shareServer } from '../support/shared-server.ts';

type Session = Anthropic.Beta.BetaManagedAgentsSession;

const server = shareServer();

/** A client, and what a new session of it needs: an agent that asks before it calls a tool, or not. */
async function begin(policy: 'always_ask' | 'always_allow') {
  const client = officialClient('1.12', { baseURL: server.url });
  const environment = await client.beta.environments.create({ name: 'Here' });
  const agent = await client.beta.agents.create({
    name: 'Writer',
    model: 'claude-opus-5-5',
    tools: [
      {
        type: 'agent_toolset_20260401',
        default_config: { enabled: true, permission_policy: { type: policy } },
      },
    ],
  });
  return { client, made: { agent: agent.id, environment_id: environment.id } };
}

function message(text: string) {
  return { type: 'user.message' as const, content: [{ type: 'text' as const, text }] };
}

function bash(command: string): string {
  return `[[tool=Bash ${JSON.stringify({ command })}]]`;
}

/** Each answer of the model then has a thousand tokens, at 20 dollars for a million. */
const TWO_CENTS = '[[model-usage input=0 output=1000]]';

function cents(amount: string) {
  return { type: 'limit' as const, max_list_cost: { amount, currency: 'USD' as const } };
}

async function idle(client: Anthropic, id: string): Promise<Session> {
  return until('the session is idle', async () => {
    const session = await client.beta.sessions.retrieve(id);
    return session.status === 'idle' && session;
  });
}

async function eventsOf(client: Anthropic, id: string) {
  return (await client.beta.sessions.events.list(id)).data;
}

/** Why the session became idle, each time. */
async function stopsOf(client: Anthropic, id: string): Promise<string[]> {
  const events = await eventsOf(client, id);
  return events.flatMap((event) => (event.type === 'session.status_idle' ? [event.stop_reason.type] : []));
}

it.each([
  ['at rest', 'always_allow', 'end_turn'],
  ['that waits for a person', 'always_ask', 'requires_action'],
] as const)(
  'an archived session %s loses its process and its workspace; its events stay',
  async (_, policy, stop) => {
    const { client, made } = await begin(policy);
    const session = await client.beta.sessions.create({
      ...made,
      initial_events: [message(`${bash('touch a.txt')} [[text=Done]]`)],
    });
    expect(session.status).toBe('running');
    await idle(client, session.id);
    expect(await stopsOf(client, session.id)).toEqual([stop]);
    const directory = join(server.dataDir, 'sessions', uuidOf(session.id), 'workspace');
    expect(existsSync(directory)).toBe(true);
    const processOf = async () =>
      (await call<{ process: unknown }>(server.url, 'GET', `/status/${uuidOf(session.id)}`)).body.process;
    await until('the process is there', async () => (await processOf()) !== null);
    const before = await eventsOf(client, session.id);

    const archived = await client.beta.sessions.archive(session.id);
    expect(archived.status).toBe('terminated');
    await until('the workspace is gone', () => !existsSync(directory));
    await until('the process is gone', async () => (await processOf()) === null);
    const after = await eventsOf(client, session.id);
    expect(after.slice(0, before.length)).toEqual(before);
    expect(after.slice(-2).map(({ type }) => type)).toEqual([
      'session.thread_status_terminated',
      'session.status_terminated',
    ]);
    await expect(
      client.beta.sessions.events.send(session.id, { events: [message('Hello?')] }),
    ).rejects.toMatchObject({
      status: 400,
      error: { error: { message: `Session ${session.id} is archived.` } },
    });
    expect(await client.beta.sessions.delete(session.id)).toEqual({
      id: session.id,
      type: 'session_deleted',
    });
  },
);

it('a session that has reached its budget goes on when that is raised, and when it is removed', async () => {
  const { client, made } = await begin('always_allow');
  const { id } = await client.beta.sessions.create({
    ...made,
    budget: cents('1'),
    initial_events: [
      message(`${TWO_CENTS} ${bash('echo 1')} ${bash('echo 2')} ${bash('echo 3')} [[text=Done]]`),
    ],
  });
  const waiting = await idle(client, id);
  expect(waiting.usage.list_cost?.amount).toBe('2');
  expect(await stopsOf(client, id)).toEqual(['budget_reached']);
  await client.beta.sessions.update(id, { budget: cents('3') });
  await until('it has stopped again', async () => (await stopsOf(client, id)).length === 2);
  expect((await idle(client, id)).usage.list_cost?.amount).toBe('4');
  const removed = await client.beta.sessions.update(id, { budget: null });
  expect(removed.budget).toBeNull();
  await until('it has come to its end', async () => (await stopsOf(client, id)).length === 3);
  expect(await stopsOf(client, id)).toEqual(['budget_reached', 'budget_reached', 'end_turn']);
  const events = await eventsOf(client, id);
  const changes = events.flatMap((event) => (event.type === 'session.updated' ? [event.budget] : []));
  expect(changes).toEqual([cents('3'), null]);
  // It was never cut off. (The model may be slow to answer beside other tests.)
  expect(
    events.filter((event) => event.type === 'session.error' && event.error.type === 'unknown_error'),
  ).toEqual([]);
  expect(events.filter(({ type }) => type === 'agent.tool_result')).toHaveLength(3);
});

it('a budget that is raised while the session works is not missed', async () => {
  const { client, made } = await begin('always_allow');
  const { id } = await client.beta.sessions.create({
    ...made,
    budget: cents('1'),
    initial_events: [message(`${TWO_CENTS} ${bash('sleep 1')} [[text=Done]]`)],
  });
  await until('it works', async () =>
    (await eventsOf(client, id)).some(({ type }) => type === 'agent.tool_use'),
  );
  await client.beta.sessions.update(id, { budget: cents('100') });
  await until('it has come to its end', async () => (await stopsOf(client, id)).at(-1) === 'end_turn');
});
