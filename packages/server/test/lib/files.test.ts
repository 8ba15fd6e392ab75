import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { removeTree } from '#src/lib/files.ts';

let root: string;
beforeEach(async () => (root = await mkdtemp(join(tmpdir(), 'bullpen-files-'))));
afterEach(async () => await rm(root, { recursive: true, force: true }));

describe('removing a directory', () => {
  it('takes what its owner has closed to himself with it', async () => {
    const tree = join(root, 'tree');
    await mkdir(join(tree, 'closed', 'inner'), { recursive: true });
    await writeFile(join(tree, 'closed', 'inner', 'file'), '');
    for (const path of ['closed/inner', 'closed', '']) await chmod(join(tree, path), 0);
    await removeTree(tree);
    expect(await readdir(root)).toEqual([]);
  });

  it('follows no link, neither to remove nor to open', async () => {
    const tree = join(root, 'tree');
    const kept = join(root, 'kept');
    await mkdir(join(tree, 'closed'), { recursive: true });
    await mkdir(kept);
    await writeFile(join(kept, 'file'), '');
    await chmod(kept, 0o500);
    await symlink(kept, join(tree, 'link'));
    await chmod(join(tree, 'closed'), 0);
    await removeTree(tree);
    expect((await stat(kept)).mode & 0o777).toBe(0o500);
    await chmod(kept, 0o700);
    expect(await readdir(root)).toEqual(['kept']);
    expect(await readdir(kept)).toEqual(['file']);
  });

  it('takes what lies deeper than a path can be long with it', async () => {
    const name = 'a'.repeat(200);
    const script = `for (let i = 0; i < 60; i++) { fs.mkdirSync('${name}'); process.chdir('${name}'); }`;
    await promisify(execFile)(process.execPath, ['-e', script], { cwd: root });
    await removeTree(join(root, name));
    expect(await readdir(root)).toEqual([]);
  });

  it('that is not there is no error', async () => {
    await removeTree(join(root, 'nothing'));
  });
});
