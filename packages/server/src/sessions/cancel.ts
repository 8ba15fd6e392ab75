import { PRIMARY_THREAD } from '../domain/event.ts';
import { createDeadline } from '../lib/deadline.ts';
import { SECOND } from '../lib/duration.ts';
import { createId } from '../lib/ids.ts';
import type { Commit, CommitResult, SessionView } from '../store/store.ts';
import { withMessages } from './announce.ts';
import { requireSession, type SessionsContext } from './context.ts';
import { SessionNotFound, SessionNotRunning, WorkerDidNotAnswer } from './errors.ts';
import { closeOutcome, INTERRUPTED } from './outcomes.ts';
import { toPromptEvent } from './prompt-event.ts';
import { changeState, isBusy } from './session.ts';
import { waitForSession } from './wait.ts';

/** A worker kills within about 1.5 s; the rest is for a machine under load, or a lease that must first run out. */
const ANSWER_WITHIN_MS = 30 * SECOND;

/**
 * Cancels the open run, or only one that waits for a person (`ifWaiting`). One that nobody has taken yet ends here and now; one that a worker holds gets a cancel
 * input, and the worker answers by committing the state when the process tree is gone.
 */
export async function cancelSession(
  context: SessionsContext,
  tenantId: string,
  sessionId: string,
  signal: AbortSignal,
  { ifWaiting = false }: { ifWaiting?: boolean } = {},
): Promise<SessionView> {
  for (;;) {
    const view = await requireSession(context.store, tenantId, sessionId);
    const isOpen = ifWaiting ? view.session.state === 'waiting' : isBusy(view.session.state);
    if (!isOpen) throw new SessionNotRunning(view.session.state);
    const taken = view.session.state !== 'queued' || (await context.store.isLeased(tenantId, sessionId));
    const result = taken ? await askWorker(context, view) : await cancelQueued(context, view);
    if (!result.ok) continue;
    if (taken) await waitForEnd(context, tenantId, sessionId, signal);
    const ended = await requireSession(context.store, tenantId, sessionId);
    if (hasAnotherEnd(ended)) throw new SessionNotRunning(ended.session.state);
    return ended;
  }
}

/** The run ended by itself before the cancel reached it. */
function hasAnotherEnd({ session }: SessionView): boolean {
  return session.state === 'completed' || session.state === 'failed';
}

async function cancelQueued(context: SessionsContext, view: SessionView): Promise<CommitResult> {
  const { session, head, run } = view;
  const now = context.clock.now();
  const inputs = await context.store.readInputs(session.tenantId, session.id);
  const prompts = inputs.filter(({ kind }) => kind === 'message');
  const change = changeState(view, { to: 'cancelled', eventId: createId(now), now });
  const interrupted = closeOutcome(session, { result: 'interrupted', explanation: INTERRUPTED }, now);
  const commit: Commit = {
    expectedVersion: head.version,
    session: { ...interrupted.session, ...change.session },
    // As if it had been taken: people see what was asked.
    events: [
      ...prompts.map(({ id, payload }) => toPromptEvent({ id, ...payload }, now)),
      ...interrupted.events,
      change.event,
    ],
    consumeInputIds: inputs.map((input) => input.id),
    head: { wakeAt: null },
    ...(run && { updateRun: { id: run.id, state: 'cancelled', endedAt: now } }),
  };
  const announced = await withMessages(context.announce, view, commit);
  return context.store.commit(session.tenantId, session.id, announced);
}

async function askWorker(context: SessionsContext, view: SessionView): Promise<CommitResult> {
  const { session, head, run } = view;
  const now = context.clock.now();
  const isLeased = await context.store.isLeased(session.tenantId, session.id);
  return context.store.commit(session.tenantId, session.id, {
    // The version, so that the input cannot outlive the run that it is meant for.
    expectedVersion: head.version,
    inputs: [
      {
        id: createId(now),
        threadId: PRIMARY_THREAD,
        kind: 'cancel',
        payload: { runId: run?.id ?? '', isFinal: true },
        receivedAt: now,
      },
    ],
    // Nobody works on it now: a worker is to come for this, which takes no agent.
    ...(!isLeased && { head: { wakeAt: now, needsSlot: false } }),
  });
}

async function waitForEnd(
  context: SessionsContext,
  tenantId: string,
  sessionId: string,
  signal: AbortSignal,
): Promise<void> {
  using deadline = createDeadline(ANSWER_WITHIN_MS, signal);
  const isOver = (view: SessionView | undefined): boolean => !view || !isBusy(view.session.state);
  const view = await waitForSession(context.store, tenantId, sessionId, isOver, deadline.signal);
  if (!view) throw new SessionNotFound();
  if (!isOver(view)) throw new WorkerDidNotAnswer();
}
