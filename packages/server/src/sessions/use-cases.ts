import { createId, timeOfId } from '../lib/ids.ts';
import { UNMANAGED, type SessionRecord } from '../store/records.ts';
import { Admission } from './admission.ts';
import { answerApproval } from './approvals.ts';
import { cancelSession } from './cancel.ts';
import { cleanUpSessions, deleteSession } from './delete.ts';
import { findSession, requireSession, type SessionsContext } from './context.ts';
import {
  DifferentCwd,
  RequestRepeated,
  SessionArchived,
  SessionBusy,
  SessionLogFull,
  SessionNotResumable,
  TranscriptRemoved,
} from './errors.ts';
import { Feeds } from './feed.ts';
import { watchFleet } from './fleet.ts';
import { isLogFull } from './log-limit.ts';
import { createManagedSessions } from './managed.ts';
import { createPrompt, createRun } from './create-run.ts';
import { changeState, isBusy } from './session.ts';
import type { ResumeRequest, Sessions, StartRequest } from './sessions.ts';
import { sendEvents } from './send-events.ts';
import { findStretchStart, noteSeen } from './sent.ts';
import { waitForSession } from './wait.ts';

/** The use cases of sessions over the store. Nothing here waits for an agent but `cancel` and `delete`. */
export function createSessions(context: SessionsContext): Sessions {
  const { store } = context;
  const admission = new Admission(store, context.clock, context.limits);
  const feeds = new Feeds(store);
  return {
    ...createManagedSessions(context, admission),
    start: (tenantId, request) => startSession(context, admission, tenantId, request),
    resume: (tenantId, sessionId, request) => resumeSession(context, admission, tenantId, sessionId, request),
    cancel: (tenantId, sessionId, signal) => cancelSession(context, tenantId, sessionId, signal),
    delete: (tenantId, sessionId, signal) => deleteSession(context, tenantId, sessionId, signal),
    cleanup: (tenantId, request) => cleanUpSessions(context, tenantId, request),
    find: (tenantId, sessionId) => findSession(store, tenantId, sessionId),
    list: (tenantId, query) => store.listSessions(tenantId, query),
    fleet: (tenantId, limit, signal) => watchFleet(context, tenantId, limit, signal),
    runs: (tenantId, sessionIds) => store.readRuns(tenantId, sessionIds),
    messages: (tenantId, sessionId, from, limit) => store.readMessages(tenantId, sessionId, from, limit),
    tail: (tenantId, sessionId, after, signal) => feeds.tail(tenantId, sessionId, after, signal),
    wait: (tenantId, sessionId, until, signal) =>
      waitForSession(store, tenantId, sessionId, (view) => !view || until(view), signal),
    send: (tenantId, sessionId, request) => sendEvents(context, admission, tenantId, sessionId, request),
    events: (tenantId, sessionId, from, limit) =>
      'after' in from
        ? store.readEvents(tenantId, sessionId, from.after, limit)
        : store.readEventsBefore(tenantId, sessionId, from.before, limit),
    stretchStart: (view) => findStretchStart(store, view),
    noteSeen: (tenantId, sessionId, client, seq) => noteSeen(store, { tenantId, sessionId }, client, seq),
    approvals: (tenantId, query) => store.listApprovals(tenantId, query),
    openApprovals: (tenantId, sessionIds) => store.readOpenApprovals(tenantId, sessionIds),
    answer: (tenantId, id, decision) => answerApproval(context, tenantId, id, decision),
    written: (sessionId) => store.hints.written(sessionId),
    onPreview: (sessionId, listener) => store.hints.onPreview(sessionId, listener),
  };
}

async function startSession(
  context: SessionsContext,
  admission: Admission,
  tenantId: string,
  request: StartRequest,
): Promise<string> {
  const now = context.clock.now();
  const id = createId(now);
  const run = createRun(id, 0, request, now);
  const workspace = request.cwd
    ? { kind: 'directory' as const, ref: request.cwd }
    : context.defaultWorkspace(id);
  const session: SessionRecord = {
    tenantId,
    id,
    origin: request.origin,
    state: 'queued',
    title: request.title ?? null,
    metadata: request.metadata ?? null,
    workspace,
    // A workspace of its own does not exist yet: its home is where it is used first.
    homeNode: workspace.kind === 'directory' ? context.homeNode : null,
    agentSessionId: null,
    totalCostUsd: null,
    grants: [],
    // As its id says, by which sessions are listed.
    createdAt: timeOfId(id),
    updatedAt: now,
    endedAt: null,
    ...UNMANAGED,
  };
  const creation = {
    session,
    wakeAt: now,
    run,
    inputs: [createPrompt(run, now)],
    idempotency: request.idempotency?.(id),
  };
  const result = await admission.enter(() => context.store.createSession(tenantId, creation));
  if (!result.ok) throw new RequestRepeated();
  return id;
}

async function resumeSession(
  context: SessionsContext,
  admission: Admission,
  tenantId: string,
  sessionId: string,
  request: ResumeRequest,
): Promise<void> {
  for (;;) {
    const view = await requireSession(context.store, tenantId, sessionId);
    const { session, head, run: last } = view;
    if (session.archivedAt !== null) throw new SessionArchived();
    if (!session.agentSessionId) throw new SessionNotResumable();
    if (isBusy(session.state)) throw new SessionBusy(session.state);
    if (head.transcriptRemovedAt !== null) throw new TranscriptRemoved();
    if (isLogFull(head, context.limits)) throw new SessionLogFull();
    if (request.cwd && request.cwd !== session.workspace.ref) throw new DifferentCwd(session.workspace.ref);
    const now = context.clock.now();
    const run = createRun(sessionId, (last?.ordinal ?? -1) + 1, request, now);
    const change = changeState({ ...view, run }, { to: 'queued', eventId: createId(now), now });
    const commit = {
      expectedVersion: head.version,
      session: change.session,
      events: [change.event],
      insertRun: run,
      inputs: [createPrompt(run, now)],
      head: { wakeAt: now, needsSlot: true },
      idempotency: request.idempotency,
    };
    const result = await admission.enter(() => context.store.commit(tenantId, sessionId, commit));
    if (result.ok) return;
    if (result.conflict === 'repeated') throw new RequestRepeated();
  }
}
