import type { Log } from '../log.ts';
import type { Store } from '../store/store.ts';
import type { Workspaces } from '../workspace/local.ts';

/** Sessions that the store is asked for at once. */
const PAGE = 256;

interface SweepContext {
  store: Pick<Store, 'findKnownSessions' | 'readDatabaseId'>;
  workspaces: Workspaces;
  /** Whether no other database knows of files here. */
  isSoleDatabase(databaseId: string): Promise<boolean>;
  log: Log;
}

/**
 * Removes the files of sessions that the store does not know: a deletion that a crash cut short left them, or
 * something wrote them again behind it. The directories are listed before the store is asked, and a session has its
 * row before it has a directory: what the store does not know then is over. Never rejects.
 */
export async function sweepWorkspaces(
  { store, workspaces, isSoleDatabase, log }: SweepContext,
  signal: AbortSignal,
): Promise<void> {
  try {
    if (!(await isSoleDatabase(await store.readDatabaseId()))) {
      log.warn(
        'The data directory has served several databases: files of sessions that are no more stay in it.',
      );
      return;
    }
    const sessionIds = await workspaces.list();
    let removed = 0;
    for (let at = 0; at < sessionIds.length && !signal.aborted; at += PAGE) {
      const page = sessionIds.slice(at, at + PAGE);
      const known = new Set(await store.findKnownSessions(page));
      for (const sessionId of page) {
        if (known.has(sessionId) || signal.aborted) continue;
        await workspaces.remove(sessionId);
        removed++;
      }
    }
    if (removed > 0) log.info({ removed }, 'Files of sessions that are no more were removed.');
  } catch (error) {
    log.warn({ err: error }, 'Old workspaces could not be swept; the next start tries again.');
  }
}
