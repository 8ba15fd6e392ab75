import type { SessionState } from '../domain/session-state.ts';

// What has been used, day by day. Days are those of UTC, counted since the epoch.

/** What model requests used. */
export interface UsageCounts {
  requests: number;
  /** Those without an answer, or with an error for one. */
  failedRequests: number;
  inputTokens: number;
  outputTokens: number;
  cacheReadInputTokens: number;
  cacheCreationInputTokens: number;
  costUsd: number;
}

export interface DaySpan {
  /** Both are part of it. */
  from: number;
  to: number;
}

export interface UsageQuery extends DaySpan {
  /** Only this agent; '' for the sessions of the simple API, which have none. */
  agentId?: string | undefined;
  model?: string | undefined;
}

/** By what sums are made, besides the day: only that is set in their rows. */
export type UsageGrouping = 'agent' | 'model' | 'tenant' | 'all';

/** A sum. Of what it sums over, the names are ''. */
export interface DailyUsage extends UsageCounts {
  day: number;
  tenantId: string;
  agentId: string;
  model: string;
}

export interface DailyFailures {
  day: number;
  kind: string;
  runs: number;
}

export interface CostlySession {
  id: string;
  title: string | null;
  state: SessionState;
  agentId: string | null;
  createdAt: number;
  /** So far. */
  costUsd: number;
  /** On which that last changed. */
  day: number;
}

export interface UsageReportReads {
  /** Over all tenants, by day. What deleted sessions used is part of it. */
  readDailyUsage(query: UsageQuery & { by: UsageGrouping }): Promise<DailyUsage[]>;
  /** Runs that ended in error, over all tenants, by day and kind. */
  readDailyFailures(span: DaySpan): Promise<DailyFailures[]>;
  /**
   * Those of the sessions which last cost something in this span that cost most so far; those that are being deleted
   * are left out. It reads at most `limit` rows of each day.
   */
  readCostliestSessions(tenantId: string, query: DaySpan & { limit: number }): Promise<CostlySession[]>;
}
