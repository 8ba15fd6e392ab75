import { lstat, readdir } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import type { Stats } from 'node:fs';
import { isInside } from '../lib/files.ts';

/** A place inside, and the directory of the machine that the agent finds there and can change. */
export interface Ground {
  path: string;
  source: string;
}

/**
 * Whether something is in the way of a mount at `path`: a process to which it were shown there would not start, or would
 * miss what the machine has there. `grounds`: see Ground; elsewhere the machine decides.
 */
export async function hasObstacle(
  path: string,
  kind: 'file' | 'directory',
  grounds: readonly Ground[],
): Promise<boolean> {
  const ground = grounds.find((candidate) => candidate.path !== path && isInside(candidate.path, path));
  if (!ground) return !(await fits(path, kind));
  const way = relative(ground.path, path).split(sep);
  const target = join(ground.source, ...way);
  // A link would lead the mount away from where the agent is to find it.
  for (let parent = dirname(target); parent !== ground.source; parent = dirname(parent)) {
    const found = await look(parent);
    if (found && !found.isDirectory()) return true;
  }
  return !(await fits(target, kind));
}

/** Nothing is there, or what can be covered without a loss. */
async function fits(path: string, kind: 'file' | 'directory'): Promise<boolean> {
  const found = await look(path);
  if (!found) return true;
  if (kind === 'file') return found.isFile();
  return found.isDirectory() && (await isEmpty(path));
}

async function isEmpty(directory: string): Promise<boolean> {
  return readdir(directory).then(
    (names) => names.length === 0,
    () => false,
  );
}

/** Undefined: nothing is there that this user could see. */
async function look(path: string): Promise<Stats | undefined> {
  return lstat(path).catch(() => undefined);
}
