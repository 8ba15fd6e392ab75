import { runSession } from '../harness/bullpen-client.ts';
import { startBullpen } from '../harness/processes.ts';
import { prepareRawAgent, runCold, type RawAgent, type RawRun } from '../harness/raw-agent.ts';
import type { Scenario } from '../harness/scenario.ts';
import { median } from '../harness/statistics.ts';

const COUNT = 20;
const PROMPT = '[[text=Hello]]';

export const burst: Scenario = {
  name: 'burst',
  how:
    `${COUNT} new sessions at once on a fresh server with its default limits, each with its stream: until the last ` +
    `has ended, and the median time to first text. Compared with ${COUNT} raw \`query()\` at once, each in a home of its own.`,
  async run(bench) {
    const { demoModelUrl } = bench;
    const walls = { raw: [] as number[], bullpen: [] as number[] };
    const firsts = { raw: [] as number[], bullpen: [] as number[] };
    const atOnce = async (side: keyof typeof walls, run: () => Promise<RawRun>): Promise<void> => {
      await bench.quiet();
      const runs = await Promise.all(Array.from({ length: COUNT }, run));
      firsts[side].push(median(runs.map(({ firstTextMs }) => firstTextMs)));
      walls[side].push(Math.max(...runs.map(({ endMs }) => endMs)) / 1000);
    };
    for (let round = 0; round < bench.rounds(2); round++) {
      const agents: RawAgent[] = [];
      while (agents.length < COUNT) {
        agents.push(await prepareRawAgent(await bench.directory(), demoModelUrl, 'defaults'));
      }
      await atOnce('raw', async () => {
        const agent = agents.pop();
        if (!agent) throw new Error('More runs than agents');
        return runCold(agent, PROMPT);
      });
      await using server = await startBullpen(await bench.directory(), demoModelUrl);
      await atOnce('bullpen', () => runSession(server.url, PROMPT));
    }
    return [
      {
        what: `${COUNT} at once, all done`,
        unit: 's',
        value: median(walls.bullpen),
        reference: { what: 'raw', value: median(walls.raw) },
        bar: { atMost: 0.8, of: 'times' },
      },
      {
        what: `${COUNT} at once, median first text`,
        unit: 'ms',
        value: median(firsts.bullpen),
        reference: { what: 'raw', value: median(firsts.raw) },
        bar: { atMost: 0.5, of: 'times' },
      },
    ];
  },
};
