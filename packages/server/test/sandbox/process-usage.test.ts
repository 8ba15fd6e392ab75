import { spawn } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { measureTrees } from '#src/sandbox/process-usage.ts';
import { until } from '../support/until.ts';

const MIB = 2 ** 20;
/** Burns time in a child that ends, takes 64 MiB, and has a child as long as its input is open. */
const PROGRAM = `
  const { execFileSync, spawn } = require('node:child_process');
  execFileSync('/bin/sh', ['-c', 'i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done']);
  globalThis.kept = Buffer.alloc(${64 * MIB}, 1);
  spawn('cat', { stdio: ['pipe', 'ignore', 'ignore'] });
  process.stdin.on('end', () => process.exit()).resume();
`;

describe.runIf(process.platform === 'linux')('what a tree of processes takes', () => {
  it('is the sum of all in it, with the time of those that have ended; one that is gone takes nothing', async () => {
    const big = spawn(process.execPath, ['-e', PROGRAM], { stdio: ['pipe', 'ignore', 'ignore'] });
    const small = spawn('/bin/cat', { stdio: ['pipe', 'ignore', 'ignore'] });
    const [a = 0, b = 0, gone = 2 ** 22 + 1] = [big.pid, small.pid];
    try {
      const usage = await until('it has grown', async () => {
        const found = await measureTrees([a, b, gone]);
        const { rssBytes = 0, processes } = found.get(a) ?? {};
        return rssBytes > 64 * MIB && processes === 2 && found;
      });
      expect([...usage.keys()]).toEqual([a, b]);
      expect(usage.get(a)?.rssBytes).toBeLessThan(200 * MIB);
      expect(usage.get(a)?.cpuSeconds).toBeGreaterThan(0.1);
      expect(usage.get(b)).toMatchObject({ processes: 1, cpuSeconds: expect.closeTo(0, 1) });
      expect(usage.get(b)?.rssBytes).toBeLessThan(20 * MIB);
    } finally {
      big.stdin.end();
      small.stdin.end();
    }
  });
});
