import type { SessionUsage } from '../../domain/managed-session.ts';

/** What a session has used, as `/v1` writes it. `list_cost`: whole US cents. */
export interface WireUsage {
  input_tokens: number;
  output_tokens: number;
  cache_read_input_tokens: number;
  cache_creation: { ephemeral_5m_input_tokens: number; ephemeral_1h_input_tokens: number };
  server_tool_use: { web_search_requests: number; web_fetch_requests: number };
  list_cost: { amount: string; currency: 'USD' };
  active_seconds: number;
}

/** `now`: for the time in which the session is running still. */
export function projectUsage(usage: SessionUsage, costUsd: number, now: number): WireUsage {
  return {
    input_tokens: usage.inputTokens,
    output_tokens: usage.outputTokens,
    cache_read_input_tokens: usage.cacheReadInputTokens,
    cache_creation: {
      ephemeral_5m_input_tokens: usage.cacheCreation5mInputTokens,
      ephemeral_1h_input_tokens: usage.cacheCreation1hInputTokens,
    },
    server_tool_use: {
      web_search_requests: usage.webSearchRequests,
      web_fetch_requests: usage.webFetchRequests,
    },
    list_cost: projectCost(costUsd),
    active_seconds: activeSeconds(usage, now),
  };
}

/** An amount in whole cents. */
function projectCost(usd: number): { amount: string; currency: 'USD' } {
  return { amount: String(Math.round(usd * 100)), currency: 'USD' };
}

/** How long a session has been running, the present stretch included; to the millisecond. */
export function activeSeconds({ activeMs, runningSince }: SessionUsage, now: number): number {
  const running = runningSince === null ? 0 : Math.max(0, now - runningSince);
  return (activeMs + running) / 1000;
}
