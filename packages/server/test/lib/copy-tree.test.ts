import { execFile, spawn } from 'node:child_process';
import {
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { copyTree } from '#src/lib/copy-tree.ts';

const NEVER = new AbortController().signal;

let root: string;
beforeEach(async () => (root = await mkdtemp(join(tmpdir(), 'bullpen-copy-'))));
afterEach(async () => await rm(root, { recursive: true, force: true }));

/** A program that runs until it is disposed of. */
function startScript(script: string): AsyncDisposable & { isAtWork(): boolean } {
  const child = spawn(process.execPath, ['-e', script], { cwd: root });
  const ended = once(child, 'exit');
  return {
    isAtWork: () => child.exitCode === null,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

describe('a copy of a directory', () => {
  it('has its files, empty directories, modes, times and links', async () => {
    const from = join(root, 'from');
    await mkdir(join(from, 'deep', 'empty'), { recursive: true });
    await writeFile(join(from, 'deep', 'run.sh'), 'echo');
    await chmod(join(from, 'deep', 'run.sh'), 0o755);
    await utimes(join(from, 'deep', 'run.sh'), 1000, 2000);
    await symlink('/etc/hostname', join(from, 'link'));
    await symlink('nowhere', join(from, 'deep', 'broken'));
    await chmod(join(from, 'deep'), 0o750);
    await copyTree(from, join(root, 'to'), NEVER);
    expect((await readdir(join(root, 'to'), { recursive: true })).toSorted()).toEqual([
      'deep',
      'deep/broken',
      'deep/empty',
      'deep/run.sh',
      'link',
    ]);
    expect(await readFile(join(root, 'to/deep/run.sh'), 'utf8')).toBe('echo');
    expect(await stat(join(root, 'to/deep/run.sh'))).toMatchObject({ mode: 0o100_755, mtimeMs: 2_000_000 });
    expect((await stat(join(root, 'to/deep'))).mode & 0o777).toBe(0o750);
    expect(await readlink(join(root, 'to/link'))).toBe('/etc/hostname');
  });

  it('leaves out what is neither, without waiting for it', async () => {
    const from = join(root, 'from');
    await mkdir(from);
    await promisify(execFile)('mkfifo', [join(from, 'pipe')]);
    const socket = createServer().listen(join(from, 'socket'));
    onTestFinished(() => void socket.close());
    await writeFile(join(from, 'file'), '');
    await copyTree(from, join(root, 'to'), NEVER);
    expect(await readdir(join(root, 'to'))).toEqual(['file']);
  });

  it('of one that is not there is none; one that is aborted rejects', async () => {
    await copyTree(join(root, 'nothing'), join(root, 'to'), NEVER);
    expect(await readdir(root)).toEqual([]);
    await expect(copyTree(root, join(root, 'to'), AbortSignal.abort())).rejects.toThrow(/abort/);
  });

  it.runIf(process.platform === 'linux')(
    'has nothing from elsewhere, whatever is exchanged meanwhile',
    async () => {
      const from = join(root, 'from');
      await mkdir(join(from, 'place'), { recursive: true });
      await mkdir(join(root, 'secrets'));
      await writeFile(join(root, 'secrets', 'key'), 'secret');
      await symlink(join(root, 'secrets'), join(root, 'link'));
      await writeFile(join(from, 'place', 'own'), 'own');
      // The name is now a directory, now a link to another one.
      const exchange = `const fs = require('fs');
      for (;;) { fs.renameSync('from/place', 'kept'); fs.renameSync('link', 'from/place');
        fs.renameSync('from/place', 'link'); fs.renameSync('kept', 'from/place'); }`;
      await using agent = startScript(exchange);
      for (let round = 0; round < 300; round++) {
        const to = join(root, `to-${round}`);
        await copyTree(from, to, NEVER);
        for (const entry of await readdir(to, { recursive: true, withFileTypes: true })) {
          if (entry.isFile()) expect(entry.name).toBe('own');
        }
      }
      expect(agent.isAtWork()).toBe(true);
    },
  );
});
