import { execute } from '../harness/bullpen-client.ts';
import { loadPosts } from '../harness/load.ts';
import { startBullpen, startProgram } from '../harness/processes.ts';
import { interleave } from '../harness/rounds.ts';
import type { Scenario } from '../harness/scenario.ts';
import { median } from '../harness/statistics.ts';

const CONNECTIONS = 64;
const BODY = JSON.stringify({ prompt: 'Write a haiku about the sea into sea.txt' });
const DURATION_MS = 3000;

export const creates: Scenario = {
  name: 'creates',
  how:
    `POST /execute/ over ${CONNECTIONS} connections for ${DURATION_MS / 1000} s. The only slot is taken by a session that waits ` +
    'for its model, so that no agent starts: validation, ids, the rows of a session, fsync, answer. Compared with ' +
    'fastify, zod and one insert per request, one fsync per tick of the event loop, in a process of its own; in turns.',
  async run(bench) {
    await using server = await startBullpen(await bench.directory(), bench.demoModelUrl, [
      '--max-agents',
      '1',
      '--max-queue',
      '1000000',
    ]);
    await execute(server.url, { prompt: '[[no-headers]]' });
    await using floor = await startProgram('create-floor', [await bench.directory()]);
    const load = { connections: CONNECTIONS, durationMs: DURATION_MS };
    const samples = await interleave(bench.rounds(4), bench.quiet, {
      floor: () => loadPosts(`${floor.url}/execute/`, BODY, load),
      bullpen: () => loadPosts(`${server.url}/execute/`, BODY, load),
    });
    return [
      {
        what: `durable creates, ${CONNECTIONS} at once`,
        unit: '/s',
        value: median(samples.bullpen),
        reference: { what: 'floor', value: median(samples.floor) },
        bar: { atLeast: 0.6, of: 'times' },
      },
    ];
  },
};
