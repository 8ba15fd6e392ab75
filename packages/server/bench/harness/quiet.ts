import { cpus } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

const WINDOW_MS = 200;
/** Share of all cores that may be busy. */
const LIMIT = 0.12;
const PATIENCE_MS = 2000;

/** Waits until the machine has nothing else to do, so that what follows is not measured under foreign load. */
export interface Quiet {
  (): Promise<void>;
  /** How often it gave up waiting. */
  readonly noisy: number;
  readonly calls: number;
}

export function createQuiet(): Quiet {
  let noisy = 0;
  let calls = 0;
  const quiet = async (): Promise<void> => {
    calls++;
    for (let waited = 0; waited < PATIENCE_MS; waited += WINDOW_MS) {
      const before = readCpuTimes();
      await sleep(WINDOW_MS);
      const after = readCpuTimes();
      if ((after.busy - before.busy) / (after.all - before.all) <= LIMIT) return;
    }
    noisy++;
  };
  return Object.defineProperties(quiet, {
    noisy: { get: () => noisy },
    calls: { get: () => calls },
  }) as Quiet;
}

function readCpuTimes(): { busy: number; all: number } {
  const all = cpus().flatMap(({ times }) => Object.values(times));
  const sum = all.reduce((total, time) => total + time, 0);
  return { busy: sum - cpus().reduce((total, { times }) => total + times.idle, 0), all: sum };
}
