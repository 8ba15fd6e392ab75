// The tables in which usage is summed up, see tables.ts.

/** What was used on a day (of UTC, counted since the epoch), of which nothing goes when sessions go. */
export interface DailyUsageTable {
  tenant_id: string;
  day: number;
  /** '': the sessions of the simple API. */
  agent_id: string;
  model: string;
  /** See `writer` of dialect.ts: what is asked for is the sum over them. */
  writer: number;
  requests: number;
  failed_requests: number;
  input_tokens: number;
  output_tokens: number;
  cache_read_input_tokens: number;
  cache_creation_input_tokens: number;
  cost_usd: number;
}

/** Runs that ended in error on a day. */
export interface DailyFailureTable {
  tenant_id: string;
  day: number;
  kind: string;
  writer: number;
  runs: number;
}

/** What a session has cost so far, and the day on which that last changed. */
export interface SessionCostTable {
  tenant_id: string;
  session_id: string;
  day: number;
  cost_usd: number;
}
