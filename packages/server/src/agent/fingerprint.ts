import { createHash } from 'node:crypto';
import type { AgentSpec } from './agent.ts';

/**
 * Everything that is fixed when a process starts. Under which lease, for whom, and whether by a resume, is forgotten; and what a
 * person allowed for the rest of the session was told to the process as well.
 */
export function fingerprintOf({
  resume: _resume,
  continues: _continues,
  leaseEpoch: _lease,
  grants: _grants,
  options,
  ...fixed
}: AgentSpec): string {
  const { traceParent: _client, ...asked } = options;
  return createHash('sha256')
    .update(JSON.stringify({ ...fixed, options: asked }, sortKeys))
    .digest('base64url');
}

function sortKeys(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
