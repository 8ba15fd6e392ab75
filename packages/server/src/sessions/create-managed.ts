import type { AgentConfig } from '../domain/agent-config.ts';
import { textOf } from '../domain/content.ts';
import type { Budget, Outcome } from '../domain/managed-session.ts';
import { createId, timeOfId } from '../lib/ids.ts';
import { UNMANAGED, type IdempotencyRecord, type RunRecord, type SessionRecord } from '../store/records.ts';
import type { NewInput, SessionView } from '../store/store.ts';
import type { Admission } from './admission.ts';
import { checkBudgetable } from './budget.ts';
import { contentOf, toNewOutcome, type WorkInput } from './client-events.ts';
import type { SessionsContext } from './context.ts';
import { createRun } from './create-run.ts';
import { RequestRepeated } from './errors.ts';
import { toInputs } from './send-events.ts';

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
  events: readonly WorkInput[];
  /** Which client asks for that: see SendRequest. */
  sentBy: string;
  /** What is stored with the session as it is then, so that the request is carried out once. */
  idempotency?: (created: CreatedSession) => IdempotencyRecord | undefined;
}

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
    ...(work && { run: work.run, inputs: work.inputs, sentBy: request.sentBy }),
    idempotency: request.idempotency?.(created),
  };
  const store = () => context.store.createSession(tenantId, creation);
  const result = await (work ? admission.enter(store) : store());
  if (!result.ok) throw new RequestRepeated();
  return created;
}

/** One run for all that it begins with. */
function createWork(
  sessionId: string,
  events: readonly WorkInput[],
  now: number,
): { run: RunRecord; inputs: NewInput[]; outcomes: Outcome[] } | undefined {
  const [first] = events;
  if (!first) return undefined;
  const run = createRun(sessionId, 0, { prompt: textOf(contentOf(first)), options: {} }, now);
  return {
    run,
    inputs: toInputs(events, run, first.id, now),
    outcomes: events.flatMap((event) => (event.kind === 'outcome' ? [toNewOutcome(event.outcome)] : [])),
  };
}
