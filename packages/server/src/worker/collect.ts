import { PRIMARY_THREAD, type NewEvent } from '../domain/event.ts';
import type { SessionErrorEvent } from '../domain/managed-events.ts';
import { createId } from '../lib/ids.ts';
import type { SessionRecord } from '../store/records.ts';
import type { WorkerContext } from './context.ts';
import { LeaseLost, whileHeld, type Lease } from './lease.ts';

/** Nothing is lost: what is in the folder stays there. */
const FAILED: SessionErrorEvent = {
  type: 'session.error',
  error: {
    type: 'unknown_error',
    message: 'The outputs could not be listed as files. The end of the next run tries again.',
  },
  retry: 'retrying',
};

/**
 * Makes files of what the agent of a session of `/v1` wrote for its client, before the session is idle. Resolves with what
 * the client has to hear of it. Throws LeaseLost; nothing else that goes wrong keeps a session from its end.
 */
export async function collect(
  { files, clock, log }: Pick<WorkerContext, 'files' | 'clock' | 'log'>,
  lease: Lease,
  { agent }: Pick<SessionRecord, 'agent'>,
): Promise<NewEvent[]> {
  if (!agent) return [];
  const { tenantId, sessionId, epoch, ended: signal } = lease;
  const toEvent = (body: SessionErrorEvent): NewEvent => {
    const now = clock.now();
    return { id: createId(now), threadId: PRIMARY_THREAD, createdAt: now, body };
  };
  try {
    const errors = await whileHeld(lease, () => files.collect({ tenantId, sessionId, epoch, signal }));
    if (!errors) throw new LeaseLost();
    return errors.map(toEvent);
  } catch (error) {
    if (error instanceof LeaseLost) throw error;
    if (signal.aborted) throw new LeaseLost(undefined, { cause: error });
    log.error({ err: error, sessionId }, 'The outputs of a session could not be taken.');
    return [toEvent(FAILED)];
  }
}
