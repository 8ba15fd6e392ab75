import type { FileReads, FileRecord } from '../store/files.ts';
import type { Blobs } from '../blobs/blobs.ts';
import type { Log } from '../log.ts';

/** Whether the bytes of a file are over, gone already or not. */
export function hasExpired({ expiresAt, digest }: FileRecord, now: number): boolean {
  return digest === '' || (expiresAt !== null && expiresAt <= now);
}

interface DropContext {
  store: Pick<FileReads, 'findUsedDigests'>;
  blobs: Pick<Blobs, 'removeUnused'>;
  log: Log;
}

/** Removes bytes that no file has any more. Never rejects: what is left, the sweep finds. */
export async function dropUnused(
  { store, blobs, log }: DropContext,
  digests: readonly string[],
): Promise<void> {
  for (const digest of new Set(digests)) {
    try {
      await blobs.removeUnused(digest, async () => (await store.findUsedDigests([digest])).length > 0);
    } catch (error) {
      log.warn({ err: error, digest }, 'Bytes that no file has could not be removed.');
    }
  }
}
