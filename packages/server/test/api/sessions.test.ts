import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatPrefixedId } from '#src/lib/ids.ts';
import { DEFAULT_TENANT } from '#src/store/records.ts';
import { call, execute, type ListedSession } from '../support/api-client.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { createResult } from '../support/scripted-worker.ts';
import { until } from '../support/until.ts';

const UNKNOWN = '00000000-0000-7000-8000-000000000000';
const HOUR = 3_600_000;

let now = Date.parse('2024-01-01T12:00:00.000Z');
const clock = { now: () => now, monotonic: () => performance.now() };

/** Deleting ends with a worker that removes files and rows: here the rows go at once. */
async function removeDeleted(app: TestApp): Promise<void> {
  const claimed = await app.store.claim({
    owner: 'test',
    leaseMs: HOUR,
    slots: 0,
    limit: 1000,
  });
  for (const { session, head } of claimed) {
    await app.store.deleteSession(DEFAULT_TENANT, session.id, head.leaseEpoch);
  }
}

describe('simple-api: GET /sessions/', () => {
  let app: TestApp;
  const ids: string[] = [];
  beforeAll(async () => {
    app = await startApp({ clock });
    for (const prompt of ['one', 'two', 'three', 'four', 'five']) {
      now += 1000;
      ids.push(await execute(app.url, { prompt, title: prompt, metadata: { prompt }, model: 'haiku' }));
    }
    const run = await app.worker.take(ids[0] ?? '');
    await run.result(createResult(), 0.5);
    now += 2000;
    await run.end('completed');
    await app.worker.take(ids[1] ?? '');
  });
  afterAll(async () => app[Symbol.asyncDispose]());

  const list = async (query = '') => call<ListedSession[]>(app.url, 'GET', `/sessions/${query}`);
  const idsOf = async (query: string) => (await list(query)).body.map((session) => session.session_id);

  it('is an array of all, oldest first, with every field', async () => {
    const { status, body } = await list();
    expect(status).toBe(200);
    expect(body.map((session) => session.session_id)).toEqual(ids);
    expect(body[0]).toEqual({
      session_id: ids[0],
      status: 'completed',
      prompt: 'one',
      created_at: '2024-01-01T12:00:01.000Z',
      start_time: '2024-01-01T12:00:05.000Z',
      end_time: '2024-01-01T12:00:07.000Z',
      error: null,
      result: expect.objectContaining({ result: 'Done.', num_turns: 2 }),
      message_count: 2,
      claude_session_id: expect.any(String),
      total_cost_usd: 0.5,
      title: 'one',
      metadata: { prompt: 'one' },
      model: 'haiku',
      cwd: expect.stringContaining(ids[0] ?? '-'),
    });
    expect(body[4]).toMatchObject({
      status: 'pending',
      start_time: null,
      end_time: null,
      result: null,
      claude_session_id: null,
      total_cost_usd: null,
    });
  });

  it('?status= gives only those', async () => {
    expect(await idsOf('?status=completed')).toEqual([ids[0]]);
    expect(await idsOf('?status=running')).toEqual([ids[1]]);
    expect(await idsOf('?status=pending')).toEqual(ids.slice(2));
    expect(await idsOf('?status=error')).toEqual([]);
  });

  it('an unknown ?status= is 422', async () => {
    expect(await list('?status=done')).toMatchObject({
      status: 422,
      body: { detail: [{ type: 'literal_error', loc: ['query', 'status'] }] },
    });
  });

  it('?limit= is newest first, and Link leads from page to page to the end', async () => {
    const seen: string[][] = [];
    let next: string | undefined = '/sessions/?limit=2';
    while (next !== undefined) {
      const { body, headers }: Awaited<ReturnType<typeof list>> = await call(app.url, 'GET', next);
      seen.push(body.map((session) => session.session_id));
      next = /^<([^>]+)>; rel="next"$/.exec(headers.get('link') ?? '')?.[1];
    }
    const [a, b, c, d, e] = ids;
    expect(seen).toEqual([[e, d], [c, b], [a]]);
  });

  it('a last page that is full has no Link', async () => {
    expect((await list('?limit=5')).headers.get('link')).toBeNull();
  });

  it('Link keeps the status', async () => {
    const { headers } = await list('?limit=1&status=pending');
    expect(headers.get('link')).toBe(`</sessions/?limit=1&before=${ids[4]}&status=pending>; rel="next"`);
  });

  it('?before= takes either form of the id', async () => {
    expect(await idsOf(`?limit=10&before=${ids[2]}`)).toEqual([ids[1], ids[0]]);
    expect(await idsOf(`?before=${formatPrefixedId('sesn', ids[1] ?? '')}`)).toEqual([ids[0]]);
  });

  it('?before= something that is no id is 404', async () => {
    expect(await list('?limit=10&before=nonsense')).toMatchObject({
      status: 404,
      body: { detail: 'Session nonsense not found' },
    });
  });

  it.each(['0', '1001', 'x'])('?limit=%s is 422', async (limit) => {
    expect((await list(`?limit=${limit}`)).status).toBe(422);
  });

  it('prompts of resumed runs are joined', async () => {
    await execute(app.url, { prompt: 'and then?', resume_session_id: ids[0] });
    const [session] = (await list()).body;
    expect(session?.prompt).toBe('one\n\n--- Session Resume ---\nand then?');
  });
});

