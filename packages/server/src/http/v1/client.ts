import { createHash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';

/**
 * Which client this is, as far as it shows: its key, where it is, and what program it says it is. Two requests of one
 * program look the same; a hash, because it is stored.
 */
export function clientOf({ headers, ip }: Pick<FastifyRequest, 'headers' | 'ip'>): string {
  const shown = [
    headers.authorization,
    headers['x-api-key'],
    ip,
    headers['user-agent'],
    headers['x-stainless-package-version'],
    headers['x-stainless-runtime-version'],
    headers['x-stainless-os'],
    headers.origin,
  ];
  return createHash('sha256').update(JSON.stringify(shown)).digest('base64url').slice(0, 16);
}
