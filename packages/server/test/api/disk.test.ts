import { describe, expect, it } from 'vitest';
import { call, execute } from '../support/api-client.ts';
import { startApp } from '../support/app.ts';
import { makeDataDir, startBullpen } from '../support/bullpen-process.ts';
import { until } from '../support/until.ts';

interface ServerBody {
  version: string;
  disk: Record<string, number | string | null>;
  streams: { open: number; max: number };
}

describe('GET /server', () => {
  it('shows what the server uses and what is left, measured and not guessed', async () => {
    await using dataDir = await makeDataDir();
    await using server = await startBullpen(dataDir.path);
    const body = await until('everything is measured', async () => {
      const answer = await call<ServerBody>(server.url, 'GET', '/server');
      return answer.body.disk['workspaces_bytes'] !== null && answer.body.disk['database_bytes'] !== null
        ? answer.body
        : undefined;
    });
    expect(body.disk['free_bytes']).toBeGreaterThan(0);
    expect(body.disk['database_bytes']).toBeGreaterThan(50_000);
    expect(body.disk['workspaces_bytes']).toBeGreaterThanOrEqual(0);
    expect(body.disk['min_free_bytes']).toBe(256 * 2 ** 20);
    expect(body.streams).toEqual({ open: 0, max: 5000 });
  });
});

describe('a disk that is nearly full', () => {
  it('is noticed, and new work is refused with a sentence', async () => {
    await using dataDir = await makeDataDir();
    await using server = await startBullpen(dataDir.path, ['--min-free-disk', '1000TiB']);
    const refused = await call(server.url, 'POST', '/execute/', { prompt: 'x' });
    expect(refused.status).toBe(503);
    expect(refused.headers.get('retry-after')).toBe('60');
    expect(refused.body['detail']).toMatch(
      /^The disk of the server is nearly full: \d+ MiB are free, and it takes new work from 1048576000 MiB on \(min-free-disk\)$/,
    );
    expect((await call(server.url, 'GET', '/sessions/')).body).toEqual([]);
    expect((await call(server.url, 'GET', '/readyz')).status).toBe(200);
  });

  it('takes nothing from work under way, and new work is taken once there is room', async () => {
    const use = {
      freeBytes: 5,
      totalBytes: null,
      databaseBytes: null,
      workspacesBytes: null,
      workspacesMeasuredAt: null,
    };
    const disk = { use, minFreeBytes: 10, isLow: false };
    await using app = await startApp({ disk });
    const id = await execute(app.url, { prompt: 'x' });
    const run = await app.worker.take(id);
    disk.isLow = true;
    const resume = { prompt: 'more', resume_session_id: id };
    expect((await call(app.url, 'POST', '/execute/', { prompt: 'x' })).status).toBe(503);
    await run.say('still here');
    await run.end('completed');
    expect((await call(app.url, 'POST', '/execute/', resume)).status).toBe(503);
    expect(await call(app.url, 'GET', `/status/${id}`)).toMatchObject({ body: { status: 'completed' } });
    expect((await call(app.url, 'DELETE', '/sessions/cleanup')).status).toBe(200);
    disk.isLow = false;
    expect((await call(app.url, 'POST', '/execute/', resume)).status).toBe(200);
  });
});
