import { realpath, stat } from 'node:fs/promises';
import { relative, sep } from 'node:path';
import { isInside } from '../lib/files.ts';

/** Where clients may let sessions work. All without links (see realpath). */
export interface CwdRules {
  allowedRoots: readonly string[];
  /** Of it only workspaces are open, also when it lies below an allowed root. */
  dataDir: string;
  /** Where all nodes have the workspaces, if not in `dataDir`: the same goes for it. */
  sharedWorkspaces?: string | undefined;
}

/** What is wrong with a directory that a client names; undefined when nothing is. Links are followed first. */
export async function findCwdFault(
  path: string,
  { allowedRoots, dataDir, sharedWorkspaces }: CwdRules,
): Promise<'does not exist' | 'is not inside an allowed root' | undefined> {
  let real: string;
  try {
    real = await realpath(path);
    if (!(await stat(real)).isDirectory()) return 'does not exist';
  } catch {
    // Whatever keeps us from looking (missing, no permission, too long) also keeps an agent from working there.
    return 'does not exist';
  }
  const isOpen = allowedRoots.some((root) => isInside(root, real)) && !isServersOwn(dataDir, real);
  const isClosed = sharedWorkspaces !== undefined && isAmongSessions(sharedWorkspaces, real);
  return isOpen && !isClosed ? undefined : 'is not inside an allowed root';
}

/** Whether it is one of the directories in which the server keeps its own things, or several sessions theirs. */
function isServersOwn(dataDir: string, path: string): boolean {
  const [part = '', , place] = relative(dataDir, path).split(sep);
  return ['', 'run', 'tmp', 'blobs'].includes(part) || (part === 'sessions' && place !== 'workspace');
}

/** Whether it is such a directory among those of all sessions. */
function isAmongSessions(root: string, path: string): boolean {
  return isInside(root, path) && relative(root, path).split(sep)[1] !== 'workspace';
}
