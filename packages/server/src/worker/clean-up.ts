import type { ClaimedSession } from '../store/store.ts';
import type { WorkerContext } from './context.ts';
import type { Lease } from './lease.ts';
import { putDown } from './put-down.ts';
import { waitForHome } from './wait-for-home.ts';

/** Whether an archived session still has a workspace of its own. */
export function needsCleanUp({ session: { archivedAt }, head }: ClaimedSession): boolean {
  return archivedAt !== null && (head.workspaceRemovedAt === null || head.workspaceRemovedAt < archivedAt);
}

/** Removes what an archived session does not need to be read: its process, if one is warm, and its workspace. */
export async function cleanUpArchived(
  context: WorkerContext,
  lease: Lease,
  claimed: ClaimedSession,
): Promise<void> {
  const { pool, workspaces, clock } = context;
  if (claimed.awayHome) return waitForHome(context, lease, claimed, claimed.awayHome);
  await pool.evict(lease.sessionId);
  const remove = await workspaces.discard(lease.sessionId);
  await putDown(context, lease, claimed, { workspaceRemovedAt: clock.now() });
  await remove();
}
