import { send } from '../harness/http.ts';
import { readResidentMegabytes, runProgram, startBullpen, type Service } from '../harness/processes.ts';
import type { Bench, Measurement, Scenario } from '../harness/scenario.ts';
import { median } from '../harness/statistics.ts';

const FEW = 1000;
const MANY = 100_000;
const IDLE = 10_000;
const REQUESTS = 300;

export const growth: Scenario = {
  name: 'growth',
  how:
    `GET /sessions/?limit=100 and GET /status/{id} of a server with ${MANY} finished sessions (three messages each), ` +
    `compared with one that has ${FEW}; both run, and are asked in turns, ${REQUESTS} times; the sessions asked for are ` +
    `spread over all. Medians. Memory: resident size with ${IDLE} sessions after as many requests, compared with none.`,
  async run(bench) {
    await using few = await startSeeded(bench, FEW);
    await using many = await startSeeded(bench, MANY);
    await using idle = await startSeeded(bench, IDLE);
    await using none = await startSeeded(bench, 0);

    const paths = {
      list: async (server: Service) => () => send('GET', `${server.url}/sessions/?limit=100`),
      'old page': async (server: Service) => {
        const before = (await sampleIds(server)).at(-2) ?? '';
        return () => send('GET', `${server.url}/sessions/?limit=100&before=${before}`);
      },
      status: async (server: Service) => {
        const ids = await sampleIds(server);
        let next = 0;
        return () => send('GET', `${server.url}/status/${ids[next++ % ids.length]}`);
      },
    };
    const measurements: Measurement[] = [];
    for (const [name, prepare] of Object.entries(paths)) {
      const [askFew, askMany] = [await prepare(few), await prepare(many)];
      const times = { few: [] as number[], many: [] as number[] };
      await bench.quiet();
      for (let i = 0; i < REQUESTS * 1.2; i++) {
        const [fewer, more] = [await askFew(), await askMany()];
        if (fewer.status !== 200 || more.status !== 200)
          throw new Error(`${name}: ${fewer.body} ${more.body}`);
        // The first ones warm up.
        if (i < REQUESTS * 0.2) continue;
        times.few.push(fewer.ms);
        times.many.push(more.ms);
      }
      measurements.push({
        what: `${name}, ${MANY} sessions`,
        unit: 'ms',
        value: median(times.many),
        reference: { what: `${FEW} sessions`, value: median(times.few) },
        bar: { atMost: 2, of: 'times' },
      });
    }
    for (let i = 0; i < REQUESTS; i++) {
      for (const { url } of [idle, none]) await send('GET', `${url}/sessions/?limit=100`);
    }
    return [
      ...measurements,
      {
        what: `resident, ${IDLE} idle sessions`,
        unit: 'MB',
        value: readResidentMegabytes(idle.pid),
        reference: { what: 'none', value: readResidentMegabytes(none.pid) },
        bar: { atMost: 20, of: 'more' },
      },
    ];
  },
};

async function startSeeded(bench: Bench, count: number): Promise<Service> {
  const directory = await bench.directory();
  await runProgram('seed', [directory, String(count)]);
  bench.note(`seeded ${count} sessions`);
  return startBullpen(directory, bench.demoModelUrl);
}

/** Ids of 100 sessions, spread over all that there are: pages of 1000, newest first. */
async function sampleIds({ url }: Service): Promise<string[]> {
  const ids: string[] = [];
  for (let before = ''; ;) {
    const { body } = await send('GET', `${url}/sessions/?limit=1000${before && `&before=${before}`}`);
    const page = (JSON.parse(body) as { session_id: string }[]).map(({ session_id: id }) => id);
    ids.push(...page);
    if (page.length < 1000) break;
    before = page.at(-1) ?? '';
  }
  return ids.filter((_, index) => index % Math.ceil(ids.length / 100) === 0);
}
