import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { whyNotBypass } from '#src/sandbox/bypass.ts';
import { detectSandbox, SandboxUnavailable } from '#src/sandbox/detect.ts';
import type { Command, Sandbox } from '#src/sandbox/sandbox.ts';
import { findFault } from '#src/sandbox/trial.ts';

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

const PATH = process.env['PATH'] ?? '';

async function hasNamespace(): Promise<boolean> {
  return detectSandbox('namespace', PATH).then(
    () => true,
    () => false,
  );
}

describe('the choice of a sandbox', () => {
  it('is the process group when that is wished for', async () => {
    const { sandbox, reason } = await detectSandbox('process-group', PATH);
    expect([sandbox.kind, sandbox.ownsTree, reason]).toEqual(['process-group', false, undefined]);
  });

  it('falls back with all reasons where nothing stronger is installed', async () => {
    const { sandbox, reason } = await detectSandbox('auto', '/nonexistent');
    expect(sandbox.kind).toBe('process-group');
    expect(reason).toMatch(/bubblewrap.*; .*(setpriv|Linux)/);
  });

  it.runIf(process.platform === 'linux')(
    'is a namespace where bubblewrap fails, with the reason',
    async (context) => {
      if (!(await hasNamespace())) context.skip('unshare does not work here');
      const { sandbox, reason } = await detectSandbox('auto', `${await pathWith('exit 1')}:${PATH}`);
      expect([sandbox.kind, sandbox.ownsTree, sandbox.hidesFiles]).toEqual(['namespace', true, false]);
      expect(reason).toContain('bubblewrap does not work here');
    },
  );

  it.runIf(process.platform === 'linux').each([
    [
      'fails',
      'echo "No permission to create a namespace" >&2; exit 1',
      'No permission to create a namespace',
    ],
    ['gives no process namespace', 'echo 4711', 'no process namespace'],
    ['hides nothing', 'echo 2; exec /bin/sleep 60', 'does not hide files'],
    ['runs nothing', 'exit 0', 'does not work here'],
  ])('falls back with the reason where bubblewrap %s', async (_, script, expected) => {
    const { sandbox, reason } = await detectSandbox('auto', await pathWith(script));
    expect(sandbox.kind).not.toBe('bubblewrap');
    expect(reason).toContain(expected);
  });

  it.runIf(process.platform === 'linux')(
    'does not trust one whose processes outlive the server',
    async () => {
      const wrap = (): Command => ({ file: '/bin/sh', args: ['-c', 'echo 2; exec sleep 60'] });
      const sandbox: Sandbox = { kind: 'namespace', ownsTree: true, hidesFiles: false, wrap };
      expect(await findFault(sandbox, PATH, 200)).toBe('outlives the one that started it');
    },
  );

  it.each(['bubblewrap', 'namespace'] as const)(
    'is refused when %s is demanded and does not work',
    async (kind) => {
      await expect(detectSandbox(kind, await pathWith('exit 1'))).rejects.toThrow(SandboxUnavailable);
    },
  );
});

describe('bypassPermissions', () => {
  it('is refused to root where agents see all files, and to nobody else', () => {
    expect(whyNotBypass({ hidesFiles: false }, true)).toMatch(/bubblewrap/);
    expect(whyNotBypass({ hidesFiles: true }, true)).toBeUndefined();
    expect(whyNotBypass({ hidesFiles: false }, false)).toBeUndefined();
  });
});
