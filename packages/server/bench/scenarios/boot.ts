import { setTimeout as sleep } from 'node:timers/promises';
import { send } from '../harness/http.ts';
import { readResidentMegabytes, runNode, startBullpen } from '../harness/processes.ts';
import { interleave } from '../harness/rounds.ts';
import type { Scenario } from '../harness/scenario.ts';
import { median } from '../harness/statistics.ts';

export const boot: Scenario = {
  name: 'boot',
  how:
    'From the start of the process, on a data directory that it has used before, until GET /readyz answers 200, and ' +
    'its resident size then and two seconds later, when the engine is loaded too. The time of `node -e 0` says how fast the machine is just now. Medians.',
  async run(bench) {
    const directory = await bench.directory();
    const sizes: number[] = [];
    const laterSizes: number[] = [];
    const samples = await interleave(bench.rounds(8), bench.quiet, {
      node: () => time(() => runNode(['-e', '0'])),
      bullpen: async () => {
        const startedAt = performance.now();
        await using server = await startBullpen(directory, bench.demoModelUrl);
        const { status } = await send('GET', `${server.url}/readyz`);
        if (status !== 200) throw new Error(`GET /readyz answered ${status}`);
        sizes.push(readResidentMegabytes(server.pid));
        const took = performance.now() - startedAt;
        await sleep(2000);
        laterSizes.push(readResidentMegabytes(server.pid));
        return took;
      },
    });
    return [
      {
        what: 'start to first 200',
        unit: 'ms',
        value: median(samples.bullpen),
        reference: { what: 'node -e 0', value: median(samples.node) },
        bar: { atMost: 600, of: 'value' },
      },
      { what: 'resident at boot', unit: 'MB', value: median(sizes), bar: { atMost: 120, of: 'value' } },
      { what: 'resident with the engine loaded', unit: 'MB', value: median(laterSizes) },
    ];
  },
};

async function time(work: () => Promise<void>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}
