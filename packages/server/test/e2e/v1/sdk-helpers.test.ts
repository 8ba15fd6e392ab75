import type { Anthropic } from '@anthropic-ai/sdk';
import { betaTool } from '@anthropic-ai/sdk/helpers/beta/json-schema';
import {
  accumulateManagedAgentsEvent,
  type AccumulatedEvent,
} from '@anthropic-ai/sdk/lib/sessions/accumulate';
import { describe, expect, it } from 'vitest';
import { officialClient } from '../../api/sdk/recording-client.ts';
import { EventReader } from '../../support/event-reader.ts';
import { createManaged, expectOrder, tell } from '../../support/managed-sessions.ts';
import { shareServer } from '../../support/shared-server.ts';
import { until } from '../../support/until.ts';

const server = shareServer(['--demo']);

const PLACE = { type: 'object', properties: { place: { type: 'string' } }, required: ['place'] } as const;

/** Both are called at once, and one of them fails. */
function createTools() {
  const closed: string[] = [];
  const weather = betaTool({
    name: 'weather',
    description: 'The weather of a place.',
    inputSchema: PLACE,
    run: async ({ place }) => `Rain in ${place}`,
    close: () => void closed.push('weather'),
  });
  const trains = betaTool({
    name: 'trains',
    description: 'The trains of a place.',
    inputSchema: PLACE,
    run: ({ place }) => {
      throw new Error(`No station in ${place}`);
    },
  });
  const declared = [weather, trains].map(({ name }) => ({
    type: 'custom' as const,
    name,
    description: 'Of a place.',
    input_schema: { type: 'object' as const, properties: { place: { type: 'string' } }, required: ['place'] },
  }));
  return { tools: [weather, trains], declared, closed };
}

const BOTH =
  '[[parallel]] [[tool=mcp__custom__weather {"place":"Ulm"}]] [[tool=mcp__custom__trains {"place":"Ulm"}]] [[text=Stay]]';

interface Call {
  name: string;
  isError: boolean;
  posted: boolean;
}

async function drain(runner: AsyncIterable<Call>): Promise<Call[]> {
  const calls: Call[] = [];
  for await (const { name, isError, posted } of runner) calls.push({ name, isError, posted });
  return calls.toSorted((a, b) => a.name.localeCompare(b.name));
}

const ANSWERED: Call[] = [
  { name: 'trains', isError: true, posted: true },
  { name: 'weather', isError: false, posted: true },
];

describe.each(['1.12', '0.120'] as const)('sessions.events.toolRunner of SDK %s', (version) => {
  const connect = (): Anthropic => officialClient(version, { baseURL: server.url });

  it('answers calls as they come, also two at once and one that fails, and ends when the turn has ended', async () => {
    const client = connect();
    const { tools, declared, closed } = createTools();
    const session = await createManaged(client, { tools: declared });
    const runner = drain(client.beta.sessions.events.toolRunner(session.id, { tools, maxIdleMs: 50 }));
    await session.say(BOTH);
    expect(await runner).toEqual(ANSWERED);
    expect(closed).toEqual(['weather']);
    const events = await session.events();
    expectOrder(events);
    const told = events.map(tell);
    expect(told.filter((word) => word.startsWith('user.custom_tool_result')).toSorted()).toEqual([
      'user.custom_tool_result "Rain in Ulm"',
      'user.custom_tool_result error "Error: No station in Ulm"',
    ]);
    expect(told).toContain('message "Stay"');
    expect(told.at(-1)).toBe('status_idle end_turn');
  });

  it('answers calls that were made before it came', async () => {
    const client = connect();
    const { tools, declared } = createTools();
    const session = await createManaged(client, { tools: declared });
    await session.say(BOTH);
    expect((await session.untilIdle()).map(tell).at(-1)).toBe('status_idle requires_action');
    const runner = client.beta.sessions.events.toolRunner(session.id, { tools, maxIdleMs: 50 });
    expect(await drain(runner)).toEqual(ANSWERED);
    expect((await session.events()).map(tell).at(-1)).toBe('status_idle end_turn');
  });
});

