import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { StoreUnavailableError } from '../store/store.ts';
import { whileAway } from '../store/while-away.ts';
import type { SessionDirectories } from '../workspace/local.ts';
import type { WorkerContext } from './context.ts';

/** About what an agent process writes before it says a word. */
const NEEDED_BYTES = 256 * 1024;

/** Codes of a disk that is full, read-only or broken: they go away without a change of the request. */
const TROUBLE = new Set(['ENOSPC', 'EDQUOT', 'EROFS', 'EIO']);

/**
 * Makes a session's directories, and sees to it that there is room to begin a run. A disk in trouble counts as the store
 * being away, which it mostly is then too: it is waited for until `patience` aborts, and the session stays in the queue.
 */
export function prepareDirectories(
  { workspaces, dataDir }: Pick<WorkerContext, 'workspaces' | 'dataDir'>,
  sessionId: string,
  patience: AbortSignal,
): Promise<SessionDirectories> {
  return whileAway(async () => {
    try {
      await assertRoom(dataDir);
      return await workspaces.prepare(sessionId);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && TROUBLE.has(String(error.code)))) throw error;
      throw new StoreUnavailableError('The disk of the data directory is in trouble.', { cause: error });
    }
  }, patience);
}

async function assertRoom(dataDir: string): Promise<void> {
  const directory = await mkdtemp(join(dataDir, 'tmp', 'room-'));
  try {
    await writeFile(join(directory, 'room'), Buffer.alloc(NEEDED_BYTES));
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
