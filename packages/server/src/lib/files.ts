import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { isAbsolute, relative, sep } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Whether `path` is `root` or lies below it. Both absolute and without links (see realpath). */
export function isInside(root: string, path: string): boolean {
  const way = relative(root, path);
  return way === '' || (!way.startsWith(`..${sep}`) && way !== '..' && !isAbsolute(way));
}

/**
 * Removes a directory with all that is in it, also what its owner has closed to himself and what lies deeper than a
 * path can be long; links are not followed. One that is not there is no error.
 */
export async function removeTree(path: string): Promise<void> {
  try {
    await rm(path, { recursive: true, force: true, maxRetries: 3 });
  } catch {
    // These go down step by step.
    await run('chmod', ['-R', 'u+rwx', path]).catch(() => undefined);
    await run('rm', ['-rf', path]);
  }
}
