import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { killLeftProcesses } from './agent/directories.ts';
import type { Clock } from './lib/clock.ts';
import { removeTree } from './lib/files.ts';
import { createId } from './lib/ids.ts';
import type { Log } from './log.ts';

/** What lies where in the data directory. */
export interface DataDirectory {
  root: string;
  /** `<session id>/{home,workspace}`: as long as the session. Elsewhere when all nodes share them. */
  sessions: string;
  /**
   * A directory per agent process: as long as the process. It is this server's alone, also among those that had the
   * data directory before: its path marks what this server has started.
   */
  processes: string;
  /** Temporary files, the agent SDK's too. */
  tmp: string;
  /** What is about to be removed of sessions: on the disk of `sessions`, and this node's alone. */
  trash: string;
  /** This node, over all restarts. */
  nodeId: string;
}

/**
 * Makes the data directory ready for a server that owns it: what processes of an earlier server left behind goes.
 * Call it only while the store holds the directory's lock.
 */
export async function prepareDataDirectory(
  { dataDir: root, sharedWorkspaces }: { dataDir: string; sharedWorkspaces?: string | undefined },
  clock: Clock,
  log: Log,
): Promise<DataDirectory> {
  const [sessions, run, tmp] = [
    sharedWorkspaces ?? join(root, 'sessions'),
    join(root, 'run'),
    join(root, 'tmp'),
  ];
  const nodeId = await readNodeId(join(root, 'node-id'), clock);
  const trash = sharedWorkspaces === undefined ? tmp : join(sharedWorkspaces, `trash-${nodeId}`);
  await killLeftProcesses(run);
  for (const path of new Set([run, tmp, trash])) {
    // No agent may keep the server from starting with what it left.
    await removeTree(path).catch((error: unknown) =>
      log.warn({ err: error }, 'Old files could not be removed.'),
    );
  }
  for (const path of [sessions, run, tmp, trash]) await mkdir(path, { recursive: true, mode: 0o700 });
  const processes = await mkdtemp(join(run, 's-'));
  return { root, sessions, processes, tmp, trash, nodeId };
}

/**
 * Notes the database that this server works with, and says whether it is the only one that ever had its sessions'
 * files here. Another one may come back, and knows of files that this one does not know of.
 */
export async function isSoleDatabase(root: string, databaseId: string): Promise<boolean> {
  const path = join(root, 'databases');
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (isMissing(error)) return '';
    throw error;
  });
  const known = new Set(text.split('\n').filter(Boolean));
  if (!known.has(databaseId))
    await writeFile(path, `${[...known, databaseId].join('\n')}\n`, { mode: 0o600 });
  return known.add(databaseId).size === 1;
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

async function readNodeId(path: string, clock: Clock): Promise<string> {
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch (error) {
    if (!isMissing(error)) throw error;
    const nodeId = createId(clock.now());
    await writeFile(path, `${nodeId}\n`, { mode: 0o600 });
    return nodeId;
  }
}
