import { FAILURES } from '#src/domain/failure.ts';
import { STATUS, type V1ErrorType } from '#src/http/v1/errors.ts';

const WHEN: Record<V1ErrorType, string> = {
  invalid_request_error:
    'a field is wrong, or not there yet: the message begins with its path, and the first fault is told. With 409: somebody else changed the same thing',
  authentication_error: 'there is no API key, or a wrong one',
  permission_error: 'the `Host` or `Origin` header is not one that the operator allows',
  not_found_error: 'no such thing (its id is in the message), or no such route',
  conflict_error: 'the `Idempotency-Key` was used for another request',
  request_too_large: 'a body may have 32 MiB, a file 500 MB',
  rate_limit_error: 'not used by this server itself',
  api_error: 'a bug; the log of the server has more under this `request_id`',
  overloaded_error:
    'the server cannot take work at the moment (503 or 529); `Retry-After` may say when to try again',
};

/** docs/reference/errors.md, from the table of failures. */
export function describeErrors(): string {
  const rows = Object.entries(FAILURES).map(([type, sentence]) => `| \`${type}\` | ${sentence} |`);
  const types = Object.entries(STATUS)
    .map(([type, status]) => `| \`${type}\` | ${status} | ${WHEN[type as V1ErrorType]} |`)
    .join('\n');
  return `# Errors

<!-- Written by \`npm run docs\` from packages/server/src/domain/failure.ts. -->

## When a run fails

The session's \`status\` is \`error\` and \`error\` holds the sentence of this table, at times with a detail in parentheses at its end: what the
provider or the agent said. Programs should not compare it as a text.

| type | \`error\` |
|---|---|
${rows.join('\n')}

A cancelled session has the status \`cancelled\` and \`error\` is \`Session was cancelled\`.

## When a request is refused

In the simple API:

| status | when | body |
|---|---|---|
| 400 | the request makes no sense for this session, or the server does not allow what it asks for | \`{ "detail": "…" }\` |
| 401 | the server needs an API key and there is none, or it is wrong | \`{ "detail": "…" }\` |
| 403 | the \`Host\` or \`Origin\` header is not one that the operator allows | \`{ "detail": "…" }\` |
| 404 | no such session, or no such route | \`{ "detail": "…" }\` |
| 405 | the route has other methods; \`Allow\` names them | \`{ "detail": "Method Not Allowed" }\` |
| 408, 413, 431 | the request is too slow or too large: a body may have 1 MiB | \`{ "detail": "…" }\` |
| 409 | the \`Idempotency-Key\` was used for another request | \`{ "detail": "…" }\` |
| 415 | the body is not JSON | \`{ "detail": "…" }\` |
| 422 | a field is wrong; \`loc\` says which | \`{ "detail": [ { "type", "loc", "msg", "input" } ] }\` |
| 500 | a bug; the log of the server has more under this \`request_id\` | \`{ "detail": "Internal server error", "request_id" }\` |
| 503 | the server cannot take work at the moment; \`Retry-After\` says when to try again. It stops, its database is away, its queue or its disk is full, or too many streams are open | \`{ "detail": "…" }\` |

In \`/v1\`, as the official SDKs expect it: \`{ "type": "error", "error": { "type", "message", "details" }, "request_id" }\`. \`details.error_code\` is there where programs may
want to tell cases apart.

| \`error.type\` | status | when |
|---|---|---|
${types}
`;
}
