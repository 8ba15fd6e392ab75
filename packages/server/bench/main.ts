import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { profileServers, startProgram } from './harness/processes.ts';
import { createQuiet } from './harness/quiet.ts';
import { describeMachine, toMarkdown, toTable, type Report } from './harness/report.ts';
import { isMet, type Bench, type Scenario } from './harness/scenario.ts';
import { SCENARIOS } from './scenarios.ts';

const PAGE = fileURLToPath(new URL('../../../../docs/reference/benchmarks.md', import.meta.url));
const HELP = `Measures what Bullpen adds to the raw agent SDK, or to the same work without it, and fails when a bar is missed.

  --only <name,…>   only these scenarios: ${SCENARIOS.map(({ name }) => name).join(', ')}
  --rounds <n>      rounds of every scenario, instead of its own number
  --json <file>     writes the figures as JSON
  --profile <dir>   leaves a CPU profile of every server there (*.cpuprofile: open it in Chrome or VS Code)
  --markdown        writes docs/reference/benchmarks.md
`;

const PATIENCE_MS = 5 * 60_000;
class OutOfTime extends Error {
  override name = 'OutOfTime';
}

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    rounds: { type: 'string' },
    json: { type: 'string' },
    profile: { type: 'string' },
    markdown: { type: 'boolean' },
    help: { type: 'boolean' },
  },
});
// A signal ends the process through its exit handlers, so that nothing of what it started is left.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

if (values.help) process.stdout.write(HELP);
else await main();

async function main(): Promise<void> {
  profileServers(values.profile);
  const report = await runScenarios(chooseScenarios());
  process.stdout.write(`\n${toTable(report)}\n`);
  if (values.json) await writeFile(values.json, `${JSON.stringify(report, null, 2)}\n`);
  if (values.markdown) await writeFile(PAGE, toMarkdown(report, SCENARIOS));
  const all = report.results.flatMap(({ error, measurements }) => [
    error === undefined,
    ...measurements.map(isMet),
  ]);
  // Not by itself: a scenario out of time leaves connections behind.
  process.exit(all.includes(false) ? 1 : 0);
}

async function inTime<T>(work: Promise<T>): Promise<T> {
  const late = new AbortController();
  const timeout = sleep(PATIENCE_MS, undefined, { signal: late.signal }).then(() => {
    throw new OutOfTime(`took longer than ${PATIENCE_MS / 60_000} min`);
  });
  try {
    return await Promise.race([work, timeout]);
  } finally {
    late.abort();
    timeout.catch(() => undefined);
  }
}

function chooseScenarios(): Scenario[] {
  const names = values.only?.split(',');
  const unknown = names?.find((name) => !SCENARIOS.some((scenario) => scenario.name === name));
  if (unknown !== undefined) throw new Error(`No scenario is named ${unknown}.\n\n${HELP}`);
  return SCENARIOS.filter(({ name }) => !names || names.includes(name));
}

async function runScenarios(scenarios: Scenario[]): Promise<Report> {
  const quiet = createQuiet();
  await using demoModel = await startProgram('demo-model');
  await using stampingModel = await startProgram('stamping-model');
  const report: Report = { ...describeMachine(), results: [], noisy: 0, waits: 0 };
  for (const scenario of scenarios) {
    const note = (text: string): void => void process.stderr.write(`${scenario.name}: ${text}\n`);
    const root = await mkdtemp(join(tmpdir(), 'bullpen-bench-'));
    const bench: Bench = {
      rounds: (usual) => (values.rounds === undefined ? usual : Number(values.rounds)),
      quiet,
      directory: () => mkdtemp(join(root, 'run-')),
      demoModelUrl: demoModel.url,
      stampingModelUrl: stampingModel.url,
      note,
    };
    note('…');
    const startedAt = performance.now();
    try {
      const measurements = await inTime(scenario.run(bench));
      report.results.push({ name: scenario.name, measurements });
    } catch (error) {
      note(String(error instanceof Error ? error.stack : error));
      report.results.push({ name: scenario.name, measurements: [], error: String(error) });
      // It still runs, and would disturb the others.
      if (error instanceof OutOfTime) break;
    } finally {
      await rm(root, { recursive: true, force: true, maxRetries: 5 });
    }
    note(`took ${((performance.now() - startedAt) / 1000).toFixed(0)} s`);
  }
  return { ...report, noisy: quiet.noisy, waits: quiet.calls };
}
