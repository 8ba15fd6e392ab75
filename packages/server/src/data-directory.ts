import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { killLeftProcesses } from './agent/directories.ts';
import type { Clock } from './lib/clock.ts';
import { createId } from './lib/ids.ts';

/** What lies where in the data directory. */
export interface DataDirectory {
  root: string;
  /** `<session id>/{home,workspace}`: as long as the session. */
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
export async function prepareDataDirectory(root: string, clock: Clock): Promise<DataDirectory> {
  const directory = {
    root,
    sessions: join(root, 'sessions'),
    processes: join(root, 'run'),
    tmp: join(root, 'tmp'),
  };
  await killLeftProcesses(directory.processes);
  await rm(directory.processes, { recursive: true, force: true, maxRetries: 3 });
  await rm(directory.tmp, { recursive: true, force: true, maxRetries: 3 });
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
