import { PRIMARY_THREAD, type NewEvent } from '../domain/event.ts';
import { createId } from '../lib/ids.ts';
import type { NodeRecord } from '../store/records.ts';
import type { ClaimedSession } from '../store/store.ts';
import type { WorkerContext } from './context.ts';
import { finishRun } from './finish.ts';
import { LeaseLost, whileHeld, type Lease } from './lease.ts';

/**
 * A session whose files are on a node that is away, claimed by another one, and what is next needs the files. So the log
 * says for whom it waits, and the session is put aside until that node is back. A cancel needs no files.
 */
export async function waitForHome(
  context: WorkerContext,
  lease: Lease,
  claimed: ClaimedSession,
  home: NodeRecord,
): Promise<void> {
  const { tenantId, sessionId, epoch } = lease;
  const { session, run, inputs } = claimed;
  const now = context.clock.now();
  if (inputs.some(({ kind }) => kind === 'cancel')) {
    await finishRun(context, lease, { state: 'cancelled', failure: null });
    return;
  }
  const event: NewEvent = {
    id: createId(now),
    threadId: PRIMARY_THREAD,
    createdAt: now,
    body: {
      type: 'session.state',
      state: session.state,
      runId: run?.id ?? null,
      waitsForNode: home.name,
    },
  };
  const result = await whileHeld(lease, () =>
    context.store.commit(tenantId, sessionId, {
      epoch,
      // Of one that is being deleted nobody reads any more, and of one that is archived nothing follows.
      events: session.state === 'deleting' || session.archivedAt !== null ? [] : [event],
      head: { waitsFor: home.id },
      releaseLease: true,
    }),
  );
  if (!result.ok) throw new LeaseLost();
  context.log.warn(
    { sessionId, node: home.name, nodeId: home.id },
    'A session waits for the node that has its files.',
  );
}
