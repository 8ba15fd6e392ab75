import { isSpent } from '../../sessions/budget.ts';
import { FLEET_PROMPT_CHARACTERS, type FleetRecord, type OpenCall } from '../../store/fleet.ts';
import { formatTime } from '../format-time.ts';
import { projectState, roundUsd } from '../simple/project.ts';
import { publicId } from '../v1/ids.ts';
import { projectStatus } from '../v1/project-session.ts';
import type { FleetRow, WaitsFor } from './schemas.ts';

// Sessions as the table of all of them shows them. Pure.

const ERROR_CHARACTERS = 300;

export function projectRow(record: FleetRecord): FleetRow {
  const { usage, agent, failure, state } = record;
  return {
    session_id: record.id,
    id: publicId('sesn', record.id),
    origin: record.origin === 'v1' ? 'v1' : 'simple',
    status: projectState(state),
    state: { status: projectStatus(record), stop_reason: projectStopReason(record) },
    waits_for: projectWait(record),
    title: record.title,
    prompt: record.prompt === null ? null : cut(record.prompt, FLEET_PROMPT_CHARACTERS),
    agent: agent && { ...agent, id: publicId('agent', agent.id) },
    model: record.model,
    cost_usd: roundUsd(record.totalCostUsd ?? 0),
    tokens: {
      input: usage.inputTokens,
      output: usage.outputTokens,
      cache_read: usage.cacheReadInputTokens,
      cache_creation: usage.cacheCreation5mInputTokens + usage.cacheCreation1hInputTokens,
    },
    message_count: record.messageCount,
    metadata: record.metadata ?? {},
    cwd: record.workspace.ref,
    workspace: record.workspace.kind,
    error:
      state === 'failed' && failure
        ? { type: failure.type, message: cut(failure.message, ERROR_CHARACTERS) }
        : null,
    created_at: formatTime(record.createdAt),
    updated_at: formatTime(record.updatedAt),
    last_activity_at: formatTime(record.lastEventAt ?? record.createdAt),
    started_at: toTime(record.startedAt),
    ended_at: toTime(record.endedAt),
    archived_at: toTime(record.archivedAt),
  };
}

/** Why it is idle: as the last event of `/v1` said. */
function projectStopReason(record: FleetRecord): FleetRow['state']['stop_reason'] {
  switch (record.state) {
    case 'waiting':
      return record.calls.length === 0 && isSpent(record) ? 'budget_reached' : 'requires_action';
    case 'completed':
    case 'cancelled':
      return 'end_turn';
    case 'failed':
      return record.failure?.type === 'refusal' ? 'refusal' : 'retries_exhausted';
    case 'new':
    case 'queued':
    case 'running':
    case 'rescheduling':
    case 'deleting':
      return null;
  }
}

function projectWait(record: FleetRecord): WaitsFor | null {
  const { calls, updatedAt, retryingSince } = record;
  const [oldest] = calls;
  if (oldest) {
    return {
      kind: kindOf(calls),
      tools: [...new Set(calls.map(({ name }) => name))],
      count: calls.length,
      since: formatTime(oldest.createdAt),
    };
  }
  if (record.waitsForNode) return waitFor('node', updatedAt);
  if (record.state === 'waiting') return isSpent(record) ? waitFor('budget', updatedAt) : null;
  return retryingSince === null ? null : waitFor('provider', retryingSince);
}

function waitFor(kind: WaitsFor['kind'], since: number): WaitsFor {
  return { kind, tools: [], count: 0, since: formatTime(since) };
}

function kindOf(calls: readonly OpenCall[]): WaitsFor['kind'] {
  const has = (kind: OpenCall['kind']): boolean => calls.some((call) => call.kind === kind);
  if (has('permission')) return 'approval';
  return has('question') ? 'question' : 'custom_tool';
}

/** The beginning of a long text, with no character cut in two. */
function cut(text: string, characters: number): string {
  if (text.length <= characters) return text;
  return `${text.slice(0, characters - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

function toTime(ms: number | null): string | null {
  return ms === null ? null : formatTime(ms);
}
