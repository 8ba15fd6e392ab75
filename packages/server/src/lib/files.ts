import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { cp, lstat, rm } from 'node:fs/promises';
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

/**
 * Copies a directory with all files, directories and links that are in it, links as they are; where the file system can,
 * the copy shares the bytes. One that is not there is no error. Rejects when `signal` aborts.
 */
export async function copyTree(from: string, to: string, signal: AbortSignal): Promise<void> {
  try {
    await lstat(from);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return;
    throw error;
  }
  await cp(from, to, {
    recursive: true,
    verbatimSymlinks: true,
    preserveTimestamps: true,
    mode: constants.COPYFILE_FICLONE,
    async filter(path) {
      signal.throwIfAborted();
      const stats = await lstat(path);
      return stats.isFile() || stats.isDirectory() || stats.isSymbolicLink();
    },
  });
}
