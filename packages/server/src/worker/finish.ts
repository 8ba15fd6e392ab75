import type { AgentResult, NewEvent } from '../domain/event.ts';
import type { Failure } from '../domain/failure.ts';
import { createId } from '../lib/ids.ts';
import { expireApprovals } from '../sessions/approval-events.ts';
import { withMessages } from '../sessions/announce.ts';
import { toPromptEvent } from '../sessions/prompt-event.ts';
import { changeState } from '../sessions/session.ts';
import type { InputRecord, RunRecord } from '../store/records.ts';
import type { Commit } from '../store/store.ts';
import type { WorkerContext } from './context.ts';
import { isGivenBack, LeaseLost, whileHeld, type Lease } from './lease.ts';
import { listSessionApprovals } from './session-approvals.ts';

export interface RunOutcome {
  state: 'completed' | 'failed' | 'cancelled';
  failure: Failure | null;
  /** The result of a run whose agent had said it unheard. */
  result?: AgentResult | undefined;
}

/**
 * Ends the session's open run: state, cost and event in one commit that also gives the lease back.
 * Whoever waits for the end (a cancel, a poller, a stream) hears of it by that commit. While the store is away it tries
 * again for as long as the lease lasts.
 */
export function finishRun(context: WorkerContext, lease: Lease, outcome: RunOutcome): Promise<void> {
  return whileHeld(lease, (attempt) => endRun(context, lease, outcome, attempt > 0));
}

async function endRun(
  context: WorkerContext,
  lease: Lease,
  outcome: RunOutcome,
  isRepeated: boolean,
): Promise<void> {
  const { store, clock } = context;
  for (;;) {
    const view = await store.readSession(lease.tenantId, lease.sessionId);
    if (!view?.run) throw new LeaseLost();
    const { session, head, run } = view;
    if (isRepeated && isGivenBack(head, lease)) return;
    const now = clock.now();
    const inputs = head.openInputs > 0 ? await store.readInputs(lease.tenantId, lease.sessionId) : [];
    const change = changeState(view, {
      to: outcome.state,
      eventId: createId(now),
      now,
      failure: outcome.failure ?? undefined,
    });
    const cost = await settleCost(context, lease, run);
    const open = await listSessionApprovals(store, lease, ['open']);
    const expired = expireApprovals(open, 'run_ended', now);
    const commit: Commit = {
      expectedVersion: head.version,
      epoch: lease.epoch,
      session: { ...change.session, ...totalCost(session.totalCostUsd, run.costUsd, cost) },
      events: [...findUntaken(inputs, now), ...expired.events, change.event],
      expireApprovals: expired.expireApprovals,
      consumeInputIds: inputs.map((input) => input.id),
      head: { wakeAt: null },
      releaseLease: true,
      updateRun: {
        id: run.id,
        state: outcome.state,
        failure: outcome.failure,
        costUsd: cost,
        endedAt: now,
        ...(outcome.result && { result: { ...outcome.result, totalCostUsd: cost ?? 0 } }),
      },
    };
    const announced = await withMessages(context.announce, view, commit);
    const result = await store.commit(lease.tenantId, lease.sessionId, announced);
    if (result.ok) {
      context.telemetry.runEnded({ runId: run.id, state: outcome.state, failure: outcome.failure?.type });
      return logEnd(context, run, outcome, now, cost);
    }
    if (result.conflict !== 'version') throw new LeaseLost();
  }
}

function logEnd(
  { log }: WorkerContext,
  { id, sessionId, startedAt }: RunRecord,
  { state, failure }: RunOutcome,
  now: number,
  costUsd: number | null,
): void {
  const about = { sessionId, runId: id, durationMs: startedAt === null ? null : now - startedAt, costUsd };
  if (failure) log.warn({ ...about, failure: failure.type }, 'A run failed.');
  else log.info({ ...about, state }, 'A run has ended.');
}

/** A prompt that the agent never took goes into the log all the same, so that people see what was asked. */
function findUntaken(inputs: readonly InputRecord[], now: number): NewEvent[] {
  return inputs.flatMap(({ id, kind, payload: { runId, content = '' } }) =>
    kind === 'message' ? [toPromptEvent({ id, runId, content }, now)] : [],
  );
}

/** The session's total when one of its runs goes from costing `before` to costing `after`. */
export function totalCost(
  total: number | null,
  before: number | null,
  after: number | null,
): { totalCostUsd?: number } {
  return after === null ? {} : { totalCostUsd: (total ?? 0) - (before ?? 0) + after };
}

/**
 * What a run has cost so far. The agent's own count is exact, but it speaks only at the end of a turn, and a process
 * that was killed takes its count along: then the gateway's rows know more.
 */
export async function settleCost(
  { store, usage, log }: WorkerContext,
  lease: Lease,
  run: Pick<RunRecord, 'id' | 'costUsd' | 'modelUsage'>,
): Promise<number | null> {
  await usage.settled(lease.sessionId, lease.ended);
  const rows = await store.readUsage(lease.tenantId, lease.sessionId, run.id);
  const metered = rows.reduce((sum, row) => sum + row.costUsd, 0);
  const counted = Object.values(run.modelUsage ?? {}).reduce((sum, model) => sum + model.outputTokens, 0);
  const seen = rows.reduce((sum, row) => sum + row.outputTokens, 0);
  if (counted > seen) {
    log.warn(
      { sessionId: lease.sessionId, runId: run.id, agentOutputTokens: counted, gatewayOutputTokens: seen },
      'The agent counts tokens of a run that the gateway has not seen.',
    );
  }
  return rows.length === 0 ? run.costUsd : Math.max(run.costUsd ?? 0, metered);
}
