import { z } from 'zod';
import { parseMicros } from './time.ts';

// Query strings as the SDKs write them: lists as `name[]=a&name[]=b`, ranges as `name[gte]=…`.

const PLAIN = new Set(['beta']);

const METADATA = /^metadata\[(.+)\]$/s;

/**
 * A query as an object of plain names: `statuses[]` becomes a list under `statuses`, `metadata[key]` an entry of
 * `metadata`, `created_at[gte]` stays as it is. `beta=true`, which some SDKs send, means nothing.
 */
export function readQuery(query: unknown): Record<string, unknown> {
  const read: Record<string, unknown> = {};
  const metadata: [key: string, value: unknown][] = [];
  for (const [name, given] of Object.entries(query ?? {})) {
    if (PLAIN.has(name)) continue;
    const value: unknown = Array.isArray(given) ? given.at(-1) : given;
    const [, key] = METADATA.exec(name) ?? [];
    if (key !== undefined) metadata.push([key, value]);
    else if (name.endsWith('[]')) read[name.slice(0, -2)] = [given].flat();
    else read[name] = value;
  }
  if (metadata.length > 0) read['metadata'] = Object.fromEntries(metadata);
  return read;
}

/** How many a page has at most. */
export function pageLimit(maximum: number, fallback: number): z.ZodType<number> {
  return z.coerce.number().int().min(1).max(maximum).default(fallback);
}

/** `true` or `false`. */
export function queryFlag(): z.ZodType<boolean> {
  return z
    .enum(['true', 'false'])
    .default('false')
    .transform((value) => value === 'true');
}

/** A list; one value alone counts as a list of one. */
export function queryList<T>(item: z.ZodType<T>): z.ZodType<T[] | undefined> {
  return z.preprocess(
    (value) => (value === undefined || Array.isArray(value) ? value : [value]),
    z.array(item).max(1000).optional(),
  );
}

/** An RFC 3339 time, as microseconds since the epoch. */
export function queryTime(): z.ZodType<number | undefined> {
  return z
    .string()
    .transform((text, context) => {
      const us = parseMicros(text);
      if (us !== undefined) return us;
      context.addIssue({
        code: 'custom',
        message: 'Input should be an RFC 3339 time, such as 2026-01-31T12:00:00Z',
      });
      return z.NEVER;
    })
    .optional();
}

/** `created_at[gt]`, `[gte]`, `[lt]` and `[lte]`: the fields of a query, in microseconds. */
export const createdAtRange = {
  'created_at[gt]': queryTime(),
  'created_at[gte]': queryTime(),
  'created_at[lt]': queryTime(),
  'created_at[lte]': queryTime(),
};

/** A span of time, both ends included, in microseconds. */
export interface Span {
  from?: number | undefined;
  to?: number | undefined;
}

export function toSpan(query: {
  'created_at[gt]'?: number | undefined;
  'created_at[gte]'?: number | undefined;
  'created_at[lt]'?: number | undefined;
  'created_at[lte]'?: number | undefined;
}): Span {
  const after = query['created_at[gt]'];
  const before = query['created_at[lt]'];
  return {
    from: largest(after === undefined ? undefined : after + 1, query['created_at[gte]']),
    to: smallest(before === undefined ? undefined : before - 1, query['created_at[lte]']),
  };
}

/** The same for times that are kept in milliseconds. */
export function toMilliseconds({ from, to }: Span): Span {
  return {
    from: from === undefined ? undefined : Math.ceil(from / 1000),
    to: to === undefined ? undefined : Math.floor(to / 1000),
  };
}

function largest(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.max(a, b);
}

function smallest(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.min(a, b);
}
