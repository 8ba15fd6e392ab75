import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { killAll, listMarkedTrees } from './process-tree.ts';
import { END, TRIAL, trialMark } from './warden-protocol.ts';

// The warden: a process of its own, started by warden.ts. When the pipe from its server closes without a word, the
// server was killed, and everything that carries the server's mark is killed. Then it ends.

/** It looks again after these pauses, for what hid from the look before: a process that is just being replaced has no mark. */
const LOOKS_AFTER_MS = [0, 100, 1000];

const [, , mark] = process.argv;
if (!mark) throw new Error('The warden needs the mark of its server.');

// It ends with its server, and not by a signal that means both of them.
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => undefined);

if (!(await isToldToEnd(mark))) {
  for (const pauseMs of LOOKS_AFTER_MS) {
    await sleep(pauseMs);
    await killAll(() => listMarkedTrees(mark));
  }
}
process.stdin.destroy();

/** Does what the server says until it says that all is well (true) or says nothing any more (false). */
async function isToldToEnd(ownMark: string): Promise<boolean> {
  for await (const line of createInterface({ input: process.stdin })) {
    if (line === END) return true;
    if (line === TRIAL) await killAll(() => listMarkedTrees(trialMark(ownMark)));
  }
  return false;
}
