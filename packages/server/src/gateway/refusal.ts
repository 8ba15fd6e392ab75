import type { ServerResponse } from 'node:http';

/** What the gateway itself answers, in the words of the Messages API. */
export const REFUSALS = {
  unknown_token: [401, 'authentication_error', 'This token is not known, or no longer valid.'],
  no_run: [403, 'permission_error', 'No run of this session is under way.'],
  not_found: [404, 'not_found_error', 'The gateway passes on only messages, token counts and models.'],
  upstream_unreachable: [502, 'api_error', 'The model provider could not be reached.'],
} as const;

export type Refusal = keyof typeof REFUSALS;

/** Answers with a refusal. Only a provider that is away is worth another try. */
export function sendRefusal(response: ServerResponse, refusal: Refusal): void {
  const [status, type, message] = REFUSALS[refusal];
  response.writeHead(status, {
    'content-type': 'application/json',
    'x-should-retry': refusal === 'upstream_unreachable' ? 'true' : 'false',
  });
  response.end(JSON.stringify({ type: 'error', error: { type, message } }));
}
