import { mkdirSync, mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { removeTree } from '../lib/files.ts';
import { killAll, listMarkedTrees } from '../sandbox/process-tree.ts';

const PREFIX = 'agent-';

/** The directories of one agent process. They live as long as it. */
export interface ProcessDirectories {
  /** `<run root>/agent-XXXXXX`: also the mark of everything that the process starts. */
  root: string;
  config: string;
  tmp: string;
}

/** Makes the directories of a new process, for nobody else to read. */
export function createProcessDirectories(runRoot: string): ProcessDirectories {
  mkdirSync(runRoot, { recursive: true, mode: 0o700 });
  // mkdtemp gives 0700.
  const root = mkdtempSync(join(runRoot, PREFIX));
  const directories = { root, config: join(root, 'config'), tmp: join(root, 'tmp') };
  mkdirSync(directories.config);
  mkdirSync(directories.tmp);
  return directories;
}

/** Removes them. A process that is not there any more cannot write into them, so one attempt is enough. */
export async function removeProcessDirectories({ root }: ProcessDirectories): Promise<void> {
  await removeTree(root);
}

/**
 * Ends what agent processes of a killed server left running, which can be found where no namespace took it along.
 * For the start of the server, before any process of its own runs.
 */
export async function killLeftProcesses(runRoot: string): Promise<void> {
  await killAll(() => listMarkedTrees(runRoot));
}
