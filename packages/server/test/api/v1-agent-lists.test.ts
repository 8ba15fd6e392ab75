import type { Anthropic } from '@anthropic-ai/sdk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EMPTY_AGENT } from '#src/agents/change.ts';
import { createId, formatPrefixedId } from '#src/lib/ids.ts';
import { DEFAULT_TENANT } from '#src/store/records.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { refusalOf } from '../support/sdk/refusal.ts';
import { T0 } from '../suites/samples.ts';
import { recordingClient, type RecordingClient } from './sdk/recording-client.ts';

const clock = new ManualClock(T0);
let app: TestApp;
let recording: RecordingClient;
let agents: Anthropic['beta']['agents'];
/** The ids of 300 agents, newest first: every millisecond three, every tenth archived. */
let ids: string[];
beforeAll(async () => {
  app = await startApp({ clock });
  recording = recordingClient('1.12', { baseURL: app.url });
  agents = recording.client.beta.agents;
  const records = Array.from({ length: 300 }, (_, index) => {
    const at = T0 + Math.floor(index / 3);
    const definition = { ...EMPTY_AGENT, name: `${index}`, model: { id: 'm', speed: 'standard' as const } };
    const archivedAt = index % 10 === 9 ? at : null;
    return { id: createId(at), version: 1, definition, createdAt: at, updatedAt: at, archivedAt };
  });
  await Promise.all(records.map((agent) => app.store.createAgent(DEFAULT_TENANT, { agent })));
  ids = records.map(({ id }) => formatPrefixedId('agent', id)).toReversed();
  await clock.set(T0 + 100);
});
afterAll(async () => {
  await app[Symbol.asyncDispose]();
  expect(recording.faults).toEqual([]);
});

const isArchived = (_id: string, index: number): boolean => (300 - index) % 10 === 0;

async function walk(list: AsyncIterable<{ id: string }>): Promise<string[]> {
  const found: string[] = [];
  for await (const { id } of list) found.push(id);
  return found;
}

describe('the list of agents', () => {
  it('is walked page by page: each once, newest first, without those that are archived', async () => {
    const open = ids.filter((id, index) => !isArchived(id, index));
    expect(await walk(agents.list())).toEqual(open);
    expect(await walk(agents.list({ limit: 100 }))).toEqual(open);
    expect((await agents.list()).data).toHaveLength(20);
  });

  it('has the archived ones too when it is asked for them', async () => {
    expect(await walk(agents.list({ include_archived: true, limit: 7 }))).toEqual(ids);
  });

  it('has those that were created in a span of time, both ends included', async () => {
    const at = (ms: number): string => new Date(T0 + ms).toISOString();
    const span = (from: string, to: string) =>
      walk(agents.list({ include_archived: true, limit: 4, 'created_at[gte]': from, 'created_at[lte]': to }));
    const [begin, end] = [300 - 3 * 21, 300 - 3 * 10];
    expect(await span(at(10), at(20))).toEqual(ids.slice(begin, end));
    // Finer than what is kept.
    expect(await span(at(9).replace('Z', '001Z'), at(20).replace('Z', '999Z'))).toEqual(
      ids.slice(begin, end),
    );
    expect(await span(at(20), at(10))).toEqual([]);
  });

  it('goes on where it was when agents are made and archived meanwhile', async () => {
    const first = await agents.list({ limit: 50, include_archived: true });
    const made = await agents.create({ name: 'new', model: 'm' });
    const seen = first.data.map(({ id }) => id);
    for (let page = first; page.hasNextPage();) {
      page = await page.getNextPage();
      seen.push(...page.data.map(({ id }) => id));
    }
    expect(seen).toEqual(ids);
    expect((await agents.list({ limit: 1 })).data[0]?.id).toBe(made.id);
    await fetch(`${app.url}/v1/agents/${made.id}`, { method: 'DELETE' });
  });
});

describe('a cursor', () => {
  it('belongs to its query, whatever the limit', async () => {
    const { next_page: page } = await agents.list({ limit: 2 });
    expect((await agents.list({ page: page ?? '', limit: 3 })).data).toHaveLength(3);
    for (const more of [{ include_archived: true }, { 'created_at[gte]': new Date(T0).toISOString() }]) {
      expect(await refusalOf(agents.list({ ...more, page: page ?? '' }))).toEqual({
        status: 400,
        type: 'invalid_request_error',
        message: 'page: invalid page cursor: it belongs to another query',
      });
    }
    const versions = agents.versions.list(ids[0] ?? '', { page: page ?? '' });
    expect(await refusalOf(versions)).toMatchObject({ status: 400 });
  });

  it.each(['page_1', 'page_', 'x', Buffer.from('{"q":1}').toString('base64url')])(
    'that was never given out is a 400: %s',
    async (page) => {
      const message = 'page: invalid page cursor';
      expect(await refusalOf(agents.list({ page }))).toMatchObject({ status: 400, message });
    },
  );
});

it('versions are walked newest first, also while new ones are made', async () => {
  const { id } = await agents.create({ name: '1', model: 'm' });
  for (let version = 2; version <= 45; version++) await agents.update(id, { name: `${version}` });
  const all = Array.from({ length: 45 }, (_, index) => 45 - index);
  const found: number[] = [];
  for await (const { version, name } of agents.versions.list(id)) {
    expect(name).toBe(`${version}`);
    found.push(version);
    if (version === 40) await agents.update(id, { name: '46' });
  }
  expect(found).toEqual(all);
  const foreign = await agents.versions.list(id, { limit: 1 });
  const other = agents.versions.list(ids[0] ?? '', { page: foreign.next_page ?? '' });
  expect(await refusalOf(other)).toMatchObject({ status: 400 });
});

describe('what is wrong with a query', () => {
  it.each<[query: string, message: string]>([
    ['limit=0', 'limit: Input should be greater than or equal to 1'],
    ['limit=101', 'limit: Input should be less than or equal to 100'],
    ['limit=ten', 'limit: Input should be a valid number'],
    ['include_archived=1', "include_archived: Input should be 'true' or 'false'"],
    [
      'created_at[gte]=yesterday',
      'created_at[gte]: Input should be an RFC 3339 time, such as 2026-01-31T12:00:00Z',
    ],
    ['created_at[gt]=2026-01-31T12:00:00Z', 'created_at[gt]: Extra inputs are not permitted'],
    ['name=a', 'name: Extra inputs are not permitted'],
  ])('is told by its parameter: %s', async (query, message) => {
    const answer = await fetch(`${app.url}/v1/agents?${query}`);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ error: { message } });
  });

  it('is not that older SDKs say beta=true', async () => {
    expect((await fetch(`${app.url}/v1/agents?beta=true&limit=1`)).status).toBe(200);
  });
});
