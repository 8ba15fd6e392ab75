import { access, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { execute, waitForEnd } from '../support/api-client.ts';
import { makeDataDir, startBullpen } from '../support/bullpen-process.ts';
import { until } from '../support/until.ts';

const FORGOTTEN = '01a202fa-c598-7148-b14c-e14ee9319e93';

async function leaveWorkspace(dataDir: string, sessionId: string): Promise<void> {
  await mkdir(join(dataDir, 'sessions', sessionId, 'workspace'), { recursive: true });
  await writeFile(join(dataDir, 'sessions', sessionId, 'workspace', 'file'), '');
}

async function sessionsIn(dataDir: string): Promise<string[]> {
  return (await readdir(join(dataDir, 'sessions'))).toSorted();
}

describe('a start', () => {
  it('removes what a crash left: files of sessions that are no more, of processes, of resumed conversations', async () => {
    await using dataDir = await makeDataDir();
    let kept: string;
    {
      await using server = await startBullpen(dataDir.path);
      kept = await execute(server.url, { prompt: 'Hello' });
      await waitForEnd(server.url, kept);
      await server.stop('SIGKILL');
    }
    await leaveWorkspace(dataDir.path, FORGOTTEN);
    // Not a session's: the operator's own, perhaps.
    await mkdir(join(dataDir.path, 'sessions', 'notes'));
    const left = [
      join(dataDir.path, 'run', 's-old', 'agent-old'),
      join(dataDir.path, 'tmp', 'claude-resume-old'),
    ];
    for (const path of left) await mkdir(path, { recursive: true });
    await using server = await startBullpen(dataDir.path);
    await until(
      'the forgotten one is gone',
      async () => !(await sessionsIn(dataDir.path)).includes(FORGOTTEN),
    );
    expect(await sessionsIn(dataDir.path)).toEqual([kept, 'notes'].toSorted());
    for (const path of left) await expect(access(path)).rejects.toThrow();
    expect(await execute(server.url, { prompt: 'Go on', resume_session_id: kept })).toBe(kept);
  });

  it('removes no files of sessions once the data directory has served another database', async () => {
    await using dataDir = await makeDataDir();
    {
      await using server = await startBullpen(dataDir.path);
      await server.stop('SIGTERM');
    }
    for (const name of await readdir(dataDir.path)) {
      if (name.startsWith('bullpen.sqlite')) await rm(join(dataDir.path, name));
    }
    await leaveWorkspace(dataDir.path, FORGOTTEN);
    // Also not at the second start with the new one, for which it is the usual one.
    for (let starts = 0; starts < 2; starts++) {
      await using server = await startBullpen(dataDir.path);
      await until('it says so', () => server.output().includes('several databases'));
      await server.stop('SIGTERM');
    }
    expect(await sessionsIn(dataDir.path)).toEqual([FORGOTTEN]);
  });
});
