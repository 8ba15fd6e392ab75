import type { Anthropic } from '@anthropic-ai/sdk';
import { expect } from 'vitest';

/** Of a server that answers for people only those who have it. */
export const KEY = 'key-of-a-test-of-v1';
export const KEYED = { BULLPEN_API_KEYS: KEY };

type Client = Anthropic;
type AgentTools = NonNullable<Parameters<Client['beta']['agents']['create']>[0]['tools']>;
type SessionParams = Parameters<Client['beta']['sessions']['create']>[0];

/** An event as the SDK gives it, with whatever fields it has. */
export interface SeenEvent {
  id: string;
  type: string;
  processed_at: string;
  [field: string]: unknown;
}

export interface ManagedSession {
  id: string;
  /** Everything in the log, in order. */
  events(): Promise<SeenEvent[]>;
  /** Sends one message of text. */
  say(text: string): Promise<void>;
  send(events: Parameters<Client['beta']['sessions']['events']['send']>[1]['events']): Promise<SeenEvent[]>;
  /** Everything that is streamed until an event fits, with that one; from the start of what was sent last. */
  listen(isLast: (event: SeenEvent) => boolean): Promise<SeenEvent[]>;
  /** … until the session is idle. */
  untilIdle(): Promise<SeenEvent[]>;
}

/** Makes an agent, an environment and a session of it, and drives that as a program with the official SDK would. */
export async function createManaged(
  client: Client,
  { tools = [], ...more }: { tools?: AgentTools } & Partial<SessionParams> = {},
): Promise<ManagedSession> {
  const agent = await client.beta.agents.create({ name: 'Golden', model: 'claude-opus-5-5', tools });
  const environment = await client.beta.environments.create({ name: 'Golden' });
  const session = await client.beta.sessions.create({
    agent: agent.id,
    environment_id: environment.id,
    ...more,
  });
  return openManaged(client, session.id);
}

export function openManaged(client: Client, id: string): ManagedSession {
  const { events } = client.beta.sessions;
  const listen = async (isLast: (event: SeenEvent) => boolean): Promise<SeenEvent[]> => {
    const seen: SeenEvent[] = [];
    for await (const event of await events.stream(id)) {
      seen.push(toSeen(event));
      if (isLast(toSeen(event))) break;
    }
    return seen;
  };
  const send: ManagedSession['send'] = async (sent) =>
    ((await events.send(id, { events: sent })).data ?? []).map(toSeen);
  return {
    id,
    send,
    listen,
    async events() {
      const all: SeenEvent[] = [];
      for await (const event of events.list(id)) all.push(toSeen(event));
      return all;
    },
    async say(text) {
      await send([{ type: 'user.message', content: [{ type: 'text', text }] }]);
    },
    untilIdle: () => listen(({ type }) => type === 'session.status_idle'),
  };
}

function toSeen(event: object): SeenEvent {
  return event as SeenEvent;
}

/** An event in a word or two: its type, and what tells it from others of that type. */
export function tell(event: SeenEvent): string {
  const { type } = event;
  const name = type.replace(/^session\.|^span\.|^agent\./, '');
  const details = [
    event['name'],
    event['evaluated_permission'],
    event['result'],
    event['is_error'] === true ? 'error' : undefined,
    wordOf(event['stop_reason']),
    wordOf(event['error']),
    textOf(event['content']),
  ];
  return [name, ...details.filter((detail) => typeof detail === 'string')].join(' ');
}

function wordOf(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || !('type' in value)) return undefined;
  const retry = 'retry_status' in value ? wordOf(value.retry_status) : undefined;
  return [String(value.type), retry].filter(Boolean).join(' ');
}

function textOf(content: unknown): string | undefined {
  if (!Array.isArray(content)) return undefined;
  const texts = content.map((block: unknown) =>
    typeof block === 'object' && block !== null && 'text' in block ? String(block.text) : '?',
  );
  return JSON.stringify(texts.join('|').slice(0, 60));
}

/** The whole log in words, after all that must hold of any. */
export async function story(session: ManagedSession): Promise<string[]> {
  const events = await session.events();
  expectOrder(events);
  return events.map(tell);
}

/** What holds for every list of events, whatever happened. */
export function expectOrder(events: readonly SeenEvent[]): void {
  const times = events.map(({ processed_at: at }) => at);
  expect(times).toEqual(times.toSorted());
  expect(new Set(times).size, 'no two events have the same processed_at').toBe(times.length);
  expect(new Set(events.map(({ id }) => id)).size, 'no id comes twice').toBe(events.length);
  const byType = (type: string): SeenEvent[] => events.filter((event) => event.type === type);
  const starts = byType('span.model_request_start').map(({ id }) => id);
  const ends = byType('span.model_request_end').map((event) => event['model_request_start_id']);
  expect(ends, 'each model request that began has ended').toEqual(starts);
  expectEvaluations(byType);
  const calls = [...byType('agent.tool_use'), ...byType('agent.mcp_tool_use')].map(({ id }) => id);
  const results = byType('agent.tool_result').map((event) => event['tool_use_id']);
  for (const id of results) expect(calls).toContain(id);
  expect(new Set(results).size, 'no call has two results').toBe(results.length);
  for (const [index, event] of events.entries()) {
    if (event.type !== 'session.status_idle') continue;
    expect(events[index - 1]?.type).toBe('session.usage');
    expect(events[index - 2]?.type).toBe('session.thread_status_idle');
    expectSum(events[index - 1], events.slice(0, index));
  }
}

/** Each evaluation of an outcome ends once, and they are counted from 0. */
function expectEvaluations(byType: (type: string) => SeenEvent[]): void {
  const starts = byType('span.outcome_evaluation_start');
  const ends = byType('span.outcome_evaluation_end');
  const started = ends.map((event) => event['outcome_evaluation_start_id']).filter((id) => id !== '');
  expect(started, 'each evaluation that began has ended').toEqual(starts.map(({ id }) => id));
  for (const { id } of byType('user.define_outcome').map((event) => ({ id: event['outcome_id'] }))) {
    const iterations = ends.filter((event) => event['outcome_id'] === id).map((event) => event['iteration']);
    expect(iterations, 'evaluations are counted from 0').toEqual(iterations.map((_, index) => index));
  }
}

/** The tokens of a session are the sum of its spans. */
function expectSum(usage: SeenEvent | undefined, before: readonly SeenEvent[]): void {
  const sum = { input_tokens: 0, output_tokens: 0, cache_read_input_tokens: 0 };
  for (const { type, model_usage, usage: evaluation } of before) {
    const used = type === 'span.outcome_evaluation_end' ? evaluation : model_usage;
    if (!type.startsWith('span.') || used === undefined) continue;
    for (const name of ['input_tokens', 'output_tokens', 'cache_read_input_tokens'] as const) {
      sum[name] += Number(Reflect.get(Object(used), name));
    }
  }
  expect(usage?.['usage']).toMatchObject(sum);
}
