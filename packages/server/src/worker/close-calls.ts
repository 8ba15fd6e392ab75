import { planCutTurn } from '../agent/cut-turn.ts';
import type { ApprovalDecision } from '../domain/approval.ts';
import { createId } from '../lib/ids.ts';
import type { ClaimedSession } from '../store/store.ts';
import type { WorkerContext } from './context.ts';
import { INTERRUPTED_CALL } from './interrupted-call.ts';
import { LeaseLost, whileHeld, type Lease } from './lease.ts';
import { findTold } from './told.ts';
import { listSessionApprovals } from './session-approvals.ts';

const INTERRUPTED: ApprovalDecision = {
  behavior: 'allow',
  by: 'nobody',
  remember: false,
  result: { content: [{ type: 'text', text: INTERRUPTED_CALL }], isError: true },
};

/**
 * Gives the calls that waited for the client, of a run that has no process and will not go on, their end in the
 * transcript: the agent must not find them open when it hears the next message.
 */
export async function closeCalls(
  { store, clock }: WorkerContext,
  lease: Lease,
  { session, run }: ClaimedSession,
): Promise<void> {
  const { tenantId, sessionId, epoch } = lease;
  const { agentSessionId } = session;
  if (session.state !== 'waiting' || agentSessionId === null || !run) return;
  const part = { agentSessionId, subpath: '' };
  await whileHeld(lease, async () => {
    const open = await listSessionApprovals(store, lease, ['open']);
    const transcript = await store.loadTranscript(tenantId, sessionId, part);
    const log = await store.readEvents(tenantId, sessionId, run.firstSeq ?? 0, 1000);
    const [prompt] = findTold(log, run.id);
    if (open.length === 0 || !transcript || !prompt) return;
    const now = clock.now();
    const plan = planCutTurn(transcript, {
      runId: run.id,
      agentSessionId,
      promptId: prompt.id,
      messages: [],
      isManaged: session.agent !== null,
      decisions: new Map(open.map(({ toolUseId }) => [toolUseId, INTERRUPTED])),
      results: new Map(),
      lostTasks: [],
      startedAt: run.startedAt ?? now,
      now,
      createUuid: () => createId(clock.now()),
    });
    if (plan.how !== 'continue' || plan.append.length === 0) return;
    if (!(await store.appendTranscript(tenantId, sessionId, epoch, part, plan.append))) throw new LeaseLost();
  });
}
