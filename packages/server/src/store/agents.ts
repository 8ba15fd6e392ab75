import type { AgentDefinition } from '../domain/agent-config.ts';
import type { IdempotencyRecord } from './records.ts';

/** An agent in one of its versions. */
export interface AgentRecord {
  id: string;
  /** 1, 2, 3 … */
  version: number;
  definition: AgentDefinition;
  createdAt: number;
  /** When this version was made. */
  updatedAt: number;
  /** Of the agent, whichever version this is. */
  archivedAt: number | null;
}

export interface AgentWrites {
  /** `repeated`: see Commit.idempotency. */
  createAgent(
    tenantId: string,
    creation: { agent: AgentRecord; idempotency?: IdempotencyRecord | undefined },
  ): Promise<{ ok: true } | { ok: false; conflict: 'repeated' }>;
  /** Makes `agent` the latest version, if it is another one than `expectedVersion`, which must be the latest now. */
  updateAgent(tenantId: string, update: AgentUpdate): Promise<AgentUpdateResult>;
  /** The agent as it is then; one that is archived stays as it is. Undefined: no such agent. */
  archiveAgent(tenantId: string, request: { id: string; now: number }): Promise<AgentRecord | undefined>;
  /** With all its versions. `used`: there are sessions of it. */
  deleteAgent(tenantId: string, id: string): Promise<{ ok: true } | { ok: false; conflict: 'gone' | 'used' }>;
}

export interface AgentReads {
  /** The latest version, or this one. */
  readAgent(
    tenantId: string,
    query: { id: string; version?: number | undefined },
  ): Promise<AgentRecord | undefined>;
  /** By id (which is by time of creation), newest first. */
  listAgents(tenantId: string, query: AgentQuery): Promise<AgentRecord[]>;
  /** Newest first. */
  listAgentVersions(
    tenantId: string,
    query: { id: string; limit: number; before?: number | undefined },
  ): Promise<AgentRecord[]>;
}

export interface AgentUpdate {
  agent: AgentRecord;
  expectedVersion: number;
  idempotency?: IdempotencyRecord | undefined;
}

/** `gone`: there is no such agent. */
export type AgentUpdateResult =
  | { ok: true }
  | { ok: false; conflict: 'gone' | 'archived' | 'version' | 'repeated' };

export interface AgentQuery {
  limit: number;
  includeArchived: boolean;
  /** Only those before this id. */
  before?: string | undefined;
  /** Created in this span, both ends included. */
  from?: number | undefined;
  to?: number | undefined;
}
