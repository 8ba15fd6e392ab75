import { keepPreviousData, useQuery, type UseQueryResult } from '@tanstack/react-query';
import { useKey } from './credential.ts';
import { request, send } from './http.ts';

export interface Counts {
  requests: number;
  failed_requests: number;
  /** Neither read from nor written to the cache. */
  input_tokens: number;
  output_tokens: number;
  cache_read_input_tokens: number;
  cache_creation_input_tokens: number;
  cost_usd: number;
}

/** One number for each of `days`. */
export interface Series {
  cost_by_day: number[];
  tokens_by_day: number[];
}

/** What `GET /usage` answers. Days are UTC, `2026-11-25`. */
export interface Usage {
  from: string;
  to: string;
  totals: Counts;
  days: ({ day: string } & Counts)[];
  by_agent: ({ agent_id: string; name: string | null } & Counts & Series)[];
  agents_left_off: number;
  by_model: ({ model: string } & Counts & Series)[];
  models_left_off: number;
  by_tenant: ({ tenant: string } & Counts)[];
  failures: { day: string; kind: string; count: number }[];
}

export interface UsageSessions {
  sessions: {
    session_id: string;
    title: string | null;
    status: 'pending' | 'running' | 'completed' | 'error' | 'cancelled';
    agent_id: string;
    agent: string | null;
    cost_usd: number;
    last_used: string;
  }[];
}

/** The first and the last day; absent: the server's own. */
export interface Span {
  from?: string | undefined;
  to?: string | undefined;
}

export function useUsage({ from, to }: Span): UseQueryResult<Usage> {
  return useQuery({
    queryKey: ['usage', from, to, useKey()],
    queryFn: ({ signal }) => request<Usage>('/usage', { query: { from, to }, signal }),
    placeholderData: keepPreviousData,
  });
}

export function useCostliestSessions({ from, to }: Span): UseQueryResult<UsageSessions> {
  return useQuery({
    queryKey: ['usage-sessions', from, to, useKey()],
    queryFn: ({ signal }) =>
      request<UsageSessions>('/usage/sessions', { query: { from, to, limit: 10 }, signal }),
    placeholderData: keepPreviousData,
  });
}

/** Saves the rows of the span as a file. */
export async function downloadUsage({ from, to }: Span): Promise<void> {
  const response = await send('/usage.csv', { query: { from, to } });
  const name = /filename="([^"]+)"/.exec(response.headers.get('content-disposition') ?? '')?.[1];
  const url = URL.createObjectURL(await response.blob());
  const link = document.createElement('a');
  link.href = url;
  link.download = name ?? 'usage.csv';
  link.click();
  // The browser has taken it by then.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
