import type { Anthropic } from '@anthropic-ai/sdk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatPrefixedId } from '#src/lib/ids.ts';
import { execute } from '../support/api-client.ts';
import { startApp, type TestApp } from '../support/app.ts';
import type { ScriptedRun } from '../support/scripted-worker.ts';
import { officialClient } from './sdk/recording-client.ts';

const WORDS = 2_500;
/** Two of the state, the message, and what the agent says. */
const ALL = WORDS + 3;

let app: TestApp;
let id: string;
let run: ScriptedRun;
beforeAll(async () => {
  app = await startApp();
  const sessionId = await execute(app.url, { prompt: 'Hello' });
  run = await app.worker.take(sessionId);
  await run.say(...Array.from({ length: WORDS }, (_, index) => `Word ${index}`));
  id = formatPrefixedId('sesn', sessionId);
});
afterAll(() => app[Symbol.asyncDispose]());

const connect = (): Anthropic['beta']['sessions']['events'] =>
  officialClient('1.12', { baseURL: app.url }).beta.sessions.events;
type Query = Parameters<ReturnType<typeof connect>['list']>[1];

async function walk(query: Query) {
  const events: { id: string; processed_at?: string | null }[] = [];
  for await (const event of connect().list(id, query)) events.push(event);
  return events;
}

describe('/v1 events: pages', () => {
  it('have a thousand events unless less is asked for, and never more', async () => {
    const { data } = await connect().list(id);
    expect(data).toHaveLength(1000);
    expect((await connect().list(id, { limit: 1000 })).data).toEqual(data);
    expect((await connect().list(id, { limit: 3 })).data).toEqual(data.slice(0, 3));
    for (const limit of [0, 1001]) {
      await expect(connect().list(id, { limit })).rejects.toMatchObject({ status: 400 });
    }
  });

  it('hold every event once, in order, forward and back', async () => {
    const forward = await walk({ limit: 1000 });
    expect(forward).toHaveLength(ALL);
    expect(new Set(forward.map((event) => event.id)).size).toBe(ALL);
    const times = forward.map((event) => event.processed_at ?? '');
    expect(times).toEqual(times.toSorted());
    expect(new Set(times).size).toBe(ALL);
    expect(await walk({ limit: 999, order: 'desc' })).toEqual(forward.toReversed());
  });

  it('go on where one ends, while others come in', async () => {
    const first = await connect().list(id, { types: ['agent.message'], limit: 1000 });
    await run.say('Late');
    const rest: string[] = [];
    for await (const event of connect().list(id, { types: ['agent.message'], page: first.next_page ?? '' })) {
      rest.push(event.id);
    }
    expect(rest).toHaveLength(WORDS - 1000 + 1);
    expect(rest).not.toContain(first.data.at(-1)?.id);
  });

  it('are of one query: the page of another is refused', async () => {
    const { next_page } = await connect().list(id, { limit: 1 });
    const page = next_page ?? '';
    await expect(connect().list(id, { page, order: 'desc' })).rejects.toThrow(
      'page token order does not match request',
    );
    for (const query of [{ page, types: ['agent.message' as const] }, { page: 'page_1' }]) {
      await expect(connect().list(id, query)).rejects.toThrow('invalid page cursor');
    }
  });
});
