import { setTimeout as sleep } from 'node:timers/promises';
import { execute } from '../harness/bullpen-client.ts';
import { startBullpen } from '../harness/processes.ts';
import type { Measurement, Scenario } from '../harness/scenario.ts';
import { percentile } from '../harness/statistics.ts';

const AT_ONCE = 20;
const EVERY_MS = 50;
const FOR_MS = 6000;

export const acknowledgement: Scenario = {
  name: 'acknowledgement',
  how:
    `How long POST /execute/ takes. Idle: one after the other, while the only slot is taken, so that no agent starts. ` +
    `Under load: ${AT_ONCE} at once on a fresh server with ${AT_ONCE} slots, and one more every ${EVERY_MS} ms for ` +
    `${FOR_MS / 1000} s while their agents start, those ${AT_ONCE} included.`,
  async run(bench) {
    const { demoModelUrl } = bench;
    const idle: number[] = [];
    {
      await using server = await startBullpen(await bench.directory(), demoModelUrl, ['--max-agents', '1']);
      await execute(server.url, { prompt: '[[no-headers]]' });
      for (let i = 0; i < 20; i++) await execute(server.url, { prompt: 'warm up' });
      await sleep(1000);
      await bench.quiet();
      for (let i = 0; i < 200; i++) idle.push((await execute(server.url, { prompt: 'Hello' })).ms);
    }
    const loaded: number[] = [];
    for (let round = 0; round < bench.rounds(3); round++) {
      await using server = await startBullpen(await bench.directory(), demoModelUrl, [
        '--max-agents',
        String(AT_ONCE),
      ]);
      await bench.quiet();
      const time = async (): Promise<void> => {
        loaded.push((await execute(server.url, { prompt: '[[no-headers]]' })).ms);
      };
      const pending = Array.from({ length: AT_ONCE }, time);
      for (let passed = 0; passed < FOR_MS; passed += EVERY_MS) {
        await sleep(EVERY_MS);
        pending.push(time());
      }
      await Promise.all(pending);
    }
    return [...measure('idle', idle), ...measure(`while ${AT_ONCE} agents start`, loaded)];
  },
};

function measure(when: string, samples: number[]): Measurement[] {
  return [
    {
      what: `POST /execute/, ${when}, p50`,
      unit: 'ms',
      value: percentile(samples, 0.5),
      bar: { atMost: 5, of: 'value' },
    },
    {
      what: `POST /execute/, ${when}, p99`,
      unit: 'ms',
      value: percentile(samples, 0.99),
      bar: { atMost: 30, of: 'value' },
    },
  ];
}
