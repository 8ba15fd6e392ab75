import type { Quiet } from './quiet.ts';

/** One thing that is measured: a file in scenarios/. */
export interface Scenario {
  name: string;
  /** What is done, and what it is compared with: one or two sentences for the published table. */
  how: string;
  run(bench: Bench): Promise<Measurement[]>;
}

/** What a scenario works with. */
export interface Bench {
  /** The wished number of rounds, or what the scenario finds sensible. */
  rounds(usual: number): number;
  quiet: Quiet;
  /** A new empty directory, gone at the end of the scenario. */
  directory(): Promise<string>;
  /** The base URL of the demo model, which runs in a process of its own. */
  demoModelUrl: string;
  /** The base URL of the model that writes the time into every block. */
  stampingModelUrl: string;
  /** A line for the person who watches. */
  note(text: string): void;
}

export interface Measurement {
  what: string;
  unit: 'ms' | 's' | 'MB' | '/s' | '%' | 'cores';
  /** With Bullpen. */
  value: number;
  /** The same work without Bullpen, in the same run. */
  reference?: { what: string; value: number };
  /** Absent: for information. */
  bar?: Bar;
}

/** What has to hold. `times`: of the reference. `more`: the reference plus so much. */
export type Bar = { atMost: number; of: 'value' | 'times' | 'more' } | { atLeast: number; of: 'times' };

export function ratioOf({ value, reference }: Measurement): number | undefined {
  return reference && value / reference.value;
}

/** Undefined: there is no bar. */
export function isMet(measurement: Measurement): boolean | undefined {
  const { bar, value, reference } = measurement;
  if (!bar) return undefined;
  const measured =
    bar.of === 'value'
      ? value
      : bar.of === 'times'
        ? ratioOf(measurement)
        : value - (reference?.value ?? Number.NaN);
  if (measured === undefined) return false;
  return 'atMost' in bar ? measured <= bar.atMost : measured >= bar.atLeast;
}
