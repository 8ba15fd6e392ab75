import type { Anthropic } from '@anthropic-ai/sdk';
import { betaTool } from '@anthropic-ai/sdk/helpers/beta/json-schema';
import { expect } from 'vitest';
import { refusalOf } from '../../../support/sdk/refusal.ts';

type Stream = Awaited<ReturnType<Anthropic['beta']['sessions']['events']['stream']>>;
type StreamedEvent = Stream extends AsyncIterable<infer Event> ? Event : never;
type SentEvents = Parameters<Anthropic['beta']['sessions']['events']['send']>[1]['events'];

/** Everything that is streamed until the session is idle. */
export async function untilIdle({ beta: { sessions } }: Anthropic, id: string): Promise<StreamedEvent[]> {
  return hear(await sessions.events.stream(id));
}

async function hear(stream: Stream): Promise<StreamedEvent[]> {
  const events: StreamedEvent[] = [];
  for await (const event of stream) {
    events.push(event);
    if (event.type === 'session.status_idle') break;
  }
  return events;
}

const DECIDE = {
  name: 'decide',
  description: 'Decides.',
  schema: { type: 'object', properties: { about: { type: 'string' } } },
} as const;

/** What the agent of the calls below can do: a tool that asks, and one of the client. */
const TOOLS: NonNullable<Parameters<Anthropic['beta']['agents']['create']>[0]['tools']> = [
  { type: 'agent_toolset_20260401', default_config: { permission_policy: { type: 'always_ask' } } },
  { type: 'custom', name: DECIDE.name, description: DECIDE.description, input_schema: DECIDE.schema },
];

/** Calls each method of `client.beta.sessions.events` with each of its parameters; the session, idle again. */
export async function callSessionEvents(client: Anthropic): Promise<string> {
  const { agents, environments, sessions } = client.beta;
  const { events } = sessions;
  const agent = await agents.create({ name: 'Talker', model: 'claude-opus-5-5', tools: TOOLS });
  const environment = await environments.create({ name: 'Desk' });
  const { id } = await sessions.create({ agent: agent.id, environment_id: environment.id });
  const send = async (...sent: SentEvents) => (await events.send(id, { events: sent })).data ?? [];
  const text = (words: string) => [{ type: 'text' as const, text: words }];

  // A call that asks, with text and thinking before it, previews of both, and a document and an image to look at.
  const stream = await events.stream(id, { event_deltas: ['agent.message', 'agent.thinking'] });
  const [message] = await send({
    type: 'user.message',
    content: [
      { type: 'image', source: { type: 'base64', media_type: 'image/png', data: PIXEL } },
      { type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'Read' }, title: 'T' },
      ...text('[[thinking=Well]] [[tokens=5]] [[tool=Bash {"command":"echo hi"}]] [[text=Done]]'),
    ],
  });
  const asked = await hear(stream);
  expect(asked.map(({ type }) => type)).toContain('agent.thinking');
  const call = asked.find((event) => event.type === 'agent.tool_use');
  const toolUseId = call?.id ?? '';
  expect(asked.at(-1)).toMatchObject({ stop_reason: { type: 'requires_action', event_ids: [toolUseId] } });
  await send({ type: 'user.tool_confirmation', tool_use_id: toolUseId, result: 'allow' });
  expect((await untilIdle(client, id)).at(-1)).toMatchObject({ stop_reason: { type: 'end_turn' } });

  await callCustomTools(client, id);

  // An outcome, and an interrupt of the primary thread.
  await send({
    type: 'user.define_outcome',
    description: '[[tokens=4000 rate=20]]',
    rubric: { type: 'text', content: 'It is long.' },
    max_iterations: 1,
  });
  const { data: threads } = await sessions.threads.list(id);
  await send({ type: 'user.interrupt', session_thread_id: threads[0]?.id ?? '' });
  expect((await untilIdle(client, id)).at(-1)).toMatchObject({ stop_reason: { type: 'end_turn' } });

  // What this server does not have is refused by its name.
  const refused = await Promise.all([
    refusalOf(send({ type: 'user.tool_result', tool_use_id: toolUseId, content: text('hi') })),
    refusalOf(send({ type: 'system.message', content: text('Be brief.') })),
  ]);
  expect(refused).toMatchObject([
    { status: 400, message: expect.stringMatching(/^events\.0\.type: .*self_hosted/) },
    { status: 400, code: 'model_does_not_support_mid_conversation_system' },
  ]);

  const all: { id: string; type: string; processed_at?: string | null }[] = [];
  for await (const event of events.list(id, { limit: 7 })) all.push(event);
  const first = await events.list(id, { order: 'desc', limit: 1 });
  expect(first.data).toMatchObject([{ id: all.at(-1)?.id, type: 'session.status_idle' }]);
  const second = await events.list(id, { order: 'desc', limit: 1, page: first.next_page ?? '' });
  expect(second.data).toMatchObject([{ id: all.at(-2)?.id }]);
  const messages = await events.list(id, { types: ['user.message', 'user.tool_confirmation'] });
  expect(messages.data.map((event) => event.type).slice(0, 2)).toEqual([
    'user.message',
    'user.tool_confirmation',
  ]);
  expect(messages.data[0]?.id).toBe(message?.id);
  const at = all[2]?.processed_at ?? '';
  const idsOf = ({ data }: { data: { id: string }[] }): string[] => data.map((event) => event.id);
  const from = idsOf(await events.list(id, { 'created_at[gte]': at }));
  expect(from).toEqual(all.slice(2).map((event) => event.id));
  expect(idsOf(await events.list(id, { 'created_at[gt]': at }))).toEqual(from.slice(1));
  expect(idsOf(await events.list(id, { 'created_at[lte]': at }))).toHaveLength(3);
  expect(idsOf(await events.list(id, { 'created_at[lt]': at }))).toHaveLength(2);
  return id;
}

/** A call of a custom tool, answered by the helper of the SDK where it has one, and one answered by hand. */
async function callCustomTools(client: Anthropic, id: string): Promise<void> {
  const { events } = client.beta.sessions;
  const ask = async (): Promise<void> => {
    const words = '[[tool=mcp__custom__decide {"about":"tea"}]] [[text=Tea it is]]';
    await events.send(id, { events: [{ type: 'user.message', content: [{ type: 'text', text: words }] }] });
  };
  await ask();
  const asked = await untilIdle(client, id);
  const call = asked.find((event) => event.type === 'agent.custom_tool_use');
  expect(call).toMatchObject({ name: 'decide', input: { about: 'tea' } });
  await events.send(id, {
    events: [
      {
        type: 'user.custom_tool_result',
        custom_tool_use_id: call?.id ?? '',
        content: [{ type: 'text', text: 'tea' }],
        is_error: false,
      },
    ],
  });
  await untilIdle(client, id);
  if (!('toolRunner' in events)) return;
  await ask();
  const decide = betaTool({ ...DECIDE, inputSchema: DECIDE.schema, run: ({ about }) => about ?? '' });
  const runner = events.toolRunner(id, {
    tools: [decide],
    maxIdleMs: 1,
    signal: AbortSignal.timeout(30_000),
  });
  const calls: unknown[] = [];
  for await (const dispatched of runner) calls.push(dispatched);
  // The one before is in the history, and none of its own.
  expect(calls).toMatchObject([
    { name: 'bash', posted: false },
    { name: 'decide', posted: true, isError: false },
  ]);
}

const PIXEL =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
