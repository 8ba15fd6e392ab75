import type { AgentConfig } from '../domain/agent-config.ts';
import { textOf, type Content } from '../domain/content.ts';
import type { Budget, Outcome } from '../domain/managed-session.ts';
import { createId, timeOfId } from '../lib/ids.ts';
import { UNMANAGED, type IdempotencyRecord, type RunRecord, type SessionRecord } from '../store/records.ts';
import type { NewInput, SessionView } from '../store/store.ts';
import type { Admission } from './admission.ts';
import { checkBudgetable } from './budget.ts';
import type { SessionsContext } from './context.ts';
import { RequestRepeated } from './errors.ts';
import { createOutcomeInput, createPrompt, createRun } from './new-run.ts';

export interface ManagedRequest {
  /** As it is resolved for this session. */
  agent: { agentId: string; version: number; config: AgentConfig };
  environmentId: string;
  title: string | null;
  metadata: Record<string, string>;
  budget: Budget | null;
  /** Where it works, absolute and checked; absent: the server's default. */
  directory?: string | undefined;
  /** What it begins with; nothing: it waits for its first event. At most one is an outcome. */
  events: readonly InitialEvent[];
  /** What is stored with the session as it is then, so that the request is carried out once. */
  idempotency?: (created: CreatedSession) => IdempotencyRecord | undefined;
}

export type InitialEvent = { type: 'message'; content: Content } | ({ type: 'outcome' } & OutcomeRequest);

export type OutcomeRequest = Pick<Outcome, 'description' | 'rubric' | 'maxIterations'>;

export type CreatedSession = Pick<SessionView, 'session' | 'run'>;

/** Stores a session of `/v1`. Throws QueueFull if it begins with work, BudgetRefused, RequestRepeated. */
export async function createManagedSession(
  context: SessionsContext,
  admission: Admission,
  tenantId: string,
  request: ManagedRequest,
): Promise<CreatedSession> {
  const { agent, environmentId, title, metadata, budget, directory } = request;
  if (budget) checkBudgetable(agent.config);
  const now = context.clock.now();
  const id = createId(now);
  const work = createWork(id, request.events, now);
  const workspace = directory ? { kind: 'directory' as const, ref: directory } : context.defaultWorkspace(id);
  const session: SessionRecord = {
    ...UNMANAGED,
    tenantId,
    id,
    origin: 'v1',
    state: work ? 'queued' : 'new',
    title,
    metadata,
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
    environmentId,
    agentId: agent.agentId,
    agentVersion: agent.version,
    agent: agent.config,
    budget,
    outcomes: work?.outcomes ?? [],
  };
  const created = { session, run: work?.run ?? null };
  const creation = {
    session,
    wakeAt: work ? now : null,
    ...(work && { run: work.run, inputs: work.inputs }),
    idempotency: request.idempotency?.(created),
  };
  const store = () => context.store.createSession(tenantId, creation);
  const result = await (work ? admission.enter(store) : store());
  if (!result.ok) throw new RequestRepeated();
  return created;
}

interface Work {
  run: RunRecord;
  inputs: NewInput[];
  outcomes: Outcome[];
}

/** One run for all that it begins with. */
function createWork(sessionId: string, events: readonly InitialEvent[], now: number): Work | undefined {
  const [first] = events;
  if (!first) return undefined;
  const prompt = first.type === 'message' ? textOf(first.content) : first.description;
  const run = createRun(sessionId, 0, { prompt, options: {} }, now);
  const outcomes: Outcome[] = [];
  const inputs = events.map((event) => {
    if (event.type === 'message') return createPrompt(run.id, event.content, now);
    const outcome = createOutcome(event, now);
    outcomes.push(outcome);
    return createOutcomeInput(run.id, outcome, now);
  });
  return { run, inputs, outcomes };
}

/** One that nobody has begun with. */
export function createOutcome({ description, rubric, maxIterations }: OutcomeRequest, now: number): Outcome {
  return {
    id: createId(now),
    description,
    rubric,
    maxIterations,
    iteration: 0,
    result: 'pending',
    explanation: null,
    completedAt: null,
  };
}