it('the helper of the SDK that puts previews together arrives at the message, step by step', async () => {
  const client = officialClient('1.12', { baseURL: server.url });
  const session = await createManaged(client);
  const stream = await client.beta.sessions.events.stream(session.id, {
    event_deltas: ['agent.message', 'agent.thinking'],
  });
  await session.say('[[thinking=Well]] [[tokens=30 rate=200]]');
  const snapshots: AccumulatedEvent[] = [];
  const started: string[] = [];
  const ended: string[] = [];
  let snapshot: AccumulatedEvent | undefined;
  for await (const event of stream) {
    if (event.type === 'event_start') started.push(event.event.id);
    else if ('id' in event) ended.push(event.id);
    snapshot = accumulateManagedAgentsEvent(snapshot, event);
    if (event.type === 'event_delta' && snapshot) snapshots.push(snapshot);
    if (event.type === 'session.status_idle') break;
  }
  const final = textOf(snapshot);
  expect(final).toHaveLength(30 * 4);
  const steps = snapshots.map(textOf);
  expect(steps.length).toBeGreaterThan(3);
  for (const [index, step] of steps.entries()) {
    expect(final.startsWith(step)).toBe(true);
    expect(step.length).toBeGreaterThan(steps[index - 1]?.length ?? 0);
  }
  expect(steps.at(-1)).toBe(final);
  expect(started).toHaveLength(2);
  expect(ended).toEqual(expect.arrayContaining(started));
  const listed = (await session.events()).map(({ type }) => type);
  expect(listed).not.toContain('event_delta');
  expect(listed).not.toContain('event_start');
});

it('the helper puts the same message together for who comes in the middle, and for who comes back', async () => {
  const client = officialClient('1.12', { baseURL: server.url });
  const session = await createManaged(client);
  const params = { event_deltas: ['agent.message' as const] };
  await using early = new EventReader(await client.beta.sessions.events.stream(session.id, params));
  await session.say('[[tokens=100 rate=50]]');
  await until('a part is written', () => early.accumulated.length > 100);
  const cameAt = early.accumulated.length;
  await using late = new EventReader(await client.beta.sessions.events.stream(session.id, params));
  const resumed = { ...params, after: early.ids.at(-1) };
  await using back = new EventReader(await client.beta.sessions.events.stream(session.id, resumed));
  await Promise.all([early, late, back].map((reader) => reader.sees('session.status_idle')));
  const message = early.words.find((word) => word.startsWith('message '))?.slice('message '.length) ?? '';
  for (const { words } of [early, late, back]) {
    expect(words.filter((word) => word.startsWith('start'))).toHaveLength(1);
    const pieces = words.filter((word) => word.startsWith('+ ')).map((word) => word.slice('+ '.length));
    expect(pieces.join('')).toBe(message);
    if (words === early.words) continue;
    expect(pieces[0]?.length).toBeGreaterThanOrEqual(cameAt);
    expect(pieces.length).toBeGreaterThan(3);
  }
});

it('no loop of a quickstart hangs or hears an old turn while the process is warm', async () => {
  const client = officialClient('1.12', { baseURL: server.url });
  const session = await createManaged(client);
  for (let round = 0; round < 20; round++) {
    const text = `[[text=Round ${round}]]`;
    const listensFirst = round % 2 === 0;
    const stream = listensFirst ? await client.beta.sessions.events.stream(session.id) : undefined;
    await session.say(text);
    const heard: string[] = [];
    for await (const event of stream ?? (await client.beta.sessions.events.stream(session.id))) {
      if (event.type === 'agent.message') heard.push(...textsOf(event));
      if (event.type === 'session.status_idle') break;
    }
    expect(heard).toEqual([`Round ${round}`]);
  }
});

function textOf(event: AccumulatedEvent | undefined): string {
  return event ? textsOf(event).join('|') : '';
}

function textsOf({ content }: AccumulatedEvent): string[] {
  return content.map((block) => (block.type === 'text' ? block.text : ''));
}
