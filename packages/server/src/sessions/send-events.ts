import { textOf } from '../domain/content.ts';
import { PRIMARY_THREAD, type NewEvent } from '../domain/event.ts';
import type { Outcome } from '../domain/managed-session.ts';
import { createId } from '../lib/ids.ts';
import type { ApprovalRecord, IdempotencyRecord, RunRecord } from '../store/records.ts';
import type { Commit, NewInput, SessionView } from '../store/store.ts';
import type { Admission } from './admission.ts';
import { isSpent } from './budget.ts';
import { contentOf, isAnswer, isWork, toNewOutcome, type ClientInput } from './client-events.ts';
import { requireSession, type SessionsContext } from './context.ts';
import { createRun } from './create-run.ts';
import {
  BudgetReached,
  CallNotWaiting,
  OutcomeOpen,
  RequestRepeated,
  SessionArchived,
  SessionLogFull,
  SessionNotFound,
  TranscriptRemoved,
} from './errors.ts';
import { isLogFull } from './log-limit.ts';
import { findOpenOutcome } from './outcomes.ts';
import { findStretchStart, noteSent } from './sent.ts';
import { changeState, isBusy } from './session.ts';

export interface SendRequest {
  inputs: readonly ClientInput[];
  /** Which client sends: a hash of what it shows of itself. */
  sentBy: string;
  idempotency?: IdempotencyRecord | undefined;
}

/**
 * Takes what a client sends, all of it or nothing. Messages begin a run or join the one that is open; answers go to the
 * calls that wait for them; an interrupt ends the run, and what was not taken by then begins the next one.
 */
export async function sendEvents(
  context: SessionsContext,
  admission: Admission,
  tenantId: string,
  sessionId: string,
  request: SendRequest,
): Promise<void> {
  const { store } = context;
  for (;;) {
    const view = await requireSession(store, tenantId, sessionId);
    if (view.session.archivedAt !== null) throw new SessionArchived();
    const answered = await findCalls(context, view, request.inputs);
    const sentAfter = await findStretchStart(store, view);
    const commit = plan(context, view, request, { answered, sentAfter });
    const isNewInQueue = commit.insertRun !== undefined;
    const store_ = (): ReturnType<typeof store.commit> => store.commit(tenantId, sessionId, commit);
    const result = await (isNewInQueue ? admission.enter(store_) : store_());
    if (result.ok) return;
    if (result.conflict === 'gone') throw new SessionNotFound();
    if (result.conflict === 'repeated') throw new RequestRepeated();
  }
}

/** The calls that the answers are for. Throws CallNotWaiting. */
async function findCalls(
  { store }: SessionsContext,
  { session }: SessionView,
  inputs: readonly ClientInput[],
): Promise<Map<string, ApprovalRecord>> {
  const calls = new Map<string, ApprovalRecord>();
  for (const { callId, kind } of inputs.filter(isAnswer)) {
    const call = await store.readApproval(session.tenantId, callId);
    if (!call || call.sessionId !== session.id) throw new CallNotWaiting(callId, 'unknown');
    if ((call.kind === 'custom_tool') !== (kind === 'custom_result')) {
      throw new CallNotWaiting(callId, 'other_kind');
    }
    if (call.state !== 'open' || calls.has(callId)) throw new CallNotWaiting(callId, 'answered');
    calls.set(callId, call);
  }
  return calls;
}

/** The commit that carries the request out, decided by the session as it is. Throws what speaks against it. */
function plan(
  context: SessionsContext,
  view: SessionView,
  { inputs, sentBy, idempotency }: SendRequest,
  { answered: calls, sentAfter }: { answered: ReadonlyMap<string, ApprovalRecord>; sentAfter: number },
): Commit {
  const { session, head } = view;
  const now = context.clock.now();
  const work = inputs.filter(isWork);
  const isWaitingForBudget = session.state === 'waiting' && isSpent(session) && calls.size === 0;
  if (work.length > 0 && isWaitingForBudget) throw new BudgetReached();
  if (work.length > 0 && head.transcriptRemovedAt !== null) throw new TranscriptRemoved();
  if (work.length > 0 && isLogFull(head, context.limits)) throw new SessionLogFull();
  const answers = planAnswers(inputs, calls, now);
  const rest = isBusy(session.state)
    ? planBusy(view, inputs, isWaitingForBudget, now)
    : planIdle(view, inputs, now);
  const startsWork = work.length > 0 || calls.size > 0;
  return {
    expectedVersion: head.version,
    ...rest,
    session: { ...rest.session, ...planOutcomes(view, inputs) },
    events: [...answers.events, ...(rest.events ?? [])],
    answerApprovals: answers.answerApprovals,
    idempotency,
    head: {
      ...rest.head,
      // If the process is gone a worker is to go on; one that holds the session hears of it anyway.
      ...(calls.size > 0 && { wakeAt: now, needsSlot: true }),
      ...(startsWork && { sent: noteSent(head.sent, sentBy, sentAfter) }),
    },
  };
}

