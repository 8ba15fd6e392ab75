import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { call, execute, waitForEnd, type ListedSession, type StatusBody } from '../support/api-client.ts';
import { makeDataDir, processesOf, startBullpen, startRefused } from '../support/bullpen-process.ts';
import { recoveriesOf } from '../support/recovery.ts';
import { until } from '../support/until.ts';

// 26 agents start, beside another file's.
vi.setConfig({ testTimeout: 120_000 });

const SLOW = 'Please count slowly to 500.';
const WORK = {
  prompt: 'Work. [[tool=Bash {"command":"touch begun; while true; do sleep 1; done"}]] [[text=Back again]]',
  allowed_tools: ['Bash'],
};

describe('after a crash of the server (SIGKILL)', () => {
  it('no agent is left, every session is listed once, cut runs go on, finished ones remember', async () => {
    await using dataDir = await makeDataDir();
    const flags = ['--max-agents', '12'];
    const started: string[] = [];
    let finished: string;
    {
      await using server = await startBullpen(dataDir.path, flags);
      finished = await execute(server.url, { prompt: 'Hello! My name is Grace.' });
      expect(await waitForEnd(server.url, finished)).toMatchObject({ status: 'completed' });
      for (let i = 0; i < 12; i++) started.push(await execute(server.url, WORK));
      // One that was not made yet would be made again, and take its two minutes.
      await until(
        'all 12 are in the middle of their call',
        async () => {
          const { body } = await call<ListedSession[]>(server.url, 'GET', '/sessions/?status=running');
          const hasBegun = ({ session_id: id }: ListedSession): boolean =>
            existsSync(join(dataDir.path, 'sessions', id, 'workspace', 'begun'));
          return body.length === 12 && body.every(hasBegun);
        },
        90_000,
      );
      expect((await processesOf(dataDir.path, [server.pid])).length).toBeGreaterThanOrEqual(12);
      await server.stop('SIGKILL');
      await until('no agent is left', async () => (await processesOf(dataDir.path)).length === 0, 3000);
    }
    await using server = await startBullpen(dataDir.path, flags);
    for (const session of started) {
      const status = await waitForEnd(server.url, session);
      expect(status).toMatchObject({ status: 'completed', result: { result: 'Back again' } });
      expect(recoveriesOf(status)).toMatchObject([{ attempt: 1 }]);
    }
    const { body: sessions } = await call<ListedSession[]>(server.url, 'GET', '/sessions/');
    expect(sessions.map((session) => session.session_id)).toEqual([finished, ...started]);
    for (const prompt of ['What was my name?', 'And what was my name again?']) {
      await execute(server.url, { prompt, resume_session_id: finished });
      const status = await waitForEnd(server.url, finished);
      expect(status).toMatchObject({ status: 'completed' });
      expect(String(status.result?.['result'])).toContain('Grace');
    }
    const cut = started[0] ?? '';
    await execute(server.url, { prompt: 'What was my first message?', resume_session_id: cut });
    expect(await waitForEnd(server.url, cut)).toMatchObject({ status: 'completed' });
  });

  it('a session that was still waiting for a slot starts', async () => {
    await using dataDir = await makeDataDir();
    const flags = ['--max-agents', '1'];
    let waiting: string;
    {
      await using server = await startBullpen(dataDir.path, flags);
      const first = await execute(server.url, { prompt: SLOW });
      await until('the first runs', async () => {
        const { body } = await call<StatusBody>(server.url, 'GET', `/status/${first}`);
        return body.status === 'running';
      });
      waiting = await execute(server.url, { prompt: '[[text=Here I am]]' });
      expect((await call<StatusBody>(server.url, 'GET', `/status/${waiting}`)).body.status).toBe('pending');
      await server.stop('SIGKILL');
    }
    await using server = await startBullpen(dataDir.path, flags);
    const status = await waitForEnd(server.url, waiting);
    expect(status).toMatchObject({ status: 'completed', result: { result: 'Here I am' } });
  });
});

describe('the data directory', () => {
  it('serves one server: a second one is refused with a sentence, and the first goes on', async () => {
    await using dataDir = await makeDataDir();
    await using server = await startBullpen(dataDir.path);
    const second = await startRefused(dataDir.path);
    expect(second.code).not.toBe(0);
    expect(second.output).toContain(dataDir.path);
    expect(second.output.trim().split('\n')).toHaveLength(1);
    expect((await call(server.url, 'GET', '/healthz')).status).toBe(200);
  });
});
