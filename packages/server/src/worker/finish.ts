import { textOf } from '../domain/content.ts';
import { PRIMARY_THREAD, type AgentResult, type NewEvent } from '../domain/event.ts';
import type { Failure } from '../domain/failure.ts';
import { createId } from '../lib/ids.ts';
import { expireApprovals } from '../sessions/approval-events.ts';
import { withMessages } from '../sessions/announce.ts';
import { createRun } from '../sessions/create-run.ts';
import { closeOutcome, findOpenOutcome, INTERRUPTED } from '../sessions/outcomes.ts';
import { toPromptEvent } from '../sessions/prompt-event.ts';
import { changeState } from '../sessions/session.ts';
import type { ApprovalRecord, InputRecord, RunRecord, SessionRecord } from '../store/records.ts';
import type { Commit } from '../store/store.ts';
import { collect } from './collect.ts';
import type { WorkerContext } from './context.ts';
import { isGivenBack, LeaseLost, whileHeld, type Lease } from './lease.ts';
import { listSessionApprovals } from './session-approvals.ts';
import { INTERRUPTED_CALL } from './interrupted-call.ts';

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
 *
 * Messages that the agent has not taken: if the run `canGoOn` with them they are given back and nothing is done; else they
 * begin the next run in the same commit, unless this one failed: then they end with it.
 */
export function finishRun(
  context: WorkerContext,
  lease: Lease,
  outcome: RunOutcome,
  { canGoOn = false } = {},
): Promise<InputRecord[]> {
  return whileHeld(lease, (attempt) => endRun(context, lease, outcome, canGoOn, attempt > 0));
}

async function endRun(
  context: WorkerContext,
  lease: Lease,
  outcome: RunOutcome,
  canGoOn: boolean,
  isRepeated: boolean,
): Promise<InputRecord[]> {
  const { store, clock } = context;
  for (;;) {
    const view = await store.readSession(lease.tenantId, lease.sessionId);
    if (!view?.run) throw new LeaseLost();
    const { session, head, run } = view;
    if (isRepeated && isGivenBack(head, lease)) return [];
    const now = clock.now();
    const inputs = head.openInputs > 0 ? await store.readInputs(lease.tenantId, lease.sessionId) : [];
    const isFinal = outcome.state === 'failed' || inputs.some(({ payload }) => payload.isFinal);
    const left = isFinal ? [] : inputs.filter(isLeft);
    const isCancelled = inputs.some(({ kind }) => kind === 'cancel');
    if (canGoOn && left.length > 0 && !isCancelled) return left;
    const collected = await collect(context, lease, session);
    const cost = await settleCost(context, lease, run);
    const total = totalCost(session.totalCostUsd, run.costUsd, cost);
    const closed = closeOpenOutcome(session, outcome, left, now);
    const change = changeState(
      { run, session: { ...session, ...closed.session, ...total } },
      { to: outcome.state, eventId: createId(now), now, failure: outcome.failure ?? undefined },
    );
    const open = await listSessionApprovals(store, lease, ['open']);
    const expired = expireApprovals(open, 'run_ended', now);
    const ended = { ...session, ...closed.session, ...total, ...change.session };
    const next = left.length > 0 ? beginNext(ended, run, left, now) : undefined;
    const commit: Commit = {
      expectedVersion: head.version,
      epoch: lease.epoch,
      session: { ...closed.session, ...change.session, ...total, ...next?.session },
      events: [
        ...findUntaken(inputs, left, run, now),
        ...collected,
        ...closeCalls(open, session, now),
        ...expired.events,
        ...closed.events,
        change.event,
        ...(next?.events ?? []),
      ],
      expireApprovals: expired.expireApprovals,
      consumeInputIds: inputs.map((input) => input.id),
      ...(next && { inputs: next.inputs, insertRun: next.run }),
      head: next ? { wakeAt: now, needsSlot: true } : { wakeAt: null },
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
      logEnd(context, run, outcome, now, cost);
      return [];
    }
    if (result.conflict !== 'version') throw new LeaseLost();
  }
}

/** A message that may begin a run of its own: not the one with which this run was to begin. */
function isLeft({ kind, payload }: InputRecord): boolean {
  return kind === 'message' && payload.isPrompt !== true;
}

/** An outcome that is not reached is given up with the work on it, unless its message is left for the next run. */
function closeOpenOutcome(
  session: SessionRecord,
  { state, failure }: RunOutcome,
  left: readonly InputRecord[],
  now: number,
): ReturnType<typeof closeOutcome> {
  const open = findOpenOutcome(session.outcomes);
  const goesOn = left.some(({ payload }) => payload.outcome?.id === open?.id);
  if (state === 'completed' || !open || goesOn) return { session: {}, events: [] };
  const end = failure
    ? { result: 'failed' as const, explanation: `The agent could not go on: ${failure.message}` }
    : { result: 'interrupted' as const, explanation: INTERRUPTED };
  return closeOutcome(session, end, now);
}

/** The messages that are left begin another run. */
function beginNext(
  session: SessionRecord,
  before: RunRecord,
  left: readonly InputRecord[],
  now: number,
): Pick<Commit, 'session' | 'events' | 'inputs'> & { run: RunRecord } {
  const [first] = left;
  const prompt = textOf(first?.payload.content ?? '');
  const { options } = before;
  const run = createRun(session.id, before.ordinal + 1, { prompt, options }, now);
  const change = changeState({ session, run }, { to: 'queued', eventId: createId(now), now });
  return {
    run,
    session: change.session,
    events: [markLeft(change.event)],
    inputs: left.map(({ pos: _pos, ...input }) => ({
      ...input,
      payload: {
        ...input.payload,
        runId: run.id,
        ...(input.id === first?.id && { isPrompt: true as const }),
      },
    })),
  };
}

function markLeft(event: NewEvent): NewEvent {
  return event.body.type === 'session.state' ? { ...event, body: { ...event.body, isLeft: true } } : event;
}

/** Of calls that waited for the client nobody will hear any more. */
function closeCalls(open: readonly ApprovalRecord[], { agent }: SessionRecord, now: number): NewEvent[] {
  if (!agent) return [];
  return open.flatMap(({ id, name, toolUseId, kind, parentToolUseId }): NewEvent[] =>
    kind === 'custom_tool'
      ? []
      : [
          {
            id: createId(now),
            threadId: PRIMARY_THREAD,
            createdAt: now,
            body: {
              type: 'agent.tool_result',
              parentToolUseId,
              toolUseId,
              content: INTERRUPTED_CALL,
              isError: true,
              uuid: null,
              call: { eventId: id, name },
            },
          },
        ],
  );
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

/**
 * What a client sent and the agent never took goes into the log all the same, so that people see what was asked; but not
 * what is left for the next run.
 */
function findUntaken(
  inputs: readonly InputRecord[],
  left: readonly InputRecord[],
  { id: runId }: RunRecord,
  now: number,
): NewEvent[] {
  const asTheyCame = inputs.toSorted((one, other) => one.receivedAt - other.receivedAt);
  return asTheyCame.flatMap((input): NewEvent[] => {
    if (left.includes(input)) return [];
    const { id, kind, payload } = input;
    if (kind === 'message') return [toPromptEvent({ id, ...payload, runId }, now)];
    return [{ id, threadId: PRIMARY_THREAD, createdAt: now, body: { type: 'user.interrupt', runId } }];
  });
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
