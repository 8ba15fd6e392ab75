import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { call, execute, waitForEnd, type StatusBody } from '../support/api-client.ts';
import { makeDataDir, startBullpen } from '../support/bullpen-process.ts';
import { until } from '../support/until.ts';

describe('a database file that is moved away for a while', () => {
  it('makes no promise that nobody would find again, and every run comes to its own end', async () => {
    await using dataDir = await makeDataDir();
    await using server = await startBullpen(dataDir.path, ['--max-spawns', '1']);
    const file = join(dataDir.path, 'bullpen.sqlite');
    const { url } = server;
    const starting = await execute(url, { prompt: '[[text=One]]' });
    // Waits until the first one has started up, which takes longer than what comes now.
    const waiting = await execute(url, { prompt: '[[text=Two]]' });
    await until('the first one starts', async () => {
      const { body } = await call<StatusBody>(url, 'GET', `/status/${starting}`);
      return body.status === 'running';
    });
    await rename(file, `${file}.away`);
    expect(await call(url, 'POST', '/execute/', { prompt: 'Hello' })).toMatchObject({ status: 503 });
    await until('what runs has noticed', () => server.output().includes('The store is away'));
    await rename(`${file}.away`, file);
    for (const [id, result] of [
      [starting, 'One'],
      [waiting, 'Two'],
    ] as const) {
      expect(await waitForEnd(url, id)).toMatchObject({ status: 'completed', result: { result } });
    }
    expect(await waitForEnd(url, await execute(url, { prompt: '[[text=Three]]' }))).toMatchObject({
      status: 'completed',
    });
    expect((await call<unknown[]>(url, 'GET', '/sessions/')).body).toHaveLength(3);
  });
});
