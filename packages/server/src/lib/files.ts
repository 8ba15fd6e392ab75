import { realpath, stat } from 'node:fs/promises';
import { isAbsolute, relative, sep } from 'node:path';

/** Whether `path` is `root` or lies below it. Both absolute and without links (see realpath). */
export function isInside(root: string, path: string): boolean {
  const way = relative(root, path);
  return way === '' || (!way.startsWith(`..${sep}`) && way !== '..' && !isAbsolute(way));
}

/** What is wrong with a directory that a client names; undefined when nothing is. Links are followed first. */
export async function findDirectoryFault(
  path: string,
  roots: readonly string[],
): Promise<'does not exist' | 'is not inside an allowed root' | undefined> {
  let real: string;
  try {
    real = await realpath(path);
    if (!(await stat(real)).isDirectory()) return 'does not exist';
  } catch {
    // Whatever keeps us from looking (missing, no permission, too long) also keeps an agent from working there.
    return 'does not exist';
  }
  return roots.some((root) => isInside(root, real)) ? undefined : 'is not inside an allowed root';
}
