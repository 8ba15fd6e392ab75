import { mkdir, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { call, execute, waitForEnd } from '../support/api-client.ts';
import { makeDataDir, startBullpen } from '../support/bullpen-process.ts';
import { until } from '../support/until.ts';

interface ServerBody {
  uptime_seconds: number;
  agents: { running: number; max: number; waiting: number; processes: number; warm: number };
  memory: Record<string, number>;
  warnings: { code: string; values: Record<string, unknown> }[];
}

it('GET /server says how the server is, and what is weak in it', async () => {
  await using dataDir = await makeDataDir();
  const root = join(dataDir.path, 'root');
  await mkdir(root);
  const flags = ['--max-agents', '3', '--max-queue', '0', '--allowed-roots', `${root},${dataDir.path}`];
  await using server = await startBullpen(join(dataDir.path, 'data'), flags);
  const look = async () => (await call<ServerBody>(server.url, 'GET', '/server')).body;
  expect(await look()).toMatchObject({
    node_version: process.versions.node,
    mode: 'demo',
    provider_url: null,
    role: 'single',
    node: hostname(),
    nodes: [],
    database: { kind: 'sqlite', reachable: true },
    agents: { running: 0, max: 3, waiting: 0, processes: 0, warm: 0 },
  });
  const id = await execute(server.url, { prompt: '[[stall]]' });
  const busy = await until('it works', async () => {
    const body = await look();
    return (body.memory['agents_bytes'] ?? 0) > 0 && body;
  });
  expect(busy.agents).toMatchObject({ running: 1, waiting: 0, processes: 1, warm: 0 });
  expect(busy.memory['total_bytes']).toBeGreaterThan(busy.memory['free_bytes'] ?? Infinity);
  await call(server.url, 'POST', `/cancel/${id}`);
  const done = await execute(server.url, { prompt: '[[text=Done]]' });
  await waitForEnd(server.url, done);
  await until('its process waits', async () => {
    const { agents } = await look();
    return agents.warm === 1 && agents.processes === 1 && agents.running === 0;
  });

  await rm(root, { recursive: true });
  const { warnings } = await look();
  expect(warnings).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ code: 'allowed_root_missing', values: { path: root } }),
      expect.objectContaining({ code: 'no_api_keys' }),
      expect.objectContaining({ code: 'no_limits', values: { settings: 'max-queue' } }),
      expect.objectContaining({ code: 'demo_mode' }),
    ]),
  );
});
