import type { IncomingHttpHeaders } from 'node:http';
import { SECOND } from '../lib/duration.ts';

/** The provider did not serve a request, surely not in part: to repeat it costs nothing. */
export interface Trouble {
  /** 0: no answer, because the provider cannot be reached. */
  status: number;
  /** How long the provider wants to be left alone. */
  retryAfterMs: number | undefined;
  /** The provider says that another try would not help. */
  isFinal: boolean;
  /** A limit, an overload, a provider that is away: the next request would meet the same. Else it may be this request. */
  isShared: boolean;
}

export const UNREACHABLE: Trouble = { status: 0, retryAfterMs: undefined, isFinal: false, isShared: true };

const LIMITED = 429;
/** The provider itself fails at a request; another one may do well. */
const FAILED = new Set([500, 501, 505]);

/** What an answer means for the requests that come after it; undefined: the provider does its work. `now`: wall clock. */
export function findTrouble(
  { statusCode: status = 0, headers }: { statusCode?: number | undefined; headers: IncomingHttpHeaders },
  now: number,
): Trouble | undefined {
  if (status !== LIMITED && status < 500) return undefined;
  return {
    status,
    retryAfterMs: findRetryAfter(headers, now),
    isFinal: headers['x-should-retry'] === 'false',
    isShared: !FAILED.has(status),
  };
}

/** Seconds or a date (RFC 9110, 10.2.3). */
function findRetryAfter(headers: IncomingHttpHeaders, now: number): number | undefined {
  const value = headers['retry-after'];
  if (value === undefined) return undefined;
  const seconds = Number(value);
  const ms = Number.isNaN(seconds) ? Date.parse(value) - now : seconds * SECOND;
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}
