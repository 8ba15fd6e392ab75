import { SECOND } from '../lib/duration.ts';
import { VERSION } from '../lib/version.ts';
import { signedHeaders } from './sign.ts';

export interface Webhook {
  url: string;
  secret: Uint8Array;
}

/** How an attempt ended. */
export interface Attempt {
  /** Null: nobody answered. */
  status: number | null;
  /** Null: it was delivered. */
  error: string | null;
  /** How long the receiver asked us to wait. */
  askedMs: number;
}

/**
 * Sends a message once. Everything but 2xx is a failure, redirects too: the address is the operator's to set right.
 * Of the answer only status and headers are read. When `signal` aborts, nobody answered in time.
 */
export async function send(
  webhook: Webhook,
  message: { id: string; payload: string },
  now: number,
  signal: AbortSignal,
): Promise<Attempt> {
  try {
    const response = await fetch(webhook.url, {
      method: 'POST',
      redirect: 'manual',
      headers: {
        'content-type': 'application/json',
        'user-agent': `bullpen/${VERSION}`,
        ...signedHeaders(webhook.secret, { ...message, now }),
      },
      body: message.payload,
      signal,
    });
    await response.body?.cancel();
    const { status, ok } = response;
    const askedMs = ok ? 0 : parseRetryAfter(response.headers.get('retry-after'), now);
    return { status, error: ok ? null : `The receiver answered ${status}`, askedMs };
  } catch (error) {
    const why = signal.aborted ? 'The receiver did not answer in time' : describeFailure(error);
    return { status: null, error: why, askedMs: 0 };
  }
}

/** `Retry-After` in milliseconds from now: seconds, or a date. */
function parseRetryAfter(value: string | null, now: number): number {
  if (value === null) return 0;
  const ms = /^\d+$/.test(value) ? Number(value) * SECOND : Date.parse(value) - now;
  return Math.max(0, ms || 0);
}

/** `fetch` says what happened in the cause of its error, and there the code is what helps. */
function describeFailure(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'no answer';
  return `The receiver could not be reached (${code})`;
}
