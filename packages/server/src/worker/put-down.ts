import type { ClaimedSession, Commit } from '../store/store.ts';
import type { WorkerContext } from './context.ts';
import { whileHeld, type Lease } from './lease.ts';

/**
 * Gives back a session for which there is nothing more to do. What was asked for since it was claimed is not seen here,
 * so then its wake-up stays, and it is claimed again.
 */
export async function putDown(
  { store }: Pick<WorkerContext, 'store'>,
  lease: Lease,
  { head: { version } }: Pick<ClaimedSession, 'head'>,
  head: NonNullable<Commit['head']> = {},
): Promise<void> {
  const { tenantId, sessionId, epoch } = lease;
  const commit = (part: Commit) =>
    whileHeld(lease, () => store.commit(tenantId, sessionId, { epoch, releaseLease: true, ...part }));
  const result = await commit({ expectedVersion: version, head: { ...head, wakeAt: null } });
  if (!result.ok && result.conflict === 'version') await commit({ head });
}
