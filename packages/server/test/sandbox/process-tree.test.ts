import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { killAll, killGroup, listMarkedTrees, listTree, TREE_MARK } from '#src/sandbox/process-tree.ts';
import { findProcesses } from '../support/processes.ts';
import { until } from '../support/until.ts';

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

/** Starts a shell with a group of its own. */
function start(script: string, env: Record<string, string> = {}): ChildProcess & { pid: number } {
  const child = spawn('/bin/sh', ['-c', script], { env, stdio: 'ignore', detached: true });
  children.push(child);
  if (child.pid === undefined) throw new Error('It did not start.');
  return Object.assign(child, { pid: child.pid });
}

describe.runIf(process.platform === 'linux')('killing', () => {
  it('does not touch a process that has got the number of one that is gone', async () => {
    const other = start('sleep 60');
    expect(await killAll(async () => [{ pid: other.pid, startedAt: '1' }])).toBe(true);
    killGroup(other.pid, true);
    expect(await listTree(other.pid)).not.toEqual([]);
  });

  it('of a group also works when its leader has ended before it', async () => {
    const mark = `member-${process.pid}`;
    const leader = start(`sh -c 'while true; do sleep 1; done' ${mark} & exit 0`);
    await once(leader, 'exit');
    await until('the other one runs', async () => (await findProcesses(mark)).length > 0);
    killGroup(leader.pid, true);
    await until('it is gone', async () => (await findProcesses(mark)).length === 0);
  });

  it('by mark also finds what a marked one started without its mark', async () => {
    const mark = `/data/run/${process.pid}`;
    const name = `unmarked-${process.pid}`;
    const marked = start(`env -i setsid /bin/sh -c 'while true; do /bin/sleep 1; done' ${name} & wait`, {
      [TREE_MARK]: mark,
      PATH: process.env['PATH'] ?? '',
    });
    const exited = once(marked, 'exit');
    await until('it runs', async () => (await findProcesses(name)).length === 1);
    expect(await killAll(() => listMarkedTrees(mark))).toBe(true);
    await exited;
    expect(await findProcesses(name)).toEqual([]);
  });
});
