import type { ServerResponse } from 'node:http';
import type { Trouble } from './trouble.ts';

/** What the gateway itself answers, in the words of the Messages API, and whether another try is worth it. */
export const REFUSALS = {
  unknown_token: [401, 'authentication_error', 'This token is not known, or no longer valid.', false],
  no_run: [403, 'permission_error', 'No run of this session is under way.', false],
  not_found: [404, 'not_found_error', 'The gateway passes on only messages, token counts and models.', false],
  too_large: [413, 'request_too_large', 'The request is larger than 32 MiB.', false],
  upstream_unreachable: [502, 'api_error', 'The model provider could not be reached.', true],
  upstream_silent: [504, 'api_error', 'The model provider did not begin to answer.', true],
} as const;

export type Refusal = keyof typeof REFUSALS;

export function sendRefusal(response: ServerResponse, refusal: Refusal): void {
  const [status, type, message, isWorthAnotherTry] = REFUSALS[refusal];
  sendError(response, status, { type, message }, isWorthAnotherTry);
}

const OVERLOADED = 529;
const UNAVAILABLE = 503;
const ERROR_TYPES: Record<number, string> = { 429: 'rate_limit_error', 529: 'overloaded_error' };

/** A request that has waited in vain: what kept it, or those before it, from being served. */
export function sendUnserved(response: ServerResponse, { status }: Trouble, shallAskAgain: boolean): void {
  const type = ERROR_TYPES[status] ?? 'api_error';
  const [unreachable, , message] = REFUSALS.upstream_unreachable;
  if (status === 0) return sendError(response, unreachable, { type, message }, shallAskAgain);
  // Agents give up at the third 529, whatever they are told.
  const told = shallAskAgain && status === OVERLOADED ? UNAVAILABLE : status;
  sendError(
    response,
    told,
    { type, message: 'The model provider did not serve this in time.' },
    shallAskAgain,
  );
}

function sendError(
  response: ServerResponse,
  status: number,
  error: { type: string; message: string },
  isWorthAnotherTry: boolean,
): void {
  response.writeHead(status, {
    'content-type': 'application/json',
    'x-should-retry': String(isWorthAnotherTry),
  });
  response.end(JSON.stringify({ type: 'error', error }));
}
