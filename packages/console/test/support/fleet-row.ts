import type { Approval, FleetRow, WaitsFor } from '../../src/live/fleet-frames.ts';

/** A session as the stream sends it; the higher the number, the newer. */
export function fleetRow(number: number, changes: Partial<FleetRow> = {}): FleetRow {
  const at = new Date(Date.UTC(2026, 0, 5) + number * 60_000).toISOString();
  return {
    session_id: uuid(number),
    id: `sesn_${number}`,
    origin: 'simple',
    status: 'completed',
    state: { status: 'idle', stop_reason: 'end_turn' },
    waits_for: null,
    title: null,
    prompt: `Task ${number}`,
    agent: null,
    model: null,
    cost_usd: 0,
    tokens: { input: 0, output: 0, cache_read: 0, cache_creation: 0 },
    message_count: 1,
    metadata: {},
    cwd: '/srv/work',
    workspace: 'own',
    error: null,
    created_at: at,
    updated_at: at,
    last_activity_at: at,
    started_at: at,
    ended_at: at,
    archived_at: null,
    ...changes,
  };
}

export function uuid(number: number): string {
  return `019b0000-0000-7000-8000-${String(number).padStart(12, '0')}`;
}

export function waitsFor(kind: WaitsFor['kind'], since = '2026-01-05T10:00:00.000Z'): WaitsFor {
  return { kind, tools: ['Bash'], count: 1, since };
}

export function openApproval(session: number, id: string, created_at: string): Approval {
  return {
    id,
    session_id: uuid(session),
    status: 'open',
    kind: 'permission',
    tool_name: 'Bash',
    tool_use_id: 'toolu_1',
    parent_tool_use_id: null,
    input: { command: 'ls' },
    questions: null,
    rules: [],
    reason: null,
    created_at,
    closed_at: null,
    decision: null,
  };
}
