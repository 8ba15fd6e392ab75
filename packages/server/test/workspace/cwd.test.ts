import { mkdir, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findCwdFault } from '#src/workspace/cwd.ts';

let root: string;
beforeAll(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'bullpen-cwd-')));
  for (const name of ['project', 'data/run', 'data/blobs/ab', 'shared/a/workspace/src', 'shared/a/home']) {
    await mkdir(join(root, name), { recursive: true });
  }
});
afterAll(() => rm(root, { recursive: true }));

describe('a working directory that a client names', () => {
  it('may lie anywhere below an allowed root but among the server’s own files, shared ones too', async () => {
    const rules = {
      allowedRoots: [root],
      dataDir: join(root, 'data'),
      sharedWorkspaces: join(root, 'shared'),
    };
    const faults = async (...names: string[]) =>
      Promise.all(names.map((name) => findCwdFault(join(root, name), rules)));
    expect(await faults('project', 'shared/a/workspace', 'shared/a/workspace/src')).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    for (const fault of await faults(
      'data',
      'data/run',
      'data/blobs/ab',
      'shared',
      'shared/a',
      'shared/a/home',
    )) {
      expect(fault).toBe('is not inside an allowed root');
    }
  });
});