describe('simple-api: GET /sessions/ of many sessions', () => {
  it('is one array, over all pages, in order', async () => {
    await using app = await startApp();
    const ids: string[] = [];
    // Not all at once: more connections than the kernel queues are cut.
    for (let group = 0; group < 3; group++) {
      const prompts = Array.from({ length: 401 }, (_, index) => `prompt ${group}.${index}`);
      ids.push(...(await Promise.all(prompts.map((prompt) => execute(app.url, { prompt })))));
    }
    const { body, headers } = await call<ListedSession[]>(app.url, 'GET', '/sessions/');
    expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(body.map((session) => session.session_id)).toEqual(ids.toSorted());
  });

  it('of exactly one page too', async () => {
    await using app = await startApp();
    await Promise.all(Array.from({ length: 500 }, () => execute(app.url, { prompt: 'x' })));
    expect((await call<ListedSession[]>(app.url, 'GET', '/sessions/')).body).toHaveLength(500);
  });

  it('is an empty array when there are none', async () => {
    await using app = await startApp();
    expect((await call(app.url, 'GET', '/sessions/')).body).toEqual([]);
  });
});

describe('simple-api: POST /cancel/{session_id}', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp();
  });
  afterAll(async () => app[Symbol.asyncDispose]());

  it('answers when the session is cancelled', async () => {
    const id = await execute(app.url, { prompt: 'x' });
    const run = await app.worker.take(id);
    const answer = call(app.url, 'POST', `/cancel/${id}`);
    await until(
      'the worker is asked',
      async () => (await app.store.readInputs(DEFAULT_TENANT, id)).length > 0,
    );
    await run.say('still here');
    await run.end('cancelled');
    expect(await answer).toMatchObject({
      status: 200,
      body: { session_id: id, status: 'cancelled', message: `Session ${id} cancelled successfully` },
    });
  });

  it('cancels a pending session too', async () => {
    const id = await execute(app.url, { prompt: 'x' });
    expect((await call(app.url, 'POST', `/cancel/${id}`)).status).toBe(200);
    expect((await call(app.url, 'GET', `/status/${id}`)).body).toMatchObject({
      status: 'cancelled',
      error: 'Session was cancelled',
      message_count: 1,
      messages: [{ type: 'UserMessage', content: { content: 'x' } }],
    });
  });

  it.each(['completed', 'failed', 'cancelled'] as const)('of a session that is %s is 400', async (state) => {
    const id = await execute(app.url, { prompt: 'x' });
    await (await app.worker.take(id)).end(state);
    const status = state === 'failed' ? 'error' : state;
    expect(await call(app.url, 'POST', `/cancel/${id}`)).toMatchObject({
      status: 400,
      body: { detail: `Session ${id} is not running (status: ${status})` },
    });
  });

  it.each([UNKNOWN, 'nonsense'])('of the unknown %s is 404', async (id) => {
    expect(await call(app.url, 'POST', `/cancel/${id}`)).toMatchObject({
      status: 404,
      body: { detail: `Session ${id} not found` },
    });
  });
});