function planIdle(
  view: SessionView,
  inputs: readonly ClientInput[],
  now: number,
): Pick<Commit, 'session' | 'events' | 'insertRun' | 'inputs' | 'head'> {
  const first = inputs.find(isWork);
  // There is nothing to stop.
  if (!first) return { events: planIdleInterrupts(inputs, now) };
  const { session, run: last } = view;
  const request = {
    prompt: textOf(contentOf(first)),
    options: last?.options ?? session.forkedFrom?.options ?? {},
  };
  const run = createRun(session.id, (last?.ordinal ?? -1) + 1, request, now);
  const change = changeState({ session, run }, { to: 'queued', eventId: createId(now), now });
  const before = inputs.slice(0, inputs.indexOf(first));
  return {
    session: change.session,
    events: [...planIdleInterrupts(before, now), change.event],
    insertRun: run,
    inputs: toInputs(inputs.slice(before.length), run, first.id, now),
    head: { wakeAt: now, needsSlot: true },
  };
}

function planIdleInterrupts(inputs: readonly ClientInput[], now: number): NewEvent[] {
  return inputs.flatMap((input) =>
    input.kind === 'interrupt' ? [toEvent(input.id, now, { type: 'user.interrupt', runId: null })] : [],
  );
}

function planBusy(
  { head, run }: SessionView,
  inputs: readonly ClientInput[],
  isWaitingForBudget: boolean,
  now: number,
): Pick<Commit, 'session' | 'events' | 'inputs' | 'head'> {
  if (!run) throw new Error('A session with work has no run.');
  // It cannot go on, and it does not stop either.
  if (isWaitingForBudget) return { events: planIdleInterrupts(inputs, now) };
  const isInterrupted = inputs.some(({ kind }) => kind === 'interrupt');
  return {
    inputs: toInputs(inputs, run, undefined, now),
    // Nobody works on it now: a worker is to come for this, which takes no agent.
    ...(isInterrupted && head.leaseOwner === null && { head: { wakeAt: now, needsSlot: false } }),
  };
}

/** What waits for the agent, or for who holds its session. `promptId`: of the one with which the run begins. */
export function toInputs(
  inputs: readonly ClientInput[],
  run: RunRecord,
  promptId: string | undefined,
  now: number,
): NewInput[] {
  return inputs.flatMap((input): NewInput[] => {
    const common = { id: input.id, threadId: PRIMARY_THREAD, receivedAt: now };
    if (input.kind === 'interrupt') return [{ ...common, kind: 'cancel', payload: { runId: run.id } }];
    if (!isWork(input)) return [];
    return [
      {
        ...common,
        kind: 'message',
        payload: {
          runId: run.id,
          content: contentOf(input),
          ...(input.id === promptId && { isPrompt: true as const }),
          ...(input.kind === 'outcome' && { outcome: input.outcome }),
        },
      },
    ];
  });
}

function planAnswers(
  inputs: readonly ClientInput[],
  calls: ReadonlyMap<string, ApprovalRecord>,
  now: number,
): Required<Pick<Commit, 'events' | 'answerApprovals'>> {
  const events: NewEvent[] = [];
  const answerApprovals: NonNullable<Commit['answerApprovals']> = [];
  for (const input of inputs.filter(isAnswer)) {
    const call = calls.get(input.callId);
    if (!call) continue;
    const { id: approvalId, runId, toolUseId, name, kind } = call;
    const decision = { ...input.decision, eventId: input.id };
    answerApprovals.push({ id: approvalId, decision, closedAt: now });
    events.push(
      toEvent(kind === 'custom_tool' ? input.id : createId(now), now, {
        type: 'approval.answered',
        approvalId,
        runId,
        toolUseId,
        name,
        decision,
        kind,
      }),
    );
  }
  return { events, answerApprovals };
}

/** Throws OutcomeOpen. */
function planOutcomes({ session }: SessionView, inputs: readonly ClientInput[]): { outcomes?: Outcome[] } {
  const defined = inputs.flatMap((input) => (input.kind === 'outcome' ? [input.outcome] : []));
  if (defined.length === 0) return {};
  if (findOpenOutcome(session.outcomes) || defined.length > 1) throw new OutcomeOpen();
  return { outcomes: [...session.outcomes, ...defined.map(toNewOutcome)] };
}

function toEvent(id: string, now: number, body: NewEvent['body']): NewEvent {
  return { id, threadId: PRIMARY_THREAD, createdAt: now, body };
}
