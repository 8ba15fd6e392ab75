import type { Failure } from '../domain/failure.ts';
import type { SessionState } from '../domain/session-state.ts';
import type { WorkerContext } from './context.ts';
import { whileHeld, type Lease } from './lease.ts';
import { parkWaiting } from './park.ts';
import { rescheduleRun } from './reschedule.ts';

interface Situation {
  /** As the turn left the session. */
  state: SessionState;
  /** It waits for a client, and can do so without its process. */
  canPark: boolean;
  failure: Failure;
  /** Whether it is one of the few times that a run goes on. */
  counts: boolean;
}

/** Gives a run that lost its process, or has to, back to the queue, or lets it wait for its person. */
export async function putOff(
  context: WorkerContext,
  lease: Lease,
  { state, canPark, failure, counts }: Situation,
): Promise<void> {
  if (state === 'waiting' && canPark) return parkWaiting(context, lease);
  if (state === 'running' || state === 'waiting') return rescheduleRun(context, lease, { failure, counts });
  const { tenantId, sessionId, epoch } = lease;
  // Not begun: `wakeAt` stays, and the next start finds the session at its old place in the queue.
  await whileHeld(lease, () => context.store.commit(tenantId, sessionId, { epoch, releaseLease: true }));
}
