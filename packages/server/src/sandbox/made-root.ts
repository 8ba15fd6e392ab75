import { readdirSync, readlinkSync, type Dirent } from 'node:fs';
import { dirname, join } from 'node:path';
import { hasCode } from '../lib/error-code.ts';
import { isInside } from '../lib/files.ts';
import type { Mount } from './sandbox.ts';

/** Every namespace has its own. */
const OWN = ['/proc', '/tmp'];

/**
 * A root of the file system into which `mounts` can be put without a trace on the machine: directories on the way to them
 * are made, and whatever else the machine has in these is bound into them, one by one. A directory that is made shows
 * what was in it when the process was started. `covered`: directories below which nothing needs to be made.
 */
export function makeRoot(mounts: readonly Mount[], covered: readonly string[], isReadOnly = false): string[] {
  const points = mounts
    .map(({ path }) => path)
    .filter((path) => !covered.some((root) => root !== path && isInside(root, path)));
  const made = new Set(points.flatMap(ancestorsOf)).add('/');
  const left = new Set([...OWN, ...made, ...points]);
  // A directory comes before those in it.
  return [...made].toSorted().flatMap((directory) => [
    ...(directory === '/' ? [] : ['--dir', directory]),
    ...list(directory)
      .filter(({ name }) => !left.has(join(directory, name)))
      .flatMap((entry) => bind(directory, entry, isReadOnly)),
  ]);
}

function ancestorsOf(path: string): string[] {
  const parent = dirname(path);
  return parent === path ? [] : [...ancestorsOf(parent), parent];
}

/** What there is that this user can see; a directory that is not there is empty. */
function list(directory: string): Dirent[] {
  try {
    return readdirSync(directory, { withFileTypes: true });
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR', 'EACCES')) return [];
    throw error;
  }
}

/** It may go while we look: then it is left out. */
function bind(directory: string, entry: Dirent, isReadOnly: boolean): string[] {
  const path = join(directory, entry.name);
  const isDevices = path === '/dev';
  if (!entry.isSymbolicLink())
    return [isReadOnly && !isDevices ? '--ro-bind-try' : '--dev-bind-try', path, path];
  try {
    return ['--symlink', readlinkSync(path), path];
  } catch {
    return [];
  }
}