describe('simple-api: DELETE /sessions/{session_id}', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp({ clock });
  });
  afterAll(async () => app[Symbol.asyncDispose]());

  async function remove(id: string) {
    const answer = call(app.url, 'DELETE', `/sessions/${id}`);
    const deadline = setInterval(() => void removeDeleted(app), 20);
    return answer.finally(() => clearInterval(deadline));
  }

  it('answers with the status before, and the session is gone', async () => {
    const id = await execute(app.url, { prompt: 'x' });
    await (await app.worker.take(id)).end('completed');
    expect(await remove(id)).toMatchObject({
      status: 200,
      body: { session_id: id, status: 'completed', message: `Session ${id} deleted successfully` },
    });
    const gone = { status: 404, body: { detail: `Session ${id} not found` } };
    expect(await call(app.url, 'GET', `/status/${id}`)).toMatchObject(gone);
    expect(await call(app.url, 'DELETE', `/sessions/${id}`)).toMatchObject(gone);
    expect(await call(app.url, 'POST', '/execute/', { prompt: 'x', resume_session_id: id })).toMatchObject({
      status: 400,
      body: { detail: `Session ${id} not found.` },
    });
    expect((await call(app.url, 'GET', '/sessions/')).body).toEqual([]);
  });

  it('of a running session is 400', async () => {
    const id = await execute(app.url, { prompt: 'x' });
    const run = await app.worker.take(id);
    expect(await call(app.url, 'DELETE', `/sessions/${id}`)).toMatchObject({
      status: 400,
      body: { detail: `Cannot delete running session ${id}. Please cancel it first.` },
    });
    await run.end('completed');
  });

  it('deletes a pending session', async () => {
    const id = await execute(app.url, { prompt: 'x' });
    expect(await remove(id)).toMatchObject({ status: 200, body: { status: 'pending' } });
  });

  it.each([UNKNOWN, 'nonsense'])('of the unknown %s is 404', async (id) => {
    expect(await call(app.url, 'DELETE', `/sessions/${id}`)).toMatchObject({
      status: 404,
      body: { detail: `Session ${id} not found` },
    });
  });
});

describe('simple-api: DELETE /sessions/cleanup', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp({ clock });
  });
  afterAll(async () => app[Symbol.asyncDispose]());

  it('removes what ended long enough ago, and nothing that goes on', async () => {
    const end = async (id: string) => (await app.worker.take(id)).end('completed');
    const [old, recent, running, pending] = [
      await execute(app.url, { prompt: 'old' }),
      await execute(app.url, { prompt: 'recent' }),
      await execute(app.url, { prompt: 'running' }),
      await execute(app.url, { prompt: 'pending' }),
    ];
    await end(old);
    await app.worker.take(running);
    now += 25 * HOUR;
    await end(recent);
    const cleanUp = (query = '') => call(app.url, 'DELETE', `/sessions/cleanup${query}`);
    const remaining = async () =>
      (await call<ListedSession[]>(app.url, 'GET', '/sessions/')).body.map((session) => session.session_id);

    expect((await cleanUp('?max_age_hours=26')).body).toEqual({
      removed: 0,
      message: 'Cleaned up 0 old sessions',
    });
    expect((await cleanUp()).body).toEqual({ removed: 1, message: 'Cleaned up 1 old sessions' });
    expect(await remaining()).toEqual([recent, running, pending]);
    expect((await cleanUp('/?max_age_hours=0')).body).toMatchObject({ removed: 1 });
    expect(await remaining()).toEqual([running, pending]);
  });

  it('leaves what was not started by /execute/, but with all=true', async () => {
    const { id } = { id: await execute(app.url, { prompt: 'x' }) };
    const view = await app.store.readSession(DEFAULT_TENANT, id);
    if (!view) throw new Error('The session is not there.');
    const other = '01900000-0000-7000-8000-000000000001';
    await app.store.createSession(DEFAULT_TENANT, {
      session: { ...view.session, id: other, origin: 'v1', state: 'completed', endedAt: now },
      wakeAt: null,
    });
    const cleanUp = async (query: string) =>
      (await call(app.url, 'DELETE', `/sessions/cleanup?max_age_hours=0${query}`)).body['removed'];
    expect(await cleanUp('')).toBe(0);
    expect(await cleanUp('&all=false')).toBe(0);
    expect(await cleanUp('&all=true')).toBe(1);
  });

  it.each([
    ['-1', 'greater_than_equal'],
    ['1.5', 'int_from_float'],
    ['x', 'int_parsing'],
  ])('max_age_hours=%s is 422', async (value, type) => {
    expect(await call(app.url, 'DELETE', `/sessions/cleanup?max_age_hours=${value}`)).toMatchObject({
      status: 422,
      body: { detail: [{ type, loc: ['query', 'max_age_hours'] }] },
    });
  });

  it('is never taken for a session id', async () => {
    const { status, headers } = await call(app.url, 'GET', '/sessions/cleanup');
    expect(status).toBe(405);
    expect(headers.get('allow')).toBe('DELETE');
  });
});
