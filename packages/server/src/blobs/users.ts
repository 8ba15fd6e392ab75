import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Notes that a database has files whose bytes are in this directory of blobs. To be done before the first of them comes: so
 * whoever sees bytes there sees the notes of all who may know of them.
 */
export async function noteUser(root: string, databaseId: string): Promise<void> {
  const directory = join(root, 'databases');
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const temporary = join(directory, `${databaseId}.${randomUUID()}`);
  await writeFile(temporary, '', { mode: 0o600 });
  await rename(temporary, join(directory, databaseId));
}

/** Whether no other database has noted itself up to now, on whichever machine. */
export async function isSoleUser(root: string, databaseId: string): Promise<boolean> {
  // Over a network, who changes a directory sees what others have changed in it.
  await noteUser(root, databaseId);
  const names = await readdir(join(root, 'databases'));
  return names.every((name) => name.split('.', 1)[0] === databaseId);
}
