import type { AgentEventBody, AgentPrompt } from '../agent/agent.ts';
import { planCutTurn, type CutTurnPlan, type TakenMessage } from '../agent/cut-turn.ts';
import type { ApprovalDecision } from '../domain/approval.ts';
import type { EventBody, RunRecoveredEvent, StoredEvent } from '../domain/event.ts';
import { createFailure, type Failure } from '../domain/failure.ts';
import { createId } from '../lib/ids.ts';
import type { ApprovalRecord, RunRecord } from '../store/records.ts';
import type { ClaimedSession } from '../store/store.ts';
import { BackgroundTasks } from './background-tasks.ts';
import type { WorkerContext } from './context.ts';
import { LeaseLost, type Lease } from './lease.ts';
import { listSessionApprovals } from './session-approvals.ts';
import { findTold } from './told.ts';
import { contentOf, type TurnMessage } from './turn-messages.ts';

const PAGE = 500;
const NEVER_MADE = 'This call was never made: the agent stopped before it was recorded.';
const CUT = 'This call was cut off when the agent stopped.';

/** How a run that was cut goes on, and what the log has to hear of it first. */
export interface Continuation {
  plan: CutTurnPlan;
  /** What the process is given, if it does not go on by itself. */
  prompt: Omit<AgentPrompt, 'runId' | 'lease'>;
  /** The id of the run's own prompt. */
  promptId: string;
  /** The prompt is in the log already. */
  isTaken: boolean;
  how: RunRecoveredEvent['how'];
  abandoned: RunRecoveredEvent['abandoned'];
  /** What the log lacks of what the agent remembers, and an end for every call that has none. */
  events: AgentEventBody[];
  /** What a person decided about calls, by tool call, with the approvals of which the agent hears now. */
  decisions: Map<string, ApprovalDecision>;
  approvals: ApprovalRecord[];
  /** Calls that still waited, and cannot without their process. */
  lostApprovals: ApprovalRecord[];
  /** Answers of the model so far. */
  modelTurns: number;
  /** Messages that are in the log already, and of those what the agent is told again. */
  takenIds: string[];
  resend: TurnMessage[];
  /** The calls of the run so far, by tool call: the ids of their events. */
  calls: Map<string, { eventId: string; name: string }>;
  /** The process does this call alone. */
  step: string | undefined;
  /** The log has the result with which the agent came to its end last. */
  isHeard: boolean;
}

/**
 * Compares the log of a run with the agent's transcript and finds how it goes on. The transcript decides what the
 * agent remembers: what only the log has is abandoned, what only the transcript has is told now. The transcript gets
 * what it needs for that before anything else happens: if it all ends here, the next attempt finds it there. May be
 * repeated.
 */
