import { formatPrefixedId, parseId } from '../../lib/ids.ts';
import { notFound, type V1Error } from './errors.ts';

/** The kinds of thing that have ids on the wire, and what a 404 calls them. */
const KINDS = {
  agent: 'Agent',
  env: 'Environment',
  sesn: 'Session',
  sevt: 'Event',
  sthr: 'Session thread',
  sesrsc: 'Session resource',
  outc: 'Outcome',
  file: 'File',
} as const;

export type IdKind = keyof typeof KINDS;

/** For programs that know the error by a code. */
const CODES: Partial<Record<IdKind, string>> = { env: 'environment_not_found' };

/** The id of a thing, as clients see it. */
export function publicId(kind: IdKind, id: string): string {
  return formatPrefixedId(kind, id);
}

/** The UUID behind an id that a client sent; what is none is the same 404 as what is unknown. */
export function requireId(kind: IdKind, text: string): string {
  // An older prefix of sessions.
  const id = parseId(kind, text) ?? (kind === 'sesn' ? parseId('session', text) : undefined);
  if (id === undefined) throw unknownId(kind, text);
  return id;
}

/** What was looked for under the id that a client sent, or its 404. */
export function found<T>(kind: IdKind, text: string, thing: T | undefined): T {
  if (thing === undefined) throw unknownId(kind, text);
  return thing;
}

/** The 404 of an id that a client sent. */
export function unknownId(kind: IdKind, text: string): V1Error {
  const code = CODES[kind];
  return notFound(KINDS[kind], text, code === undefined ? {} : { code });
}

/** The thread that every session has is known by the session's own id. */
export function primaryThreadId(sessionId: string): string {
  return publicId('sthr', sessionId);
}
