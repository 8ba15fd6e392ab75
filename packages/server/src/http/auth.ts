import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { ApiError } from './errors.ts';

/**
 * The check of the API key (`Authorization: Bearer` or `x-api-key`): throws ApiError when it is missing or wrong.
 * Without configured keys everybody may pass: such a server listens on loopback only.
 */
export function createKeyCheck(keys: readonly string[]): (headers: IncomingHttpHeaders) => void {
  const hashes = keys.map(hash);
  return (headers) => {
    if (hashes.length === 0) return;
    const given = findKeys(headers);
    if (given.length === 0) throw new ApiError('missing_key', {}, CHALLENGE);
    if (!given.some((key) => isKnown(hash(key), hashes))) throw new ApiError('wrong_key', {}, CHALLENGE);
  };
}

const CHALLENGE = { 'www-authenticate': 'Bearer' };

function findKeys(headers: IncomingHttpHeaders): string[] {
  const bearer = /^Bearer +(\S+) *$/i.exec(headers.authorization ?? '')?.[1];
  const own = [headers['x-api-key'] ?? []].flat();
  return [...(bearer ? [bearer] : []), ...own].filter((key) => key !== '');
}

// All hashes are compared, and hashes have one length: the time says nothing about the keys.
function isKnown(candidate: Buffer, hashes: readonly Buffer[]): boolean {
  return hashes.reduce((known, one) => timingSafeEqual(candidate, one) || known, false);
}

function hash(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}
