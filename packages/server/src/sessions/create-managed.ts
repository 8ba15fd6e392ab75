import type { AgentConfig } from '../domain/agent-config.ts';
import { textOf } from '../domain/content.ts';
import type { Budget, Outcome } from '../domain/managed-session.ts';
import { createId, timeOfId } from '../lib/ids.ts';
import { UNMANAGED, type IdempotencyRecord, type RunRecord, type SessionRecord } from '../store/records.ts';
import type { NewResource, ResourceRecord } from '../store/files.ts';
import type { FirstTranscript } from '../store/session-walk.ts';
import type { NewInput, SessionView } from '../store/store.ts';
import type { Admission } from './admission.ts';
import { checkBudgetable } from './budget.ts';
import { contentOf, toNewOutcome, type WorkInput } from './client-events.ts';
import type { SessionsContext } from './context.ts';
import { createRun } from './create-run.ts';
import { AgentGone, RequestRepeated } from './errors.ts';
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
  /** What it is given to work with; `home`: the only node that has that. */
  prepareResources(sessionId: string): Promise<{ resources: NewResource[]; home: string | undefined }>;
  /** What its agent is to remember, with the id under which it does so. */
  transcript?: ((agentSessionId: string) => TranscriptParts) | undefined;
  /** What it begins with; nothing: it waits for its first event. At most one is an outcome. */
  events: readonly WorkInput[];
  /** Which client asks for that: see SendRequest. */
  sentBy: string;
  /** What is stored with the session as it is then, so that the request is carried out once. */
  idempotency?: (created: CreatedSession) => IdempotencyRecord | undefined;
}

type TranscriptParts = Extract<FirstTranscript, { from: 'client' }>['parts'];

export interface CreatedSession extends Pick<SessionView, 'session' | 'run'> {
  resources: ResourceRecord[];
}

/**
 * Stores a session of `/v1`. Throws QueueFull if it begins with work, BudgetRefused, RequestRepeated, and what
 * `prepareResources` throws.
 */
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
  const agentSessionId = request.transcript ? createId(now) : null;
  const given = await request.prepareResources(id);
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
    homeNode: workspace.kind === 'directory' ? context.homeNode : (given.home ?? null),
    agentSessionId,
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
  const resources = given.resources.map(({ resource }) => resource);
  const created = { session, run: work?.run ?? null, resources };
  const creation = {
    session,
    wakeAt: work ? now : null,
    needsAgent: true as const,
    resources: given.resources,
    ...(agentSessionId !== null &&
      request.transcript && {
        transcript: { from: 'client' as const, parts: request.transcript(agentSessionId) },
      }),
    ...(work && { run: work.run, inputs: work.inputs, sentBy: request.sentBy }),
    idempotency: request.idempotency?.(created),
  };
  const store = () => context.store.createSession(tenantId, creation);
  const result = await (work ? admission.enter(store) : store());
  if (result.ok) return created;
  if (result.conflict === 'repeated') throw new RequestRepeated();
  if (result.conflict === 'agent_gone') throw new AgentGone();
  // A file went at this moment: the next look finds that, and says so.
  return createManagedSession(context, admission, tenantId, request);
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
