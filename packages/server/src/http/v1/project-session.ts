import {
  BUILT_IN_AGENT,
  BUILT_IN_VERSION,
  builtInAgentId,
  builtInEnvironmentId,
} from '../../domain/built-in.ts';
import type { SessionChanges } from '../../domain/managed-events.ts';
import type { Outcome, SessionUsage } from '../../domain/managed-session.ts';
import { SESSION_STATES, type SessionState } from '../../domain/session-state.ts';
import { toTextMetadata } from '../../domain/text-metadata.ts';
import { toCents } from '../../sessions/budget.ts';
import type { RunRecord, SessionRecord } from '../../store/records.ts';
import type { SessionView } from '../../store/store.ts';
import { projectSessionAgent, type SessionAgent } from './agent-schemas.ts';
import { primaryThreadId, publicId } from './ids.ts';
import type { Session, SessionStatus, Thread, Usage } from './session-schemas.ts';
import { formatTime } from './time.ts';

// The core's sessions as `/v1` shows them. Pure.

/** The projection of domain/session-state.ts, of a session that is not archived. */
const STATUS = {
  new: 'idle',
  queued: 'running',
  running: 'running',
  waiting: 'idle',
  rescheduling: 'rescheduling',
  completed: 'idle',
  failed: 'idle',
  cancelled: 'idle',
  deleting: 'terminated',
} as const satisfies Record<SessionState, SessionStatus>;

export function projectStatus({
  state,
  archivedAt,
}: Pick<SessionRecord, 'state' | 'archivedAt'>): SessionStatus {
  return archivedAt === null ? STATUS[state] : 'terminated';
}

/** The states in which a session that is not archived has one of these statuses. */
export function statesOf(statuses: readonly SessionStatus[]): SessionState[] {
  return SESSION_STATES.filter((state) => state !== 'deleting' && statuses.includes(STATUS[state]));
}

type Listed = Pick<SessionView, 'session'>;

export function projectSession({ session }: Listed, now: number): Session {
  return {
    id: publicId('sesn', session.id),
    type: 'session',
    agent: agentOf(session),
    environment_id: publicId('env', session.environmentId ?? builtInEnvironmentId(session.tenantId)),
    title: session.title,
    metadata: toTextMetadata(session.metadata),
    resources: [],
    vault_ids: [],
    deployment_id: null,
    status: projectStatus(session),
    stats: statsOf(session, now),
    usage: projectUsage(session.usage, session.totalCostUsd, now),
    budget: session.budget,
    outcome_evaluations: session.outcomes.map(projectOutcome),
    ...timesOf(session),
  };
}

/** The thread that every session has. `first`: the session's first run. */
export function projectPrimaryThread(
  { session, run }: SessionView,
  first: RunRecord | null,
  now: number,
): Thread {
  const { multiagent: _, ...agent } = agentOf(session);
  const startedAt = first?.startedAt ?? null;
  const wasIdle =
    run !== null && (session.endedAt !== null || session.state === 'waiting' || run.ordinal > 0);
  return {
    id: primaryThreadId(session.id),
    type: 'session_thread',
    session_id: publicId('sesn', session.id),
    parent_thread_id: null,
    agent,
    status: projectStatus(session),
    stats:
      startedAt === null
        ? null
        : { ...statsOf(session, now), startup_seconds: toSeconds(startedAt - session.createdAt) },
    usage: wasIdle ? projectUsage(session.usage, session.totalCostUsd, now) : null,
    workflow_run_id: null,
    ...timesOf(session),
  };
}

/** What has been used, as sessions, threads and the event `session.usage` show it. */
export function projectUsage(usage: SessionUsage, costUsd: number | null, now: number): Usage {
  const written = usage.cacheCreation5mInputTokens + usage.cacheCreation1hInputTokens;
  return {
    input_tokens: usage.inputTokens,
    output_tokens: usage.outputTokens,
    cache_read_input_tokens: usage.cacheReadInputTokens,
    ...(written > 0 && {
      cache_creation: {
        ephemeral_5m_input_tokens: usage.cacheCreation5mInputTokens,
        ephemeral_1h_input_tokens: usage.cacheCreation1hInputTokens,
      },
    }),
    server_tool_use: {
      web_search_requests: usage.webSearchRequests,
      web_fetch_requests: usage.webFetchRequests,
    },
    list_cost: { amount: String(toCents(costUsd)), currency: 'USD' },
    active_seconds: activeSeconds(usage, now),
  };
}

/** What the event `session.updated` tells. */
export function projectChanges({ agent, ...changes }: SessionChanges): Partial<Session> {
  if (!agent) return changes;
  return { ...changes, agent: projectSessionAgent(agent) };
}

function agentOf({ tenantId, agent, agentId, agentVersion }: SessionRecord): SessionAgent {
  return agent === null || agentId === null
    ? projectSessionAgent({
        agentId: builtInAgentId(tenantId),
        version: BUILT_IN_VERSION,
        config: BUILT_IN_AGENT,
      })
    : projectSessionAgent({ agentId, version: agentVersion ?? 1, config: agent });
}

function statsOf({ usage, createdAt, archivedAt }: SessionRecord, now: number): Session['stats'] {
  return {
    active_seconds: activeSeconds(usage, now),
    duration_seconds: toSeconds((archivedAt ?? now) - createdAt),
  };
}

function timesOf({ createdAt, updatedAt, archivedAt }: SessionRecord) {
  return {
    created_at: formatTime(createdAt),
    updated_at: formatTime(updatedAt),
    archived_at: archivedAt === null ? null : formatTime(archivedAt),
  };
}

function projectOutcome(outcome: Outcome): Session['outcome_evaluations'][number] {
  return {
    type: 'outcome_evaluation',
    outcome_id: publicId('outc', outcome.id),
    description: outcome.description,
    iteration: outcome.iteration,
    result: outcome.result,
    explanation: outcome.explanation,
    completed_at: outcome.completedAt === null ? null : formatTime(outcome.completedAt),
  };
}

/** It ticks while the session runs. */
function activeSeconds({ activeMs, runningSince }: SessionUsage, now: number): number {
  return toSeconds(activeMs + (runningSince === null ? 0 : Math.max(0, now - runningSince)));
}

/** Clocks of several servers differ. */
function toSeconds(ms: number): number {
  return Math.max(0, ms) / 1000;
}
