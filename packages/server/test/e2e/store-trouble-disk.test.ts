import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { call, execute, waitForEnd, type StatusBody } from '../support/api-client.ts';
import { startBullpen, startRefused, type BullpenProcess } from '../support/bullpen-process.ts';
import { mountSmallDisk } from '../support/small-disk.ts';
import { until } from '../support/until.ts';
import { steps, watch } from '../support/watcher.ts';

const MEGABYTES = 96;
/** Such a disk is always nearly full: these tests are of one that is, and of what else may happen to it. */
const FLAGS = ['--min-free-disk', '0'];
/** More than a database finds room for on a full disk. */
const LARGE = 'Please look at this. '.repeat(5000);

async function statusOf(url: string, sessionId: string): Promise<StatusBody> {
  return (await call<StatusBody>(url, 'GET', `/status/${sessionId}`)).body;
}

/** Starts a session and waits until it says something. */
async function startWorking(url: string, prompt: string): Promise<string> {
  const id = await execute(url, { prompt, permission_mode: 'bypassPermissions' });
  await until('it works', async () => (await statusOf(url, id)).message_count > 3);
  return id;
}

/** Nothing that was acknowledged is lost, nothing is told twice, and every request to the model is paid for once. */
async function expectWhole(
  server: BullpenProcess,
  id: string,
  watched: ReturnType<typeof watch>,
): Promise<void> {
  const { messages, ids, connections } = await watched;
  const status = await waitForEnd(server.url, id);
  expect(status).toMatchObject({ status: 'completed', error: null, result: { result: 'Done' } });
  expect(connections).toBe(1);
  expect(ids).toEqual([...new Set(ids)].sort((a, b) => a - b));
  expect(messages).toEqual(status.messages);
  const said = messages.flatMap(
    ({ content }) => JSON.stringify(content).match(/"text":"(Step \d+|Done)"/)?.[1] ?? [],
  );
  expect(said).toEqual([...Array.from({ length: said.length - 1 }, (_, index) => `Step ${index}`), 'Done']);
  expect(server.output()).not.toMatch(/could not be stored|the gateway has not seen/);
}

describe('a disk in trouble', () => {
  it('full: new work gets 503, what runs waits, streams stay, and all goes on when there is room', async ({
    skip,
  }) => {
    const mounted = await mountSmallDisk(MEGABYTES);
    if ('reason' in mounted) return skip(`no disk can be mounted here: ${mounted.reason}`);
    await using disk = mounted.disk;
    await using server = await startBullpen(join(disk.path, 'data'), FLAGS);
    const { url } = server;
    const id = await startWorking(url, steps(6));
    const watched = watch(url, id);
    await disk.fill();

    const refused = await call(url, 'POST', '/execute/', { prompt: LARGE });
    expect(refused).toMatchObject({
      status: 503,
      body: { detail: expect.stringContaining('not available') },
    });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    await until('it is not ready', async () => (await call(url, 'GET', '/readyz')).status === 503);
    expect((await call(url, 'GET', '/healthz')).status).toBe(200);
    // What still finds room is acknowledged, and must not be lost.
    const small = await call<{ session_id: string }>(url, 'POST', '/execute/', { prompt: '[[text=Small]]' });
    await until('the run waits', () => server.output().includes('The store is away'));
    expect((await statusOf(url, id)).status).toBe('running');

    await disk.free();
    await expectWhole(server, id, watched);
    await until('it is ready', async () => (await call(url, 'GET', '/readyz')).status === 200);
    if (small.status === 200) {
      expect(await waitForEnd(url, small.body.session_id)).toMatchObject({ status: 'completed' });
    }
    expect(await waitForEnd(url, await execute(url, { prompt: LARGE }))).toMatchObject({
      status: 'completed',
    });
    expect(await server.stop('SIGTERM')).toBe(0);
  });

  it('read-only: the server says so and stops in order, a start is refused, and after the repair nothing is lost', async ({
    skip,
  }) => {
    const mounted = await mountSmallDisk(MEGABYTES);
    if ('reason' in mounted) return skip(`no disk can be mounted here: ${mounted.reason}`);
    await using disk = mounted.disk;
    const dataDir = join(disk.path, 'data');
    let id: string;
    let done: string;
    let before: StatusBody;
    {
      await using server = await startBullpen(dataDir, [...FLAGS, '--shutdown-grace', '100ms']);
      const { url } = server;
      done = await execute(url, { prompt: '[[text=Before]]' });
      await waitForEnd(url, done);
      id = await startWorking(url, steps(20));
      await disk.failReadOnly();
      const refused = await call(url, 'POST', '/execute/', { prompt: LARGE });
      expect(refused.status).toBe(503);
      await until('it is not ready', async () => (await call(url, 'GET', '/readyz')).status === 503);
      expect((await call(url, 'GET', '/healthz')).status).toBe(200);
      before = await statusOf(url, id);
      expect(before.status).toBe('running');
      expect(await server.stop('SIGTERM')).toBe(0);
    }
    expect(await startRefused(dataDir)).toMatchObject({ output: expect.stringMatching(/^bullpen: .*\.\n$/) });
    await disk.repair();
    await using server = await startBullpen(dataDir, FLAGS);
    expect((await statusOf(server.url, done)).result).toMatchObject({ result: 'Before' });
    expect((await statusOf(server.url, id)).messages.slice(0, before.message_count)).toEqual(before.messages);
    expect(await waitForEnd(server.url, await execute(server.url, { prompt: 'Hello' }))).toMatchObject({
      status: 'completed',
    });
  });
});
