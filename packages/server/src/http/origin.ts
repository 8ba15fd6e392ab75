import { ApiError } from './errors.ts';

/**
 * Keeps web pages out that the user happens to visit. A page cannot forge `Host` and `Origin`: a foreign name that
 * was made to resolve to this machine (DNS rebinding) shows in the first, a request from another site in the second.
 */
export interface OriginRules {
  /** Throws ApiError unless `host` is one of this server's names, on whatever port. */
  checkHost(host: string | undefined): void;
  /**
   * Throws ApiError when a page of a foreign origin asks. True: the origin is not the server's own but listed, so the
   * answer needs CORS headers.
   */
  checkOrigin(origin: string | undefined, host: string | undefined): boolean;
}

/** The rules for a server with these settings; see Config. */
export function createOriginRules(config: {
  host: string;
  allowedHosts: readonly string[];
  corsOrigins: readonly string[];
}): OriginRules {
  const own = WILDCARDS.has(config.host) ? [] : [config.host];
  const names = new Set([...LOOPBACK_NAMES, ...own, ...config.allowedHosts].map(normalizeName));
  const listed = new Set(config.corsOrigins.map((origin) => origin.toLowerCase()));
  return {
    checkHost(host) {
      const name = host === undefined ? undefined : HOST.exec(host)?.[1];
      if (name === undefined || !names.has(normalizeName(name))) {
        throw new ApiError('foreign_host', { host: host ?? '' });
      }
    },
    checkOrigin(origin, host) {
      if (origin === undefined) return false;
      const asked = origin.toLowerCase();
      if (listed.has(asked)) return true;
      const authority = host?.toLowerCase();
      if (asked === `http://${authority}` || asked === `https://${authority}`) return false;
      throw new ApiError('foreign_origin', { origin });
    },
  };
}

/** Headers of every answer to a listed origin. */
export function corsHeaders(origin: string): Record<string, string> {
  return {
    'access-control-allow-origin': origin,
    'access-control-expose-headers': 'idempotent-replayed, link, request-id, retry-after',
  };
}

/** Headers of the answer to a listed origin's preflight. */
export function preflightHeaders(methods: readonly string[]): Record<string, string> {
  return {
    'access-control-allow-methods': methods.join(', '),
    'access-control-allow-headers': 'authorization, content-type, idempotency-key, last-event-id, x-api-key',
    'access-control-max-age': '600',
  };
}

/** Every address of the machine: where to listen, but nobody's name. */
const WILDCARDS = new Set(['0.0.0.0', '::']);
const LOOPBACK_NAMES = ['localhost', '127.0.0.1', '[::1]'];
/** A name or an address, and perhaps a port. */
const HOST = /^(\[[0-9a-f:.]+\]|[^:/@\s]+)(?::\d+)?$/i;

function normalizeName(name: string): string {
  const lower = name.toLowerCase().replace(/\.$/, '');
  return lower.includes(':') && !lower.startsWith('[') ? `[${lower}]` : lower;
}
