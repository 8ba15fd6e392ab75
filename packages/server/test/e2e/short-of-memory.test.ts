import { describe, expect, it } from 'vitest';
import { call, execute, waitForEnd, type StatusBody } from '../support/api-client.ts';
import { makeDataDir, startBullpen } from '../support/bullpen-process.ts';
import { until } from '../support/until.ts';

describe('a server that is short of memory', () => {
  it('runs one session after the other: those that wait stay pending, and no idle process stays', async () => {
    await using dataDir = await makeDataDir();
    await using server = await startBullpen(dataDir.path, ['--min-free-memory', '1024TiB']);
    const read = async (id: string) => (await call<StatusBody>(server.url, 'GET', `/status/${id}`)).body;
    const first = await execute(server.url, { prompt: '[[tokens=1000 rate=20]]' });
    await until('the first one runs', async () => (await read(first)).message_count > 0);
    const others = [
      await execute(server.url, { prompt: 'Hello' }),
      await execute(server.url, { prompt: 'Hello' }),
    ];
    await until('the server says so', () => server.output().includes('Memory is short'));
    for (const id of others) expect((await read(id)).status).toBe('pending');
    await call(server.url, 'POST', `/cancel/${first}`);
    for (const id of others) expect((await waitForEnd(server.url, id)).status).toBe('completed');
    await until('no process stays', async () => (await read(others[1] ?? '')).process === null);
  });
});
