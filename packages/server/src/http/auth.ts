import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { ApiError, type ApiErrorCode } from './errors.ts';

/**
 * The check of the API key (`Authorization: Bearer` or `x-api-key`): throws ApiError when it is missing or wrong.
 * Without configured keys everybody may pass: such a server listens on loopback only.
 * `whatIsMissing`: the error when there is no key at all.
 */
export function createKeyCheck(
  keys: readonly string[],
  whatIsMissing: ApiErrorCode = 'missing_key',
): (headers: IncomingHttpHeaders) => void {
  const hashes = keys.map(hash);
  return (headers) => {
    if (hashes.length === 0) return;
    const given = findKeys(headers);
    if (given.length === 0) throw new ApiError(whatIsMissing, {}, CHALLENGE);
    if (!given.some((key) => isKnown(hash(key), hashes))) throw new ApiError('wrong_key', {}, CHALLENGE);
  };
}

/** Whether one of these keys was sent. */
export function hasKey(headers: IncomingHttpHeaders, keys: readonly string[]): boolean {
  const hashes = keys.map(hash);
  return findKeys(headers).some((key) => isKnown(hash(key), hashes));
}

/** How a log names the key that a request was made with: by its hash, never by the key. */
export function nameKey(headers: IncomingHttpHeaders): string {
  const [key] = findKeys(headers);
  return key === undefined ? 'nobody' : `key ${hash(key).toString('hex').slice(0, 8)}`;
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
