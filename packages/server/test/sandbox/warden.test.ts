import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { createLog } from '#src/log.ts';
import { TREE_MARK } from '#src/sandbox/process-tree.ts';
import { startWarden } from '#src/sandbox/warden.ts';
import { findProcesses } from '../support/processes.ts';
import { until } from '../support/until.ts';

const PROGRAM = fileURLToPath(new URL('../../dist/sandbox/warden-process.js', import.meta.url));
const log = createLog({ level: 'silent', format: 'json' });

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

function startMarked(environment: Record<string, string>): ChildProcess {
  const child = spawn('/bin/sleep', ['60'], { env: environment, stdio: 'ignore' });
  children.push(child);
  return child;
}

/** The warden as its server starts it, with the server's end of the pipe in the test's hand. */
function startProgram(mark: string): ChildProcess {
  const child = spawn(process.execPath, [PROGRAM, mark], { env: {}, stdio: ['pipe', 'ignore', 'ignore'] });
  children.push(child);
  return child;
}

describe.runIf(process.platform === 'linux')('the warden', () => {
  it('kills what carries the mark of its server when the pipe closes, nothing else, and ends', async () => {
    const mark = `/data/run/${randomUUID()}`;
    const ours = [startMarked({ [TREE_MARK]: mark }), startMarked({ [TREE_MARK]: `${mark}/agent-a` })];
    const others = [
      startMarked({ [TREE_MARK]: `${mark}-next/agent-a` }),
      startMarked({ NOTE: `${TREE_MARK}=${mark}` }),
      startMarked({ [`MY_${TREE_MARK}`]: mark }),
      startMarked({ NOTE: mark }),
    ];
    const warden = startProgram(mark);
    const exited = once(warden, 'exit');
    warden.stdin?.end();
    expect(await exited).toEqual([0, null]);
    await until('ours have ended', () => ours.every(({ signalCode }) => signalCode === 'SIGKILL'));
    expect(others.map(({ signalCode }) => signalCode)).toEqual([null, null, null, null]);
  });

  it('is not ended by signals that mean the server too, and works all the same', async () => {
    const mark = `/data/run/${randomUUID()}`;
    const ours = startMarked({ [TREE_MARK]: mark });
    const warden = startProgram(mark);
    // Its answer to the trial says that it listens.
    const trial = startMarked({ [TREE_MARK]: `${mark}/trial` });
    warden.stdin?.write('trial\n');
    await once(trial, 'exit');
    expect(ours.signalCode).toBeNull();
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) warden.kill(name);
    warden.stdin?.end();
    await once(ours, 'exit');
  });

  it('is there as long as its server wants it, and leaves everything alone when it is told to end', async () => {
    const mark = `/data/run/${randomUUID()}`;
    const warden = await startWarden(mark, log);
    if (typeof warden === 'string') throw new Error(warden);
    const ours = startMarked({ [TREE_MARK]: mark });
    expect(await findProcesses(mark)).toHaveLength(1);
    await warden[Symbol.asyncDispose]();
    expect(await findProcesses(mark)).toEqual([]);
    expect(ours.signalCode).toBeNull();
  });
});
