import type { ModelHold } from '../gateway/gateway.ts';
import type { AgentEventBody } from './agent.ts';

/** The SDK's words for a failed model request. */
const ERRORS: Record<number, string> = { 429: 'rate_limit', 529: 'overloaded' };

/**
 * A hold of the gateway in the shape of the agent's own `api_retry`, so that clients need to know only one.
 * `shared_pause` tells the two apart: it is not this request alone that waits.
 */
export function toRetryEvent({ attempt, delayMs, status, givesUpInMs }: ModelHold): AgentEventBody {
  return {
    type: 'agent.system',
    subtype: 'api_retry',
    data: {
      type: 'system',
      subtype: 'api_retry',
      attempt,
      max_retries: null,
      retry_delay_ms: delayMs,
      error_status: status,
      error: status === null ? 'unknown' : (ERRORS[status] ?? 'server_error'),
      shared_pause: true,
      gives_up_in_ms: givesUpInMs,
    },
  };
}
