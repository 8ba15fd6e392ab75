import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { prepareDataDirectory } from '#src/data-directory.ts';
import { systemClock } from '#src/lib/clock.ts';
import { createLog } from '#src/log.ts';
import { createLocalWorkspaces } from '#src/workspace/local.ts';

const log = createLog({ level: 'silent', format: 'json' });

it('what is taken away of shared workspaces stays on their disk, and goes with the next start of the same node', async () => {
  const root = await mkdtemp(join(tmpdir(), 'bullpen-shared-'));
  const sharedWorkspaces = join(root, 'shared');
  const start = async (name: string) => {
    const dataDir = join(root, name);
    await mkdir(dataDir, { recursive: true });
    return prepareDataDirectory({ dataDir, sharedWorkspaces }, systemClock, log);
  };
  const one = await start('one');
  const two = await start('two');
  expect(one.trash).not.toBe(two.trash);
  const workspaces = createLocalWorkspaces(one.sessions, one.trash);
  const { workspace } = await workspaces.prepare('session');
  await writeFile(join(workspace, 'file'), 'x');
  // Moving it must not be copying it: a crash would leave a half.
  expect(one.trash.startsWith(sharedWorkspaces)).toBe(true);
  await workspaces.discard('session');
  expect(existsSync(workspace)).toBe(false);
  await start('two');
  expect(await readdir(one.trash)).toHaveLength(1);
  await start('one');
  expect(await readdir(one.trash)).toEqual([]);
  expect(await workspaces.list()).toEqual([]);
  await rm(root, { recursive: true });
});
