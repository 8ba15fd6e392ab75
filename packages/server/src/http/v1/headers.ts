import type { IncomingHttpHeaders } from 'node:http';
import { invalid, V1Error } from './errors.ts';

const BETA = 'managed-agents-2026-04-01';

/**
 * The check of the version and beta headers. By default nothing is asked for, so that `curl` is enough; `isStrict`: as
 * the hosted API does it, to find out what would fail there.
 */
export function createHeaderCheck(
  isStrict: boolean,
): (headers: IncomingHttpHeaders, options?: { needsBeta?: boolean | undefined }) => void {
  if (!isStrict) return () => undefined;
  return (headers, { needsBeta = true } = {}) => {
    const betas = [headers['anthropic-beta'] ?? []].flat().flatMap((value) => value.split(','));
    if (needsBeta && !betas.some((beta) => beta.trim().startsWith(BETA)))
      throw new V1Error('not_found_error', 'not found');
    if (headers['anthropic-version'] === undefined) {
      throw invalid('', 'anthropic-version: header is required');
    }
  };
}
