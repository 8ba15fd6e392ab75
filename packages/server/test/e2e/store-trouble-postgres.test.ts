import { afterAll, describe, expect, it } from 'vitest';
import { call, execute, waitForEnd, type StatusBody } from '../support/api-client.ts';
import { makeDataDir, startBullpen } from '../support/bullpen-process.ts';
import { startPostgres } from '../support/postgres.ts';
import { until } from '../support/until.ts';
import { steps, watch } from '../support/watcher.ts';

const started = await startPostgres();

afterAll(async () => {
  if ('postgres' in started) await started.postgres[Symbol.asyncDispose]();
});

describe('a server whose PostgreSQL is restarted', () => {
  it('answers 503 meanwhile; runs and streams wait, go on by themselves, and lose and repeat nothing', async ({
    skip,
  }) => {
    if ('reason' in started) return skip(`no PostgreSQL runs here: ${started.reason}`);
    const { postgres } = started;
    await using dataDir = await makeDataDir();
    const env = { BULLPEN_DATABASE_URL: await postgres.createDatabase() };
    await using server = await startBullpen(dataDir.path, [], env);
    const { url } = server;
    const ids = await Promise.all(
      [4, 5].map((count) => execute(url, { prompt: steps(count), permission_mode: 'bypassPermissions' })),
    );
    const watched = ids.map((id) => watch(url, id));
    await until('all work', async () => {
      const statuses = await Promise.all(ids.map((id) => call<StatusBody>(url, 'GET', `/status/${id}`)));
      return statuses.every(({ body }) => body.message_count > 3);
    });
    for (const how of ['fast', 'crash'] as const) {
      await postgres.stop(how);
      const answers = await Promise.all([
        call(url, 'POST', '/execute/', { prompt: 'Hello' }),
        call(url, 'GET', `/status/${ids[0]}`),
        call(url, 'GET', '/sessions/'),
        call(url, 'POST', `/cancel/${ids[0]}`),
        call(url, 'DELETE', `/sessions/${ids[0]}`),
      ]);
      for (const { status, headers } of answers) {
        expect(status).toBe(503);
        expect(headers.get('retry-after')).not.toBeNull();
      }
      await until('it is not ready', async () => (await call(url, 'GET', '/readyz')).status === 503);
      expect((await call(url, 'GET', '/healthz')).status).toBe(200);
      await postgres.start();
      await until('it is ready again', async () => (await call(url, 'GET', '/readyz')).status === 200);
    }
    for (const [index, id] of ids.entries()) {
      const status = await waitForEnd(url, id);
      expect(status).toMatchObject({ status: 'completed', error: null, result: { result: 'Done' } });
      const seen = await watched[index];
      expect(seen?.connections).toBe(1);
      expect(seen?.messages).toEqual(status.messages);
      expect(seen?.ids).toEqual([...new Set(seen?.ids)].sort((a, b) => a - b));
    }
    expect(server.output()).not.toMatch(/could not be stored|the gateway has not seen/);
  });

  it('takes a run up again that the outage cut off, because it outlasted the lease', async ({ skip }) => {
    if ('reason' in started) return skip(`no PostgreSQL runs here: ${started.reason}`);
    const { postgres } = started;
    await using dataDir = await makeDataDir();
    const env = { BULLPEN_DATABASE_URL: await postgres.createDatabase() };
    await using server = await startBullpen(dataDir.path, [], env);
    const { url } = server;
    const id = await execute(url, { prompt: steps(6), permission_mode: 'bypassPermissions' });
    await until('it works', async () => {
      const { body } = await call<StatusBody>(url, 'GET', `/status/${id}`);
      return body.message_count > 3;
    });
    const watched = watch(url, id);
    await postgres.stop('fast');
    await until('its lease is lost', () => server.output().includes('The lease of a session was lost'));
    await postgres.start();
    const status = await waitForEnd(url, id);
    expect(status).toMatchObject({ status: 'completed', result: { result: 'Done' } });
    expect((await watched).messages).toEqual(status.messages);
    expect(await waitForEnd(url, await execute(url, { prompt: 'Hello' }))).toMatchObject({
      status: 'completed',
    });
    expect(await server.stop('SIGTERM')).toBe(0);
  });
});