export async function findContinuation(
  { store, files, clock }: WorkerContext,
  { tenantId, sessionId, epoch }: Lease,
  { session, inputs }: ClaimedSession,
  run: RunRecord,
): Promise<Continuation | { failure: Failure }> {
  const log = await readLog();
  const messages = findTold(log, run.id);
  const [taken] = messages;
  const input = inputs.find(({ kind }) => kind === 'message');
  const promptId = taken?.id ?? input?.id;
  if (promptId === undefined) return { failure: createFailure('interrupted') };

  const decided = await listSessionApprovals(store, { tenantId, sessionId }, ['allowed', 'denied']);
  const lostApprovals = await listSessionApprovals(store, { tenantId, sessionId }, ['open']);
  const undelivered = decided.filter(({ runId, deliveredAt }) => runId === run.id && deliveredAt === null);
  const decisions = new Map(
    undelivered.flatMap(({ toolUseId, decision }) => (decision ? [[toolUseId, decision] as const] : [])),
  );
  const plan = await findPlan();
  if ('failure' in plan) return plan;
  if (plan.how !== 'send_again' && session.agentSessionId !== null && plan.append.length > 0) {
    const part = { agentSessionId: session.agentSessionId, subpath: '' };
    const isStored = await store.appendTranscript(tenantId, sessionId, epoch, part, plan.append);
    if (!isStored) throw new LeaseLost();
  }

  const remembered = plan.how === 'send_again' ? [] : plan.events;
  const known = new Set(log.flatMap(({ body }) => uuidOf(body) ?? []));
  const told = remembered.filter((body) => !known.has(uuidOf(body) ?? ''));
  const abandoned = findAbandoned(log, remembered);
  const begin = plan.how === 'continue' ? plan.begin : undefined;
  const [first, ...later] = begin && 'messages' in begin ? begin.messages : [];
  const step = begin && 'step' in begin ? begin.step : undefined;
  const isHeld = begin !== undefined && 'continues' in begin && begin.continues === 'held_call';
  return {
    plan,
    prompt:
      begin && 'nudge' in begin
        ? { inputId: createId(clock.now()), content: begin.nudge, isNudge: true }
        : first
          ? { inputId: first.id, content: first.content }
          : { inputId: promptId, content: taken?.content ?? (input ? contentOf(input.payload) : run.prompt) },
    promptId,
    isTaken: taken !== undefined,
    how: plan.how === 'send_again' ? 'sent_again' : isHeld ? 'held_call' : 'continued',
    abandoned,
    events: [
      ...told,
      ...endOpenCalls(
        [...log.map(({ body }) => body), ...told],
        log,
        abandoned,
        isHeld ? decisions : new Map(),
      ),
    ],
    decisions,
    approvals: undelivered.filter(
      ({ toolUseId, kind, decision }) =>
        // Those that wait for their own step are told of then.
        step === undefined || toolUseId === step || kind === 'custom_tool' || decision?.behavior === 'deny',
    ),
    lostApprovals,
    modelTurns: countModelTurns([...log.map(({ body }) => body), ...told]),
    takenIds: messages.map(({ id }) => id),
    resend: plan.how === 'send_again' ? messages.slice(1).map(toTurnMessage) : later.map(toTurnMessage),
    calls: findCalls(log),
    step,
    isHeard: told.length === 0 && endsWithResult(log, messages),
  };

  async function readLog(): Promise<StoredEvent[]> {
    const events: StoredEvent[] = [];
    for (let after = run.firstSeq ?? 0; ;) {
      const page = await store.readEvents(tenantId, sessionId, after, PAGE);
      events.push(...page);
      const last = page.at(-1);
      if (!last || page.length < PAGE) return events;
      after = last.seq;
    }
  }

  /** Into the transcript goes what the agent was told, or would have been, with the bytes of files. */
  async function fillMessages(heard: TakenMessage[]): Promise<TakenMessage[]> {
    return Promise.all(
      heard.map(async ({ id, content }) => ({
        id,
        content: typeof content === 'string' ? content : await files.fill(tenantId, content),
      })),
    );
  }

  async function fillResults(): Promise<typeof decisions> {
    const filled = [...decisions].map(async ([toolUseId, decision]) => {
      const { result } = decision;
      if (!result) return [toolUseId, decision] as const;
      const content = await files.fill(tenantId, result.content);
      return [toolUseId, { ...decision, result: { ...result, content } }] as const;
    });
    return new Map(await Promise.all(filled));
  }

  async function findPlan(): Promise<CutTurnPlan | { failure: Failure }> {
    const { agentSessionId } = session;
    // Nothing of the agent was ever recorded: the session begins anew.
    if (agentSessionId === null) return { how: 'send_again' };
    const transcript = await store.loadTranscript(tenantId, sessionId, { agentSessionId, subpath: '' });
    if (!transcript) return { failure: createFailure('transcript_missing') };
    const tasks = new BackgroundTasks();
    for (const { body } of log) tasks.observe(body);
    const now = clock.now();
    return planCutTurn(transcript, {
      runId: run.id,
      agentSessionId,
      promptId: promptId ?? '',
      messages: await fillMessages(messages.filter(({ id }) => id !== promptId)),
      isManaged: session.agent !== null,
      decisions: await fillResults(),
      results: findResults(log),
      lostTasks: tasks.descriptions,
      startedAt: run.startedAt ?? now,
      now,
      createUuid: () => createId(clock.now()),
    });
  }
}

