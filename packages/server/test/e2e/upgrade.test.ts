import { describe, expect, it } from 'vitest';
import { call, execute, waitForEnd, type StatusBody } from '../support/api-client.ts';
import { makeDataDir, startBullpen } from '../support/bullpen-process.ts';
import { findFreePort } from '../support/free-port.ts';
import { until } from '../support/until.ts';
import { steps, watch } from '../support/watcher.ts';

describe('an upgrade: SIGTERM under load, then a start on the same data', () => {
  it('clients come back by id and see every message once, in order', async () => {
    await using dataDir = await makeDataDir();
    const flags = ['--port', await findFreePort(), '--shutdown-grace', '100ms', '--max-agents', '2'];
    const watched: ReturnType<typeof watch>[] = [];
    const ids: string[] = [];
    let url: string;
    {
      await using server = await startBullpen(dataDir.path, flags);
      url = server.url;
      // More than there are slots: some run, some wait.
      for (let index = 0; index < 3; index++) {
        ids.push(await execute(url, { prompt: steps(6), permission_mode: 'bypassPermissions' }));
      }
      for (const id of ids) watched.push(watch(url, id));
      await until('two work', async () => {
        const statuses = await Promise.all(
          ids.map(async (id) => (await call<StatusBody>(url, 'GET', `/status/${id}`)).body),
        );
        return statuses.filter(({ message_count: messages }) => messages > 3).length === 2;
      });
      const exit = server.stop('SIGTERM');
      await until('it drains', async () => (await call(url, 'GET', '/readyz')).status === 503);
      expect(await exit).toBe(0);
    }
    await using server = await startBullpen(dataDir.path, flags);
    expect(server.url).toBe(url);
    for (const [index, id] of ids.entries()) {
      const seen = await watched[index];
      const status = await waitForEnd(url, id);
      expect(status).toMatchObject({ status: 'completed', result: { result: 'Done' } });
      expect(seen?.connections).toBeGreaterThan(1);
      expect(seen?.ids).toEqual([...new Set(seen?.ids)].sort((a, b) => a - b));
      expect(seen?.messages).toEqual(status.messages);
    }
  });
});
