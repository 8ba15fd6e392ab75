import { describe, expect, it } from 'vitest';
import { call, execute } from '../support/api-client.ts';
import { startApp, type TestApp } from '../support/app.ts';

const FULL = { detail: '5 sessions wait for an agent already. Try again in a moment' };

/** Asks for that many sessions in the same moment; the answers by status. */
async function createAtOnce(app: TestApp, count: number) {
  const answers = await Promise.all(
    Array.from({ length: count }, () => call(app.url, 'POST', '/execute/', { prompt: 'x' })),
  );
  const started = answers.filter(({ status }) => status === 200);
  const refused = answers.filter(({ status }) => status === 503);
  expect(started.length + refused.length).toBe(count);
  return { ids: started.map(({ body }) => String(body['session_id'])), refused };
}

const fullUp = { maxQueue: 5, maxAgents: 2 };

describe('the queue', () => {
  it('takes as many sessions as may wait, and those that get a slot at once, however many come together', async () => {
    await using app = await startApp({ bounds: fullUp });
    const { ids, refused } = await createAtOnce(app, 60);
    expect(ids).toHaveLength(7);
    expect(refused[0]?.body).toEqual(FULL);
    expect(refused[0]?.headers.get('retry-after')).toBe('5');
    expect((await call<unknown[]>(app.url, 'GET', '/sessions/')).body).toHaveLength(7);
  });

  it('has room again for each one that leaves it, and exactly that', async () => {
    await using app = await startApp({ bounds: fullUp });
    const { ids } = await createAtOnce(app, 10);
    for (const id of ids.slice(0, 3)) await call(app.url, 'POST', `/cancel/${id}`);
    expect((await createAtOnce(app, 20)).ids).toHaveLength(3);
    expect((await createAtOnce(app, 20)).ids).toHaveLength(0);
  });

  it('does not count sessions at work, and the slots that they have are taken', async () => {
    await using app = await startApp({ bounds: fullUp });
    const [first = ''] = (await createAtOnce(app, 10)).ids;
    const run = await app.worker.take(first);
    // The worker of this test has taken all seven.
    expect((await createAtOnce(app, 20)).ids).toHaveLength(5);
    await run.end('completed');
    expect((await createAtOnce(app, 20)).ids).toHaveLength(0);
  });

  it('refuses a resume like a start, and leaves the session as it was', async () => {
    await using app = await startApp({ bounds: fullUp });
    const id = await execute(app.url, { prompt: 'x' });
    await (await app.worker.take(id)).end('completed');
    await createAtOnce(app, 20);
    const resume = { prompt: 'more', resume_session_id: id };
    expect(await call(app.url, 'POST', '/execute/', resume)).toMatchObject({ status: 503, body: FULL });
    expect(await call(app.url, 'GET', `/status/${id}`)).toMatchObject({ body: { status: 'completed' } });
  });

  it('has no end when the limit is 0', async () => {
    await using app = await startApp({ bounds: { maxQueue: 0, maxAgents: 1 } });
    expect((await createAtOnce(app, 100)).ids).toHaveLength(100);
  });
});

describe('a session whose log is full', () => {
  it.each([
    ['events', { maxSessionEvents: 5 }],
    ['bytes', { maxSessionBytes: 600 }],
  ])('by its %s can be read and not resumed', async (_what, bounds) => {
    await using app = await startApp({ bounds });
    const id = await execute(app.url, { prompt: 'x' });
    const run = await app.worker.take(id);
    await run.end('completed');
    const resume = { prompt: 'more', resume_session_id: id };
    expect(await call(app.url, 'POST', '/execute/', resume)).toMatchObject({ status: 200 });
    const second = await app.worker.take(id);
    await second.say('x'.repeat(200));
    await second.end('completed');
    expect(await call(app.url, 'POST', '/execute/', resume)).toMatchObject({
      status: 400,
      body: {
        detail: `Session ${id} has reached the maximum of messages or bytes of this server. Its messages can be read; start a new session to go on`,
      },
    });
    expect(await call(app.url, 'GET', `/status/${id}`)).toMatchObject({ body: { message_count: 3 } });
  });
});
