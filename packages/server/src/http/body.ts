import type { FastifyInstance } from 'fastify';
import { ApiError, ValidationError } from './errors.ts';

const MAX_DEPTH = 64;

/**
 * How bodies are read: JSON, else 415; JSONL where a route takes it, as a text; a form with a file by its handler, which
 * gets it as it comes. No bytes are no body, whatever the content type says, because programs send POST and DELETE so.
 */
export function registerBodyParsers(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body: Buffer, done) => {
    done(null, parseJson(body));
  });
  app.addContentTypeParser('multipart/form-data', ({ routeOptions }, _payload, done) => {
    if (!routeOptions.config.takesFile) throw new ApiError('unsupported_media_type');
    done(null, undefined);
  });
  app.addContentTypeParser(
    ['application/jsonl', 'application/x-ndjson'],
    { parseAs: 'buffer' },
    ({ routeOptions }, body: Buffer, done) => {
      if (!routeOptions.config.takesLines) throw new ApiError('unsupported_media_type');
      done(null, decode(body));
    },
  );
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body: Buffer, done) => {
    if (body.length > 0) throw new ApiError('unsupported_media_type');
    done(null, undefined);
  });
}

function parseJson(body: Buffer): unknown {
  if (body.length === 0) return undefined;
  return parseText(decode(body));
}

/** What a text says as JSON. Throws ValidationError. */
export function parseText(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw invalidJson(error instanceof Error ? error.message : 'It is no JSON');
  }
  if (isDeeper(value, MAX_DEPTH)) throw invalidJson(`The body is nested deeper than ${MAX_DEPTH} levels`);
  return value;
}

function decode(body: Buffer): string {
  try {
    return UTF8.decode(body);
  } catch {
    throw invalidJson('The body is not valid UTF-8');
  }
}

const UTF8 = new TextDecoder('utf-8', { fatal: true });

function invalidJson(reason: string): ValidationError {
  return new ValidationError([
    { type: 'json_invalid', loc: ['body'], msg: `JSON decode error: ${reason}`, input: {} },
  ]);
}

/** Later steps walk the value by recursion: what is deeper than any honest request would exhaust the stack. */
function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((child) => isDeeper(child, levels - 1));
}
