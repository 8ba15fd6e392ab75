import { readFileSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';
import { VERSION } from '#src/lib/version.ts';
import { isMet, ratioOf, type Bar, type Measurement, type Scenario } from './scenario.ts';

export interface Report {
  date: string;
  machine: string;
  versions: { bullpen: string; node: string; agentSdk: string };
  results: { name: string; measurements: Measurement[]; error?: string }[];
  /** How often the machine was waited for, and how often in vain. */
  waits: number;
  noisy: number;
}

export function describeMachine(): Pick<Report, 'date' | 'machine' | 'versions'> {
  const [cpu] = cpus();
  const sdk = new URL('package.json', import.meta.resolve('@anthropic-ai/claude-agent-sdk'));
  return {
    date: new Date().toISOString().slice(0, 10),
    machine: `${cpus().length} × ${cpu?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${process.platform} ${release()}`,
    versions: {
      bullpen: VERSION,
      node: process.version,
      agentSdk: (JSON.parse(readFileSync(sdk, 'utf8')) as { version: string }).version,
    },
  };
}

const HEAD = ['scenario', 'what', 'Bullpen', 'without', 'ratio', 'bar', ''];

/** For the terminal. */
export function toTable(report: Report): string {
  const rows = [HEAD, ...toRows(report)];
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** For docs/reference. */
export function toMarkdown(report: Report, scenarios: readonly Scenario[]): string {
  const line = (cells: string[]): string => `| ${cells.join(' | ')} |`;
  const { versions } = report;
  return `<!-- Written by \`npm run bench -- --markdown\`. Do not edit. -->
# Benchmarks

What Bullpen adds to the raw agent SDK, or to the same work without Bullpen, measured in the same run on the same
machine with a scripted model that answers at once. Only the ratios carry over to other machines; with a real model
everything that is measured from a prompt on takes seconds longer on both sides.

- Date: ${report.date}
- Machine: ${report.machine}
- Bullpen ${versions.bullpen}, Node ${versions.node}, agent SDK ${versions.agentSdk}
- Before a sample the bench waits for a quiet machine; ${report.noisy} of ${report.waits} waits were in vain.

${[line(HEAD), line(HEAD.map(() => '---')), ...toRows(report).map(line)].join('\n')}

## How
${scenarios.map(({ name, how }) => `\n**${name}.** ${how}\n`).join('')}
\`npm run bench\` runs all of this; \`npm run bench -- --help\` lists its flags.
`;
}

function toRows({ results }: Report): string[][] {
  return results.flatMap(({ name, measurements, error }) =>
    error === undefined
      ? measurements.map((measurement) => toRow(name, measurement))
      : [[name, error, '', '', '', '', 'failed']],
  );
}

function toRow(name: string, measurement: Measurement): string[] {
  const { what, value, unit, reference, bar } = measurement;
  const ratio = ratioOf(measurement);
  const met = isMet(measurement);
  return [
    name,
    what,
    `${formatNumber(value)} ${unit}`,
    reference ? `${formatNumber(reference.value)} ${unit} (${reference.what})` : '',
    ratio === undefined ? '' : `${ratio.toFixed(2)} ×`,
    bar ? formatBar(bar, unit) : '',
    met === undefined ? '' : met ? 'met' : 'MISSED',
  ];
}

function formatBar(bar: Bar, unit: string): string {
  const [sign, limit] = 'atMost' in bar ? ['≤', bar.atMost] : ['≥', bar.atLeast];
  if (bar.of === 'times') return `${sign} ${limit.toFixed(2)} ×`;
  return bar.of === 'more' ? `${sign} + ${limit} ${unit}` : `${sign} ${limit} ${unit}`;
}

function formatNumber(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
