import { mkdir, readFile, writeFile } from 'node:fs/promises';
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
  /** A directory per agent process: as long as the process. */
  processes: string;
  /** Temporary files, the agent SDK's too. */
  tmp: string;
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
  const directory = {
    root,
    sessions: sharedWorkspaces ?? join(root, 'sessions'),
    processes: join(root, 'run'),
    tmp: join(root, 'tmp'),
  };
  await killLeftProcesses(directory.processes);
  for (const path of [directory.processes, directory.tmp]) {
    // No agent may keep the server from starting with what it left.
    await removeTree(path).catch((error: unknown) =>
      log.warn({ err: error }, 'Old files could not be removed.'),
    );
  }
  for (const path of [directory.sessions, directory.processes, directory.tmp]) {
    await mkdir(path, { recursive: true, mode: 0o700 });
  }
  return { ...directory, nodeId: await readNodeId(join(root, 'node-id'), clock) };
}

async function readNodeId(path: string, clock: Clock): Promise<string> {
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    const nodeId = createId(clock.now());
    await writeFile(path, `${nodeId}\n`, { mode: 0o600 });
    return nodeId;
  }
}
