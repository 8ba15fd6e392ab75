import { describe, expect, it } from 'vitest';
import { call, execute, waitForEnd, type StatusBody } from '../support/api-client.ts';
import { makeDataDir, processesOf, startBullpen, type BullpenProcess } from '../support/bullpen-process.ts';
import { recoveriesOf, statusOf } from '../support/recovery.ts';
import { until } from '../support/until.ts';

async function waitUntilRunning(server: BullpenProcess, sessionId: string): Promise<void> {
  await until('the session runs', async () => {
    const { body } = await call<StatusBody>(server.url, 'GET', `/status/${sessionId}`);
    return body.status === 'running' && body.message_count > 1;
  });
}

describe('stopping (SIGTERM)', () => {
  it('lets a running turn end, takes no new work meanwhile, and exits 0 with no process left', async () => {
    await using dataDir = await makeDataDir();
    let sessionId: string;
    {
      await using server = await startBullpen(dataDir.path);
      sessionId = await execute(server.url, { prompt: '[[tokens=40 rate=20]]' });
      await waitUntilRunning(server, sessionId);
      const exit = server.stop('SIGTERM');
      await until('the server drains', async () => (await call(server.url, 'GET', '/readyz')).status === 503);
      const refused = await call(server.url, 'POST', '/execute/', { prompt: 'Hello' });
      expect(refused.status).toBe(503);
      expect(refused.headers.get('retry-after')).not.toBeNull();
      expect(await exit).toBe(0);
      expect(await processesOf(dataDir.path)).toEqual([]);
    }
    await using server = await startBullpen(dataDir.path);
    expect(await waitForEnd(server.url, sessionId)).toMatchObject({ status: 'completed' });
  });

  it('parks a turn that is longer than the grace, and the next start goes on with it', async () => {
    await using dataDir = await makeDataDir();
    let sessionId: string;
    {
      await using server = await startBullpen(dataDir.path, ['--shutdown-grace', '100ms']);
      sessionId = await execute(server.url, { prompt: 'Please count slowly to 500.' });
      await waitUntilRunning(server, sessionId);
      expect(await server.stop('SIGTERM')).toBe(0);
      expect(await processesOf(dataDir.path)).toEqual([]);
    }
    await using server = await startBullpen(dataDir.path);
    await until('it goes on', async () => recoveriesOf(await statusOf(server, sessionId)).length > 0);
    expect(await statusOf(server, sessionId)).toMatchObject({ status: 'running', error: null });
  });

  it('answers who waits for a deletion that no worker does any more; the next start does it', async () => {
    await using dataDir = await makeDataDir();
    let waiting: string;
    {
      await using server = await startBullpen(dataDir.path, ['--max-agents', '1', '--shutdown-grace', '2s']);
      await waitUntilRunning(server, await execute(server.url, { prompt: 'Please count slowly to 500.' }));
      waiting = await execute(server.url, { prompt: 'Hello' });
      const exit = server.stop('SIGTERM');
      await until('the server drains', async () => (await call(server.url, 'GET', '/readyz')).status === 503);
      expect((await call(server.url, 'DELETE', `/sessions/${waiting}`)).status).toBe(200);
      expect(await exit).toBe(0);
    }
    await using server = await startBullpen(dataDir.path);
    expect((await call(server.url, 'GET', `/status/${waiting}`)).status).toBe(404);
  });

  it('a second signal forces', async () => {
    await using dataDir = await makeDataDir();
    await using server = await startBullpen(dataDir.path, ['--shutdown-grace', '1h']);
    const sessionId = await execute(server.url, { prompt: 'Please count slowly to 500.' });
    await waitUntilRunning(server, sessionId);
    const first = performance.now();
    void server.stop('SIGTERM');
    await until('the server drains', async () => (await call(server.url, 'GET', '/readyz')).status === 503);
    // One that follows at once is taken for the same request: a terminal and npm both pass on a Ctrl-C.
    await until('the next signal counts', () => performance.now() - first > 700);
    expect(await server.stop('SIGTERM')).toBe(0);
    await until('no process is left', async () => (await processesOf(dataDir.path)).length === 0);
  });

  it('ends open streams, so that their clients reconnect', async () => {
    await using dataDir = await makeDataDir();
    await using server = await startBullpen(dataDir.path, ['--shutdown-grace', '100ms']);
    const sessionId = await execute(server.url, { prompt: 'Please count slowly to 500.' });
    await waitUntilRunning(server, sessionId);
    const response = await fetch(`${server.url}/sessions/${sessionId}/stream`);
    const text = response.text();
    await server.stop('SIGTERM');
    expect(await text).toContain('event: status');
  });
});
