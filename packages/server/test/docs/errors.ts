import { FAILURES } from '#src/domain/failure.ts';

/** docs/reference/errors.md, from the table of failures. */
export function describeErrors(): string {
  const rows = Object.entries(FAILURES).map(([type, sentence]) => `| \`${type}\` | ${sentence} |`);
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
`;
}
