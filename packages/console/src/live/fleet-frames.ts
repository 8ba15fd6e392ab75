import type { ApprovalRecord } from '../api/approvals.ts';

/** What `GET /fleet/stream` says, and the rows of the fleet. */
export type FleetFrame =
  | { event: 'session'; data: { rows: FleetRow[] } }
  | { event: 'approvals'; data: { session_id: string; open: Approval[] } | { locked: true } }
  | { event: 'ready'; data: { truncated: boolean } }
  | { event: 'removed'; data: { ids: string[] } }
  | { event: 'ping'; data: Record<string, never> };

/** The same, with a mark where a new connection begins to send what there is. */
export type FleetStep = FleetFrame | { event: 'begin' };

export interface FleetRow {
  /** UUID of version 7: sorts by the time of creation. */
  session_id: string;
  /** The same session in /v1. */
  id: string;
  origin: 'simple' | 'v1';
  status: 'pending' | 'running' | 'completed' | 'error' | 'cancelled';
  state: {
    status: 'idle' | 'running' | 'rescheduling' | 'terminated';
    stop_reason: 'end_turn' | 'requires_action' | 'budget_reached' | 'refusal' | 'retries_exhausted' | null;
  };
  waits_for: WaitsFor | null;
  title: string | null;
  /** The beginning of the first one. */
  prompt: string | null;
  agent: { id: string; name: string; version: number } | null;
  /** As it was asked for; null: the server's default. */
  model: string | null;
  cost_usd: number;
  tokens: { input: number; output: number; cache_read: number; cache_creation: number };
  message_count: number;
  metadata: Record<string, unknown>;
  cwd: string;
  workspace: 'own' | 'directory';
  error: { type: string; message: string } | null;
  created_at: string;
  updated_at: string;
  last_activity_at: string;
  started_at: string | null;
  ended_at: string | null;
  archived_at: string | null;
}

export interface WaitsFor {
  kind: 'approval' | 'question' | 'custom_tool' | 'budget' | 'provider' | 'node';
  /** Names of the tools whose calls wait, each once. */
  tools: string[];
  count: number;
  since: string;
}

/** A call that waits. */
export type Approval = ApprovalRecord & { status: 'open'; closed_at: null; decision: null };

/** Nothing goes on until a person, or the client that stands for one, has answered. */
export function needsPerson({ waits_for: waits }: FleetRow): boolean {
  return waits !== null && waits.kind !== 'provider' && waits.kind !== 'node';
}
