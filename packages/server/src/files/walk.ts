import { constants, type BigIntStats } from 'node:fs';
import { open, opendir, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { hasCode } from '../lib/error-code.ts';

/** A file that is open to be read. */
export interface FoundFile {
  /** Below where the walk began, with `/` between names. */
  path: string;
  handle: FileHandle;
  stats: BigIntStats;
}

export interface WalkLimits {
  /** Directories and files that are looked at. */
  entries: number;
  depth: number;
}

/** Neither a link nor a pipe is followed or waited for. */
const FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
const MISSING = ['ENOENT', 'ENOTDIR', 'ELOOP', 'EACCES', 'ENXIO', 'EPERM'];

/**
 * The files below a directory in which somebody else may be at work, whom nobody trusts: every step goes down from a
 * directory that is held open, so that no exchanged name leads anywhere else. A file is closed when the next one is asked
 * for. Returns whether there are more than the limits allow.
 */
export async function* walkFiles(root: string, limits: WalkLimits): AsyncGenerator<FoundFile, boolean> {
  let left = limits.entries;
  let isCut = false;

  async function* walk(
    directory: FileHandle,
    own: string,
    way: string,
    depth: number,
  ): AsyncGenerator<FoundFile> {
    for await (const { name } of await opendir(pathOf(directory, own))) {
      if (left-- <= 0) {
        isCut = true;
        return;
      }
      const path = join(pathOf(directory, own), name);
      const handle = await openIfThere(path);
      if (!handle) continue;
      try {
        const stats = await handle.stat({ bigint: true });
        if (stats.isFile()) yield { path: way + name, handle, stats };
        else if (!stats.isDirectory()) continue;
        else if (depth >= limits.depth) isCut = true;
        else yield* walk(handle, join(own, name), `${way}${name}/`, depth + 1);
      } finally {
        await handle.close();
      }
    }
  }

  const directory = await openIfThere(root);
  if (!directory) return false;
  try {
    yield* walk(directory, root, '', 1);
  } finally {
    await directory.close();
  }
  return isCut;
}

/** By what is open, where the system can do that: elsewhere agents are not held, and see what the server sees. */
function pathOf({ fd }: FileHandle, path: string): string {
  return process.platform === 'linux' ? `/proc/self/fd/${fd}` : path;
}

/** Undefined: it has gone, or is nothing that could be read. */
async function openIfThere(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, FLAGS);
  } catch (error) {
    if (hasCode(error, ...MISSING)) return undefined;
    throw error;
  }
}
