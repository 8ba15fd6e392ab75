import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { whyNotBypass } from '#src/sandbox/bypass.ts';
import { detectSandbox, SandboxUnavailable } from '#src/sandbox/detect.ts';

const directories: string[] = [];
afterEach(async () => {
  for (const directory of directories.splice(0)) await rm(directory, { recursive: true, force: true });
});

/** A directory of programs with this bwrap in it. */
async function pathWith(script: string): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'bullpen-path-'));
  directories.push(directory);
  const file = join(directory, 'bwrap');
  await writeFile(file, `#!/bin/sh\n${script}\n`);
  await chmod(file, 0o755);
  return `relative:${directory}`;
}

describe('the choice of a sandbox', () => {
  it('is the process group when that is wished for', async () => {
    const { sandbox, reason } = await detectSandbox('process-group', process.env['PATH'] ?? '');
    expect([sandbox.kind, sandbox.ownsTree, reason]).toEqual(['process-group', false, undefined]);
  });

  it('falls back with the reason where bubblewrap is missing', async () => {
    const { sandbox, reason } = await detectSandbox('auto', '/nonexistent');
    expect(sandbox.kind).toBe('process-group');
    expect(reason).toMatch(/bubblewrap/);
  });

  it.runIf(process.platform === 'linux').each([
    [
      'fails',
      'echo "No permission to create a namespace" >&2; exit 1',
      'No permission to create a namespace',
    ],
    ['gives no process namespace', 'echo 4711', 'no process namespace'],
    ['hides nothing', 'while [ "$1" != -- ]; do shift; done; shift; echo 2; exit 1', 'does not work here'],
    ['runs nothing', 'echo 2', 'does not work here'],
  ])('falls back with the reason where bubblewrap %s', async (_, script, expected) => {
    const { sandbox, reason } = await detectSandbox('auto', await pathWith(script));
    expect(sandbox.kind).toBe('process-group');
    expect(reason).toContain(expected);
  });

  it('is refused when bubblewrap is demanded and does not work', async () => {
    await expect(detectSandbox('bubblewrap', await pathWith('exit 1'))).rejects.toThrow(SandboxUnavailable);
  });
});

describe('bypassPermissions', () => {
  it('is refused to root without a namespace of its own, and to nobody else', () => {
    expect(whyNotBypass({ ownsTree: false }, true)).toMatch(/bubblewrap/);
    expect(whyNotBypass({ ownsTree: true }, true)).toBeUndefined();
    expect(whyNotBypass({ ownsTree: false }, false)).toBeUndefined();
  });
});