/** What the agent said in the main line and does not remember; what earlier recoveries found is left out. */
function findAbandoned(
  log: readonly StoredEvent[],
  remembered: readonly EventBody[],
): RunRecoveredEvent['abandoned'] {
  const uuids = new Set(remembered.flatMap((body) => uuidOf(body) ?? []));
  const before = new Set(
    log.flatMap(({ body }) =>
      body.type === 'run.recovered' ? body.abandoned.map(({ eventId }) => eventId) : [],
    ),
  );
  return log.flatMap(({ id, body }) => {
    const uuid = isMainLine(body) ? uuidOf(body) : undefined;
    return uuid === undefined || uuids.has(uuid) || before.has(id) ? [] : [{ eventId: id, uuid }];
  });
}

/** An error result for every call without one, except those that are held for a person. */
function endOpenCalls(
  bodies: readonly EventBody[],
  log: readonly StoredEvent[],
  abandoned: RunRecoveredEvent['abandoned'],
  held: ReadonlyMap<string, ApprovalDecision>,
): AgentEventBody[] {
  const ended = new Set(
    bodies.flatMap((body) => (body.type === 'agent.tool_result' ? [body.toolUseId] : [])),
  );
  const forgotten = new Set(abandoned.map(({ eventId }) => eventId));
  const neverMade = new Set(
    log.flatMap(({ id, body }) =>
      body.type === 'agent.tool_use' && forgotten.has(id) ? [body.toolUseId] : [],
    ),
  );
  return bodies.flatMap((body) =>
    body.type !== 'agent.tool_use' ||
    ended.has(body.toolUseId) ||
    held.get(body.toolUseId)?.behavior === 'allow'
      ? []
      : [
          {
            type: 'agent.tool_result' as const,
            parentToolUseId: body.parentToolUseId,
            toolUseId: body.toolUseId,
            content: neverMade.has(body.toolUseId) ? NEVER_MADE : CUT,
            isError: true,
            uuid: null,
          },
        ],
  );
}

/** By tool call, of the main line. */
function findResults(
  log: readonly StoredEvent[],
): Map<string, { uuid: string; content: unknown; isError: boolean }> {
  return new Map(
    log.flatMap(({ body }) =>
      body.type === 'agent.tool_result' && body.uuid !== null && isMainLine(body)
        ? [[body.toolUseId, { uuid: body.uuid, content: body.content, isError: body.isError }] as const]
        : [],
    ),
  );
}

/** Whether nothing was said to the agent, or by it, after its last result. */
function endsWithResult(log: readonly StoredEvent[], messages: readonly TakenMessage[]): boolean {
  const ids = new Set(messages.map(({ id }) => id));
  const last = log.findLast(({ id, body }) => ids.has(id) || isMainLine(body) || body.type === 'run.result');
  return last?.body.type === 'run.result';
}

function toTurnMessage({ id, content }: TakenMessage): TurnMessage {
  return { inputId: id, content };
}

function findCalls(log: readonly StoredEvent[]): Continuation['calls'] {
  return new Map(
    log.flatMap(({ id, body }) =>
      body.type === 'agent.tool_use' ? [[body.toolUseId, { eventId: id, name: body.name }] as const] : [],
    ),
  );
}

function countModelTurns(bodies: readonly EventBody[]): number {
  return new Set(bodies.flatMap((body) => ('messageId' in body && isMainLine(body) ? [body.messageId] : [])))
    .size;
}

function isMainLine(body: EventBody): boolean {
  return 'parentToolUseId' in body && body.parentToolUseId === null;
}

function uuidOf(body: EventBody): string | undefined {
  return 'uuid' in body ? (body.uuid ?? undefined) : undefined;
}
