import type { Anthropic } from '@anthropic-ai/sdk';
import { describe, expect, it } from 'vitest';
import { builtInAgentId } from '#src/domain/built-in.ts';
import { createId, formatPrefixedId, timeOfId } from '#src/lib/ids.ts';
import { DEFAULT_TENANT } from '#src/store/records.ts';
import { newSession } from '../suites/samples.ts';
import { startApp } from '../support/app.ts';
import { call } from '../support/api-client.ts';
import { officialClient } from './sdk/recording-client.ts';
import { startSessionLab, uuidOf } from './sdk/session-lab.ts';

type Sessions = Anthropic['beta']['sessions'];
type Query = Parameters<Sessions['list']>[0];

async function idsOf(sessions: Sessions, query: Query = {}): Promise<string[]> {
  const ids: string[] = [];
  for await (const { id } of sessions.list(query)) ids.push(id);
  return ids;
}

describe('/v1 sessions: the list', () => {
  it('is walked whole over 10,000 sessions, there and back, each once, while new ones are made', async () => {
    await using app = await startApp();
    const client = officialClient('1.12', { baseURL: app.url });
    const ids: string[] = [];
    const make = async (count: number) => {
      const records = Array.from({ length: count }, () => createId(Date.now())).map((id) =>
        newSession({ id, createdAt: timeOfId(id), state: 'completed' }),
      );
      ids.push(...records.map(({ id }) => formatPrefixedId('sesn', id)));
      await Promise.all(
        records.map((session) => app.store.createSession(DEFAULT_TENANT, { session, wakeAt: null })),
      );
    };
    await make(10_000);
    const newestFirst = ids.toReversed();
    const there: string[] = [];
    let page = await client.beta.sessions.list({ limit: 100 });
    expect(page.prev_page).toBeNull();
    for (;;) {
      there.push(...page.data.map(({ id }) => id));
      await make(1);
      if (page.next_page === null) break;
      page = await client.beta.sessions.list({ limit: 100, page: page.next_page });
    }
    expect(there).toEqual(newestFirst);
    const back = page.data.map(({ id }) => id);
    while (page.prev_page !== null) {
      page = await client.beta.sessions.list({ limit: 100, page: page.prev_page });
      back.unshift(...page.data.map(({ id }) => id));
    }
    expect(back).toEqual(ids.toReversed());
    expect(page.next_page).not.toBeNull();
    // As the SDK walks by itself.
    expect(await idsOf(client.beta.sessions, { limit: 100 })).toEqual(ids.toReversed());
    expect(await idsOf(client.beta.sessions, { limit: 100, order: 'asc' })).toEqual(ids);
  });

  it('shows what is asked for', async () => {
    await using lab = await startSessionLab();
    const { client, made, app } = lab;
    const { sessions } = client.beta;
    const other = await client.beta.agents.create({ name: 'Other', model: 'haiku' });
    const a = (await sessions.create({ ...made, metadata: { customer: '1', kind: 'x' } })).id;
    const b = (await sessions.create({ ...made, agent: other.id, metadata: { customer: '1' } })).id;
    await client.beta.agents.update(other.id, { name: 'Another' });
    const c = (await sessions.create({ ...made, agent: other.id })).id;
    const d = (await sessions.create(made)).id;
    await sessions.archive(d);
    await app.store.commit(DEFAULT_TENANT, uuidOf(c), { session: { state: 'running' } });
    const { body } = await call<{ session_id: string }>(app.url, 'POST', '/execute/', { prompt: 'Hello' });
    const e = formatPrefixedId('sesn', body.session_id);
    const builtIn = formatPrefixedId('agent', builtInAgentId(DEFAULT_TENANT));
    const cases: [query: Query, expected: string[]][] = [
      [{}, [e, c, b, a]],
      [{ order: 'asc' }, [a, b, c, e]],
      [{ include_archived: true }, [e, d, c, b, a]],
      [{ limit: 1, include_archived: true }, [e, d, c, b, a]],
      [{ agent_id: other.id }, [c, b]],
      [{ agent_id: other.id, agent_version: 2 }, [c]],
      [{ agent_id: builtIn }, [e]],
      [{ agent_id: builtIn, agent_version: 2 }, []],
      [{ agent_id: 'agent_none' }, []],
      [{ statuses: ['running'] }, [e, c]],
      [{ statuses: ['idle', 'rescheduling'] }, [b, a]],
      [{ statuses: ['terminated'] }, []],
      [{ statuses: ['terminated'], include_archived: true }, [d]],
      [{ statuses: ['terminated', 'running'], include_archived: true, order: 'asc' }, [c, d, e]],
      [{ deployment_id: 'depl_1' }, []],
      [{ memory_store_id: 'memstore_1' }, []],
    ];
    for (const [query, expected] of cases) {
      expect({ query, ids: await idsOf(sessions, query) }).toEqual({ query, ids: expected });
    }
    const found = async (query: Record<string, string>) =>
      (await client.beta.sessions.list({}, { query })).data.map(({ id }) => id);
    expect(await found({ 'metadata[customer]': '1' })).toEqual([b, a]);
    expect(await found({ 'metadata[customer]': '1', 'metadata[kind]': 'x' })).toEqual([a]);
    expect(await found({ 'metadata[customer]': '2' })).toEqual([]);
  });

  it('goes by the time of creation to the microsecond', async () => {
    await using lab = await startSessionLab();
    const { client, made } = lab;
    const first = await client.beta.sessions.create(made);
    const at = first.created_at;
    const justBefore = at.replace(/\.(\d{3})Z$/, (_, ms: string) => `.${ms}000Z`);
    const justAfter = at.replace(/Z$/, '001Z');
    const count = async (query: Query) => (await idsOf(client.beta.sessions, query)).length;
    expect(timeOfId(uuidOf(first.id))).toBe(Date.parse(at));
    expect(await count({ 'created_at[gte]': justBefore })).toBe(1);
    expect(await count({ 'created_at[gt]': justBefore })).toBe(0);
    expect(await count({ 'created_at[gte]': justAfter })).toBe(0);
    expect(await count({ 'created_at[lt]': justAfter })).toBe(1);
    expect(await count({ 'created_at[lt]': justBefore })).toBe(0);
    expect(await count({ 'created_at[lte]': at })).toBe(1);
    expect(await count({ 'created_at[gte]': at, 'created_at[lte]': at })).toBe(1);
  });

  it('refuses cursors that are none, or of another query, and parameters that make no sense', async () => {
    await using lab = await startSessionLab();
    const { client, made } = lab;
    await client.beta.sessions.create(made);
    await client.beta.sessions.create(made);
    const { next_page: page } = await client.beta.sessions.list({ limit: 1 });
    const forged = `page_${Buffer.from(JSON.stringify({ ...read(page ?? ''), k: "' or 1=1" })).toString('base64url')}`;
    const cases: [query: Query, message: string][] = [
      [{ page: 'page_x' }, 'page: invalid page cursor'],
      [{ page: forged, limit: 1 }, 'page: invalid page cursor'],
      [{ page, order: 'asc' }, 'page: page token order does not match request'],
      [{ page, agent_id: made.agent }, 'page: invalid page cursor: it belongs to another query'],
      [{ agent_version: 1 }, 'agent_version: Needs agent_id'],
      [{ limit: 101 }, 'limit: Input should be less than or equal to 100'],
      [
        { 'created_at[gt]': 'yesterday' },
        'created_at[gt]: Input should be an RFC 3339 time, such as 2026-01-31T12:00:00Z',
      ],
    ];
    for (const [query, message] of cases) {
      await expect(client.beta.sessions.list(query)).rejects.toMatchObject({
        status: 400,
        error: { error: { type: 'invalid_request_error', message } },
      });
    }
    // The limit may change on the way.
    expect((await client.beta.sessions.list({ page, limit: 5 })).data).toHaveLength(1);
  });
});

function read(page: string): object {
  const cursor: unknown = JSON.parse(Buffer.from(page.slice('page_'.length), 'base64url').toString());
  return cursor instanceof Object ? cursor : {};
}
