import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { call, execute, waitForEnd, type ListedSession, type StatusBody } from '../support/api-client.ts';
import { makeDataDir, processesOf, startBullpen } from '../support/bullpen-process.ts';
import { soakRounds } from '../support/soak.ts';
import { until } from '../support/until.ts';

interface Timed extends ListedSession {
  start_time: string;
  end_time: string;
}

describe('many sessions at once', () => {
  it('20 started together all complete, and the first has ended before the twentieth starts', async () => {
    await using dataDir = await makeDataDir();
    await using server = await startBullpen(dataDir.path, ['--max-agents', '20']);
    const ids = await Promise.all(
      Array.from({ length: 20 }, (_, i) => execute(server.url, { prompt: `[[text=Number ${i}]]` })),
    );
    const ends = await Promise.all(ids.map((id) => waitForEnd(server.url, id)));
    expect(ends.map((end) => [end.status, end.result?.['result']])).toEqual(
      ids.map((_, i) => ['completed', `Number ${i}`]),
    );
    const { body } = await call<Timed[]>(server.url, 'GET', '/sessions/');
    const byStart = body.toSorted((a, b) => a.start_time.localeCompare(b.start_time));
    const [first, last] = [byStart[0], byStart.at(-1)];
    expect((first?.end_time ?? '') < (last?.start_time ?? '')).toBe(true);
  });

  it('sessions beyond the slots stay pending, and start in order of arrival', async () => {
    await using dataDir = await makeDataDir();
    await using server = await startBullpen(dataDir.path, ['--max-agents', '1']);
    const ids: string[] = [];
    for (let i = 0; i < 4; i++) ids.push(await execute(server.url, { prompt: `[[ttft=200]][[text=${i}]]` }));
    expect((await call<StatusBody>(server.url, 'GET', `/status/${ids[3]}`)).body).toMatchObject({
      status: 'pending',
      duration_ms: null,
      result: null,
    });
    for (const id of ids) expect(await waitForEnd(server.url, id)).toMatchObject({ status: 'completed' });
    const { body } = await call<Timed[]>(server.url, 'GET', '/sessions/');
    const byStart = body.toSorted((a, b) => a.start_time.localeCompare(b.start_time));
    expect(byStart.map((session) => session.session_id)).toEqual(ids);
  });
});

const CYCLES = soakRounds(5);
const TURNS = soakRounds(10);
/** The first rounds fill caches and heaps: a server's memory levels off after some dozens. */
const FIRST_CYCLES = Math.min(CYCLES, 25);
const FIRST_TURNS = Math.max(20, Math.min(TURNS, 60));

describe('create, cancel, delete, over and over', () => {
  it(
    'leaves no process, file descriptor or directory, and at most 20 MB growth',
    async () => {
      await using dataDir = await makeDataDir();
      await using server = await startBullpen(dataDir.path, ['--max-agents', '4']);
      const cycle = async (): Promise<void> => {
        const id = await execute(server.url, { prompt: 'Please count slowly to 500.' });
        await until('the session runs', async () => {
          const { body } = await call<StatusBody>(server.url, 'GET', `/status/${id}`);
          return body.status === 'running';
        });
        expect(await call(server.url, 'POST', `/cancel/${id}`)).toMatchObject({
          status: 200,
          body: { session_id: id, status: 'cancelled', message: `Session ${id} cancelled successfully` },
        });
        expect(await processesOf(dataDir.path, [server.pid])).toEqual([]);
        expect(await call(server.url, 'DELETE', `/sessions/${id}`)).toMatchObject({ status: 200 });
      };
      for (let i = 0; i < FIRST_CYCLES; i++) await cycle();
      const before = await measureFloor(server.pid, cycle);
      for (let i = 0; i < CYCLES; i++) await cycle();
      const after = await measureFloor(server.pid, cycle);
      expect(after.descriptors).toBeLessThanOrEqual(before.descriptors + 3);
      expect(after.residentBytes - before.residentBytes).toBeLessThanOrEqual(20e6);
      expect(await readdir(join(dataDir.path, 'sessions'))).toEqual([]);
      const [run = '', ...others] = await readdir(join(dataDir.path, 'run'));
      expect(others).toEqual([]);
      expect(await readdir(join(dataDir.path, 'run', run))).toEqual([]);
      expect(await readdir(join(dataDir.path, 'tmp'))).toEqual([]);
      expect((await call(server.url, 'GET', '/sessions/')).body).toEqual([]);
    },
    60_000 + 2 * CYCLES * 6_000,
  );
});

describe('turn after turn in one session', () => {
  it(
    'leaves no process but the warm one, no file descriptor, and at most 20 MB growth',
    async () => {
      await using dataDir = await makeDataDir();
      await using server = await startBullpen(dataDir.path);
      const id = await execute(server.url, { prompt: '[[text=First]]' });
      await waitForEnd(server.url, id);
      const turn = async (): Promise<void> => {
        await execute(server.url, { prompt: '[[tokens=50]]', resume_session_id: id });
        expect(await waitForEnd(server.url, id)).toMatchObject({ status: 'completed' });
      };
      for (let i = 0; i < FIRST_TURNS; i++) await turn();
      const before = await measureFloor(server.pid, turn);
      const processes = await processesOf(dataDir.path, [server.pid]);
      for (let i = 0; i < TURNS; i++) await turn();
      const after = await measureFloor(server.pid, turn);
      expect(await processesOf(dataDir.path, [server.pid])).toEqual(processes);
      expect(after.descriptors).toBeLessThanOrEqual(before.descriptors + 3);
      expect(after.residentBytes - before.residentBytes).toBeLessThanOrEqual(20e6);
    },
    120_000 + TURNS * 3_000,
  );
});

/** The least over a few rounds: between two collections of garbage a server takes more than it needs. */
async function measureFloor(pid: number, round: () => Promise<void>): ReturnType<typeof measure> {
  const samples = [await measure(pid)];
  for (let i = 0; i < Math.min(FIRST_CYCLES, 15); i++) {
    await round();
    samples.push(await measure(pid));
  }
  const least = (read: (sample: Awaited<ReturnType<typeof measure>>) => number): number =>
    Math.min(...samples.map(read));
  return {
    descriptors: least(({ descriptors }) => descriptors),
    residentBytes: least(({ residentBytes }) => residentBytes),
  };
}

async function measure(pid: number): Promise<{ descriptors: number; residentBytes: number }> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const kilobytes = Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]);
  return { descriptors: (await readdir(`/proc/${pid}/fd`)).length, residentBytes: kilobytes * 1024 };
}
