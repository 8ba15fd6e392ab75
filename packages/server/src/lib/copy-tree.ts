import { constants } from 'node:fs';
import {
  chmod,
  copyFile,
  mkdir,
  open,
  readdir,
  readlink,
  symlink,
  utimes,
  type FileHandle,
} from 'node:fs/promises';
import { join } from 'node:path';
import { hasCode } from './error-code.ts';

/** Neither a link nor a pipe is followed or waited for. */
const FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
/** Each level is held open. */
const MAX_DEPTH = 250;

/**
 * Copies a directory with all files, directories and links that are in it, links as they are; where the file system can,
 * the copy shares the bytes. Somebody whom nobody trusts may be at work in it: every step goes down from a directory
 * that is held open, so that no exchanged name leads anywhere else, and what has gone meanwhile is left out. One that is
 * not there is no error. Rejects when `signal` aborts.
 */
export async function copyTree(from: string, to: string, signal: AbortSignal): Promise<void> {
  await copyEntry(from, to, signal, 0);
}

async function copyEntry(from: string, to: string, signal: AbortSignal, depth: number): Promise<void> {
  signal.throwIfAborted();
  let handle: FileHandle;
  try {
    handle = await open(from, FLAGS);
  } catch (error) {
    if (hasCode(error, 'ELOOP')) return copyLink(from, to);
    // It has gone, or is a socket.
    if (hasCode(error, 'ENOENT', 'ENOTDIR', 'ENXIO')) return;
    throw error;
  }
  try {
    const stats = await handle.stat();
    const source = pathOf(handle, from);
    if (stats.isFile()) await copyFile(source, to, constants.COPYFILE_FICLONE);
    else if (stats.isDirectory()) await copyDirectory(source, to, signal, depth);
    else return;
    await chmod(to, stats.mode);
    await utimes(to, stats.atime, stats.mtime);
  } finally {
    await handle.close();
  }
}

async function copyDirectory(from: string, to: string, signal: AbortSignal, depth: number): Promise<void> {
  if (depth >= MAX_DEPTH) throw new Error(`The directory has more than ${MAX_DEPTH} levels.`);
  await mkdir(to, { mode: 0o700 });
  // A name that is changed meanwhile can be read twice.
  for (const name of new Set(await readdir(from))) {
    await copyEntry(join(from, name), join(to, name), signal, depth + 1);
  }
}

async function copyLink(from: string, to: string): Promise<void> {
  let target: string;
  try {
    target = await readlink(from);
  } catch (error) {
    // It is none any more.
    if (hasCode(error, 'ENOENT', 'ENOTDIR', 'EINVAL')) return;
    throw error;
  }
  await symlink(target, to);
}

/** By what is open, where the system can do that: elsewhere agents are not held, and see what the server sees. */
function pathOf({ fd }: FileHandle, path: string): string {
  return process.platform === 'linux' ? `/proc/self/fd/${fd}` : path;
}
