import type { ApprovalKind } from '../domain/approval.ts';
import type { Failure } from '../domain/failure.ts';
import type { SessionState } from '../domain/session-state.ts';
import type { ApprovalRecord, SessionRecord } from './records.ts';

/** Sessions by id, or a page of them, newest first. Never those that are being deleted. */
export type FleetQuery = { ids: readonly string[] } | FleetPage;

export interface FleetPage {
  limit: number;
  /** Only sessions older than this one. */
  beyond?: string | undefined;
  state?: SessionState | undefined;
}

/** A session as a table of many shows it: nothing in it grows with its work. */
export interface FleetRecord extends Pick<
  SessionRecord,
  | 'id'
  | 'origin'
  | 'state'
  | 'title'
  | 'metadata'
  | 'workspace'
  | 'totalCostUsd'
  | 'budget'
  | 'usage'
  | 'createdAt'
  | 'updatedAt'
  | 'endedAt'
  | 'archivedAt'
> {
  /** Another one whenever anything here has changed. */
  mark: string;
  agent: { id: string; version: number; name: string } | null;
  /** As the agent or the latest run asks for it. */
  model: string | null;
  /** The beginning of the first prompt: FLEET_PROMPT_CHARACTERS of it, and more if it is longer. */
  prompt: string | null;
  messageCount: number;
  /** Null: nothing has happened yet. */
  lastEventAt: number | null;
  /** Of the latest run. */
  startedAt: number | null;
  failure: Failure | null;
  /** The calls that wait for a person or the client, oldest first. */
  calls: OpenCall[];
  /** Since when a request to the model is tried again; null: none is. */
  retryingSince: number | null;
  /** Only a node that is away can go on. */
  waitsForNode: boolean;
}

export const FLEET_PROMPT_CHARACTERS = 200;

export type OpenCall = Pick<ApprovalRecord, 'id' | 'name' | 'createdAt'> & { kind: ApprovalKind };

/** What tells whether a record has changed since it was read. */
export type FleetMark = Pick<FleetRecord, 'id' | 'mark'>;

export interface FleetReads {
  readFleet(tenantId: string, query: FleetQuery): Promise<FleetRecord[]>;
  readFleetMarks(tenantId: string, query: FleetQuery): Promise<FleetMark[]>;
  /** The open calls of these sessions with all that they ask for; by session, oldest first. */
  readOpenApprovals(tenantId: string, sessionIds: readonly string[]): Promise<ApprovalRecord[]>;
}
