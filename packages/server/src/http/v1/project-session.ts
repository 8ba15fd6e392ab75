import {
  BUILT_IN_AGENT,
  BUILT_IN_VERSION,
  builtInAgentId,
  builtInEnvironmentId,
} from '../../domain/built-in.ts';
import type { SessionChanges } from '../../domain/managed-events.ts';
import type { Outcome } from '../../domain/managed-session.ts';
import { SESSION_STATES, type SessionState } from '../../domain/session-state.ts';
import { toTextMetadata } from '../../domain/text-metadata.ts';
import type { ResourceRecord } from '../../store/files.ts';
import type { ForkOrigin, RunRecord, SessionRecord } from '../../store/records.ts';
import type { SessionView } from '../../store/store.ts';
import { projectSessionAgent, type SessionAgent } from './agent-schemas.ts';
import { primaryThreadId, publicId } from './ids.ts';
import { activeSeconds, projectUsage } from './project-usage.ts';
import { projectResource } from './resource-schemas.ts';
import type { Session, SessionStatus, Thread } from './session-schemas.ts';
import { formatTime } from '../format-time.ts';

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

export function projectSession(
  { session }: Listed,
  resources: readonly ResourceRecord[],
  now: number,
): Session {
  return {
    id: publicId('sesn', session.id),
    type: 'session',
    agent: agentOf(session),
    environment_id: publicId('env', session.environmentId ?? builtInEnvironmentId(session.tenantId)),
    title: session.title,
    metadata: toTextMetadata(session.metadata),
    resources: resources.map(projectResource),
    vault_ids: [],
    deployment_id: null,
    status: projectStatus(session),
    stats: statsOf(session, now),
    usage: projectUsage(session.usage, session.totalCostUsd ?? 0, now),
    budget: session.budget,
    outcome_evaluations: session.outcomes.map(projectOutcome),
    ...(session.forkedFrom && { forked_from: projectOrigin(session.forkedFrom) }),
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
    usage: wasIdle ? projectUsage(session.usage, session.totalCostUsd ?? 0, now) : null,
    workflow_run_id: null,
    ...timesOf(session),
  };
}

/** What the event `session.updated` tells. */
export function projectChanges({ agent, ...changes }: SessionChanges): Partial<Session> {
  return { ...changes, ...(agent && { agent: projectSessionAgent(agent) }) };
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

function projectOrigin({ sessionId, eventId }: ForkOrigin): Session['forked_from'] {
  return {
    session_id: publicId('sesn', sessionId),
    event_id: eventId === null ? null : publicId('sevt', eventId),
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

/** Clocks of several servers differ. */
function toSeconds(ms: number): number {
  return Math.max(0, ms) / 1000;
}
