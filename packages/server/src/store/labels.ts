import { createHash } from 'node:crypto';
import { toTextMetadata } from '../domain/text-metadata.ts';

/** What `/v1` takes; the simple API takes more and longer pairs. */
const MAX_PAIRS = 16;
const MAX_KEY_LENGTH = 64;
const MAX_VALUE_LENGTH = 512;

/** A pair of metadata in the index: a hash, because texts of users may be long, and hold what no database takes. */
export function labelOf([key, value]: readonly [string, string]): string {
  return createHash('sha256')
    .update(JSON.stringify([key, value]))
    .digest('base64url')
    .slice(0, 22);
}

/** The pairs by which a session can be found: the first ones of those that `/v1` could have been asked for. */
export function labelsOf(metadata: Record<string, unknown> | null): string[] {
  const pairs = Object.entries(toTextMetadata(metadata)).filter(
    ([key, value]) => key.length <= MAX_KEY_LENGTH && value.length <= MAX_VALUE_LENGTH,
  );
  return pairs.slice(0, MAX_PAIRS).map(labelOf);
}
