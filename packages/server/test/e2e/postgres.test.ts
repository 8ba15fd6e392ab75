import { describe, expect, it } from 'vitest';
import { call, execute, waitForEnd, type ListedSession, type StatusBody } from '../support/api-client.ts';
import { makeDataDir, startBullpen } from '../support/bullpen-process.ts';
import { startPostgres } from '../support/postgres.ts';
import { readStream } from '../support/sse-client.ts';

const started = await startPostgres();

describe('a server on PostgreSQL', () => {
  it('resumes a session, with its memory, on a machine that has only the database and the shared files', async ({
    skip,
  }) => {
    if ('reason' in started) return skip(`no PostgreSQL runs here: ${started.reason}`);
    await using postgres = started.postgres;
    const env = { BULLPEN_DATABASE_URL: await postgres.createDatabase() };
    await using first = await makeDataDir();
    await using second = await makeDataDir();
    await using shared = await makeDataDir();
    const flags = ['--shared-workspaces', shared.path];
    let id: string;
    {
      await using server = await startBullpen(first.path, flags, env);
      id = await execute(server.url, { prompt: 'My name is Barbara.' });
      const types: unknown[] = [];
      for await (const { event, data } of readStream(`${server.url}/sessions/${id}/stream`)) {
        if (event === 'message') types.push((data as StatusBody['messages'][number]).type);
      }
      expect(types).toEqual(['UserMessage', 'SystemMessage', 'AssistantMessage', 'ResultMessage']);
      expect(await server.stop('SIGTERM')).toBe(0);
    }
    await using server = await startBullpen(second.path, flags, env);
    await execute(server.url, { prompt: 'What was my name?', resume_session_id: id });
    const status = await waitForEnd(server.url, id);
    expect(status).toMatchObject({ status: 'completed', error: null });
    expect(String(status.result?.['result'])).toContain('Barbara');
    const { body } = await call<ListedSession[]>(server.url, 'GET', '/sessions/');
    expect(body.map((session) => session.session_id)).toEqual([id]);
    expect(await call(server.url, 'DELETE', `/sessions/${id}`)).toMatchObject({ status: 200 });
  });
});
