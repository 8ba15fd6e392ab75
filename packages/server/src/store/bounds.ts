import type { SessionState } from '../domain/session-state.ts';

// What the store is asked for the bounds of a server: the length of the queue, and what has been kept for long enough.

export interface LeaseRequest {
  expectedVersion: number;
  owner: string;
  leaseMs: number;
}

export interface QueueQuery {
  maxWaiting: number;
  maxLeased: number;
}

export interface QueueLength {
  waiting: number;
  leased: number;
}

export interface EndedQuery {
  /** Only those that ended before this time. */
  before: number;
  /** Only those after this one: the last of the page before. */
  after: { endedAt: number; sessionId: string };
  limit: number;
}

/** What retention looks at. */
export interface EndedSession {
  sessionId: string;
  isDeleting: boolean;
  endedAt: number;
  homeNode: string | null;
  version: number;
  transcriptRemovedAt: number | null;
  workspaceRemovedAt: number | null;
}

/** Counts go up to MAX_COUNT: it means "so many or more". */
export interface Load {
  /** Those with work, and those that are being removed. */
  sessions: Partial<Record<SessionState, number>>;
  /** How long the session waits that has waited longest for a worker; null: none does. */
  longestWaitMs: number | null;
  openApprovals: number;
}

export const MAX_COUNT = 10_000;

export interface BoundReads {
  /** How much there is to do in the whole database, at a price that does not grow with it. */
  readLoad(): Promise<Load>;
  /** How many sessions wait for a slot and how many have one, of all tenants: each count stops at its limit. */
  readQueue(query: QueueQuery): Promise<QueueLength>;
  /** Sessions whose last run ended in a span of time, by that time. */
  listEnded(tenantId: string, query: EndedQuery): Promise<EndedSession[]>;
}
