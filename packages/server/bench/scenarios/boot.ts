import { send } from '../harness/http.ts';
import { readResidentMegabytes, startBullpen } from '../harness/processes.ts';
import type { Scenario } from '../harness/scenario.ts';
import { median } from '../harness/statistics.ts';

export const boot: Scenario = {
  name: 'boot',
  how:
    'From the start of the process on a data directory that it has used before until GET /readyz answers 200, and its ' +
    'resident size then. Medians.',
  async run(bench) {
    const directory = await bench.directory();
    const [starts, sizes]: [number[], number[]] = [[], []];
    const rounds = bench.rounds(8);
    for (let round = 0; round <= rounds; round++) {
      await bench.quiet();
      const startedAt = performance.now();
      await using server = await startBullpen(directory, bench.demoModelUrl);
      const { status } = await send('GET', `${server.url}/readyz`);
      if (status !== 200) throw new Error(`GET /readyz answered ${status}`);
      // The first start makes the database.
      if (round === 0) continue;
      starts.push(performance.now() - startedAt);
      sizes.push(readResidentMegabytes(server.pid));
    }
    return [
      { what: 'start to first 200', unit: 'ms', value: median(starts), bar: { atMost: 600, of: 'value' } },
      { what: 'resident at boot', unit: 'MB', value: median(sizes), bar: { atMost: 120, of: 'value' } },
    ];
  },
};
