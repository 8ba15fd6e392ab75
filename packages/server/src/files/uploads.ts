import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, rm, rmdir } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import type { Blobs } from '../blobs/blobs.ts';
import { UPLOADS, type FileResource } from '../domain/session-resource.ts';
import { hasCode } from '../lib/error-code.ts';

/** The files in the folder of what a session was given, as paths within it. */
export async function listUploads(directory: string): Promise<Set<string>> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return new Set(
    entries
      .filter((entry) => !entry.isDirectory())
      .map(({ parentPath, name }) => join(relative(directory, parentPath), name)),
  );
}

/** Where a file is in that folder. */
export function pathWithin({ mountPath }: Pick<FileResource, 'mountPath'>): string {
  return mountPath.slice(UPLOADS.length + 1);
}

/** Puts bytes into the folder, in the place of what was there. Throws BlobMissing. */
export async function placeUpload(
  blobs: Pick<Blobs, 'place'>,
  directory: string,
  path: string,
  digest: string,
): Promise<void> {
  const target = join(directory, path);
  // Beside the folder, so that nobody sees it half made.
  const temporary = join(dirname(directory), `placing-${randomUUID()}`);
  await mkdir(dirname(target), { recursive: true, mode: 0o700 });
  try {
    await blobs.place(digest, temporary);
    await rename(temporary, target);
  } finally {
    // Two links to the same bytes stay two links.
    await rm(temporary, { force: true });
  }
}

/** Takes a file away, and the directories that were there for it alone. */
export async function removeUpload(directory: string, path: string): Promise<void> {
  await rm(join(directory, path), { force: true });
  for (let parent = dirname(path); parent !== '.'; parent = dirname(parent)) {
    try {
      await rmdir(join(directory, parent));
    } catch (error) {
      if (hasCode(error, 'ENOTEMPTY', 'EEXIST', 'ENOENT')) return;
      throw error;
    }
  }
}
