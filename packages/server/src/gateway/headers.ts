import type { IncomingHttpHeaders, IncomingMessage, OutgoingHttpHeaders } from 'node:http';

// They concern one connection, not the message (RFC 9110, 7.6.1).
const HOP_BY_HOP = new Set([
  'connection',
  'expect',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);
// Credentials, and what would tell the provider about this network or the agent about the operator.
const PRIVATE_TO_AGENT = new Set([
  'authorization',
  'cookie',
  'forwarded',
  'host',
  'via',
  'x-api-key',
  'x-real-ip',
]);
const PRIVATE_TO_OPERATOR = new Set(['anthropic-organization-id', 'set-cookie']);

/** The token that a request carries, in either of the two ways of the Messages API. */
export function findToken(headers: IncomingHttpHeaders): string | undefined {
  const key = headers['x-api-key'];
  if (typeof key === 'string') return key;
  return /^bearer (\S+)$/i.exec(headers.authorization ?? '')?.[1];
}

/** Headers for the provider: the agent's without its token, with the operator's credential. */
export function toProviderHeaders(
  headers: IncomingHttpHeaders,
  host: string,
  credential: Record<string, string>,
): OutgoingHttpHeaders {
  const kept = keepHeaders(
    headers,
    (name) => !PRIVATE_TO_AGENT.has(name) && !name.startsWith('x-forwarded-'),
  );
  const added = Object.entries(credential).map(([name, value]) => [name.toLowerCase(), value]);
  // The answer is read as it passes, so it must come uncompressed.
  return { ...kept, ...Object.fromEntries(added), host, 'accept-encoding': 'identity' };
}

/** Headers for the agent: the provider's without what concerns only the operator. */
export function toAgentHeaders({
  statusCode,
  headers,
}: Pick<IncomingMessage, 'statusCode' | 'headers'>): OutgoingHttpHeaders {
  const kept = keepHeaders(headers, (name) => !PRIVATE_TO_OPERATOR.has(name));
  // The agent would try again, but another attempt has the same credential.
  return statusCode === 401 || statusCode === 403 ? { 'x-should-retry': 'false', ...kept } : kept;
}

function keepHeaders(headers: IncomingHttpHeaders, isKept: (name: string) => boolean): OutgoingHttpHeaders {
  const named = new Set((headers.connection ?? '').toLowerCase().split(/\s*,\s*/));
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => !HOP_BY_HOP.has(name) && !named.has(name) && isKept(name)),
  );
}
