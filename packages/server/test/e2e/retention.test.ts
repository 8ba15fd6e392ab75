import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { loadSqlite, SqliteConnection } from '#src/store/sqlite-driver.ts';
import { call, execute, waitForEnd } from '../support/api-client.ts';
import { makeDataDir, startBullpen } from '../support/bullpen-process.ts';
import { until } from '../support/until.ts';

it('a session loses its directory, then its memory, then goes; what is left of it is served until then', async () => {
  await using dataDir = await makeDataDir();
  let id = '';
  const directory = () => join(dataDir.path, 'sessions', id, 'workspace');
  const tool = (command: string) => `[[tool=Bash ${JSON.stringify({ command })}]]`;
  const options = { permission_mode: 'bypassPermissions' };
  {
    await using server = await startBullpen(dataDir.path);
    id = await execute(server.url, { prompt: `${tool('echo hello > a.txt')} [[text=Done]]`, ...options });
    await waitForEnd(server.url, id);
    expect(existsSync(join(directory(), 'a.txt'))).toBe(true);
  }
  await age(dataDir.path, 2);
  {
    await using server = await startBullpen(dataDir.path, ['--keep-workspaces-days', '1']);
    await until('the directory is gone', () => !existsSync(directory()));
    // It goes on, in an empty directory.
    const again = { prompt: `${tool('ls | wc -l')} [[text=Again]]`, resume_session_id: id, ...options };
    await execute(server.url, again);
    const end = await waitForEnd(server.url, id);
    expect(end.status).toBe('completed');
    expect(JSON.stringify(end.messages)).toContain('"content":"0"');
  }
  await age(dataDir.path, 2);
  {
    await using server = await startBullpen(dataDir.path, ['--keep-transcripts-days', '1']);
    const refused = await until('it cannot be resumed', async () => {
      const answer = await call(server.url, 'POST', '/execute/', { prompt: 'x', resume_session_id: id });
      if (answer.status === 400) return answer;
      await waitForEnd(server.url, id);
      return undefined;
    });
    expect(refused.body['detail']).toMatch(/was removed because it ended long ago/);
    const status = await waitForEnd(server.url, id);
    expect(status.messages).toHaveLength(status.message_count);
    expect(JSON.stringify(status.messages)).toContain('Again');
  }
  await using server = await startBullpen(dataDir.path, ['--keep-sessions-days', '1']);
  await until('it is gone', async () => (await call(server.url, 'GET', `/status/${id}`)).status === 404);
  await until('its files are gone', () => !existsSync(join(dataDir.path, 'sessions', id)));
});

/** Makes every session so many days older. */
async function age(dataDir: string, days: number): Promise<void> {
  const path = join(dataDir, 'bullpen.sqlite');
  const connection = new SqliteConnection(await loadSqlite(), path, { readOnly: false, busyMs: 1000 });
  connection.exec(`update sessions set ended_at = ended_at - ${days} * 86400000`);
  connection.close();
}
