import { cp, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { loadSqlite, SqliteConnection } from '#src/store/sqlite-driver.ts';
import { execute, waitForEnd } from '../support/api-client.ts';
import { makeDataDir, startBullpen } from '../support/bullpen-process.ts';

it('a copy of a running server’s data, made as the guide says, is whole: its sessions go on', async () => {
  await using dataDir = await makeDataDir();
  await using backup = await makeDataDir();
  const data = join(dataDir.path, 'data');
  let id: string;
  {
    await using server = await startBullpen(data);
    id = await execute(server.url, {
      prompt: 'My name is Ada. [[tool=Write {"file_path":"note.txt","content":"kept"}]] [[text=Noted]]',
      permission_mode: 'acceptEdits',
    });
    await waitForEnd(server.url, id);
    const connection = new SqliteConnection(await loadSqlite(), join(data, 'bullpen.sqlite'), {
      readOnly: false,
      busyMs: 5000,
    });
    connection.exec(`vacuum into '${join(backup.path, 'bullpen.sqlite')}'`);
    connection.close();
    await mkdir(join(backup.path, 'sessions'));
    await cp(join(data, 'sessions'), join(backup.path, 'sessions'), { recursive: true });
    // What comes later is not in the copy.
    await execute(server.url, { prompt: '[[text=Later]]' });
  }
  await using server = await startBullpen(backup.path);
  const sessions = (await (await fetch(`${server.url}/sessions/`)).json()) as unknown[];
  expect(sessions).toHaveLength(1);
  await execute(server.url, {
    prompt: '[[tool=Bash {"command":"cat note.txt"}]] [[text=Read]]',
    resume_session_id: id,
    allowed_tools: ['Bash'],
  });
  const status = await waitForEnd(server.url, id);
  expect(status).toMatchObject({ status: 'completed', result: { result: 'Read' } });
  expect(JSON.stringify(status.messages)).toContain('kept');
});
