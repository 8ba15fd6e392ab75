import { readdirSync, readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import mime from 'mime';
import { ApiError } from './errors.ts';

/** Where the build of packages/console is. */
const DIRECTORY = new URL('../console/', import.meta.url);
const PATH = '/console';
const INDEX = 'index.html';
const names = listFiles();

/** What a page of the console may do: run and load what comes from here, and nothing else. */
const HEADERS = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    // Libraries place menus and dialogs by styles of elements.
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "worker-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'referrer-policy': 'no-referrer',
  'x-frame-options': 'DENY',
};

interface ConsoleFile {
  type: string;
  body: Buffer;
  /** Undefined: it would not be smaller. */
  gzip: Buffer | undefined;
}

/**
 * Serves the console below /console/, without a key: its files are no secret, and what they show they ask the API for.
 * Whatever has no file is a page of the console, which knows its own addresses.
 */
export function registerConsole(app: FastifyInstance): void {
  if (!names.has(INDEX)) return;
  const loaded = new Map<string, ConsoleFile>();
  const answer = (name: string, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    if (!names.has(name)) {
      if (extname(name) !== '') throw new ApiError('not_found');
      return answer(INDEX, request, reply);
    }
    const file = loaded.get(name) ?? readFile(name);
    loaded.set(name, file);
    const takesGzip = file.gzip && /\bgzip\b/.test(request.headers['accept-encoding'] ?? '');
    return reply
      .headers({
        ...HEADERS,
        vary: 'Origin, Accept-Encoding',
        'content-type': file.type,
        // The names of assets change with what is in them.
        'cache-control': name.startsWith('assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
        ...(takesGzip && { 'content-encoding': 'gzip' }),
      })
      .send(takesGzip ? file.gzip : file.body);
  };
  app.get(PATH, (request, reply) =>
    // Its files have addresses relative to this one.
    request.url.split('?', 1)[0] === PATH ? reply.redirect(`${PATH}/`) : answer(INDEX, request, reply),
  );
  app.get<{ Params: { '*': string } }>(`${PATH}/*`, (request, reply) =>
    answer(request.params['*'] || INDEX, request, reply),
  );
}

/** Whether this is a request for a file of the console. */
export function isConsole({ routeOptions }: FastifyRequest): boolean {
  return routeOptions.url === PATH || routeOptions.url === `${PATH}/*`;
}

/** Whether a person with a browser came to the root: they want to see the console. */
export function wantsConsole({ method, routeOptions, headers }: FastifyRequest): boolean {
  return (
    names.has(INDEX) &&
    method === 'GET' &&
    routeOptions.url === '/' &&
    /^text\/html\b/.test(headers.accept ?? '')
  );
}

function listFiles(): Set<string> {
  try {
    const entries = readdirSync(DIRECTORY, { recursive: true, encoding: 'utf8' });
    return new Set(entries.filter((name) => extname(name) !== '').map((name) => name.replaceAll('\\', '/')));
  } catch {
    // A server that was built without it has no console.
    return new Set();
  }
}

function readFile(name: string): ConsoleFile {
  const body = readFileSync(fileURLToPath(new URL(name, DIRECTORY)));
  const type = mime.getType(name) ?? 'application/octet-stream';
  const isText = /^text\/|javascript|json|svg/.test(type);
  const gzip = isText ? gzipSync(body, { level: 9 }) : undefined;
  return {
    type: isText ? `${type}; charset=utf-8` : type,
    body,
    gzip: gzip && gzip.length < body.length ? gzip : undefined,
  };
}
