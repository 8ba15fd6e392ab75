import { createHash } from 'node:crypto';
import { z } from 'zod';
import { invalid, type V1Error } from './errors.ts';

/** Where a page of a list begins: after, or before, a thing that the client has. */
export interface Position {
  /** What the list is ordered by, of the last thing that the client has. */
  key: string;
  /** The next page, or the one before. */
  direction: 'next' | 'prev';
}

const cursor = z.object({
  /** Which query it belongs to. */
  q: z.string(),
  o: z.string(),
  k: z.string(),
  d: z.enum(['next', 'prev']),
});

/**
 * The cursors of one query: what they were made with must be asked for again, or they are refused. `filters`: all that
 * decides which things are listed, with whose they are; the limit may change from page to page.
 */
export class Pages {
  readonly #query: string;
  readonly #order: string;

  constructor(filters: Record<string, unknown>, order: 'asc' | 'desc') {
    this.#query = createHash('sha256').update(JSON.stringify(filters)).digest('base64url').slice(0, 16);
    this.#order = order;
  }

  /** Undefined: the first page. Throws V1Error. */
  read(page: string | undefined): Position | undefined {
    if (page === undefined) return undefined;
    const { q, o, k, d } = parse(page);
    if (o !== this.#order) throw invalid('page', 'page token order does not match request');
    if (q !== this.#query) throw invalid('page', 'invalid page cursor: it belongs to another query');
    return { key: k, direction: d };
  }

  write({ key, direction }: Position): string {
    const text = JSON.stringify({ q: this.#query, o: this.#order, k: key, d: direction });
    return `page_${Buffer.from(text).toString('base64url')}`;
  }
}

function parse(page: string): z.infer<typeof cursor> {
  try {
    const text = Buffer.from(page.replace(/^page_/, ''), 'base64url').toString();
    return cursor.parse(JSON.parse(text));
  } catch {
    throw invalidCursor();
  }
}

/** What was sent as a cursor was never given out. */
export function invalidCursor(): V1Error {
  return invalid('page', 'invalid page cursor');
}

/**
 * Reads one thing more than a page has, so that it is known whether there is a next page.
 * `read`: at most `limit` things beyond `position`, in the order of the list.
 */
export async function readPage<T>(
  pages: Pages,
  { page, limit }: { page: string | undefined; limit: number },
  read: (position: Position | undefined, limit: number) => Promise<T[]>,
  keyOf: (thing: T) => string,
): Promise<{ data: T[]; next_page: string | null }> {
  const things = await read(pages.read(page), limit + 1);
  const data = things.slice(0, limit);
  const last = data.at(-1);
  const isMore = things.length > limit && last !== undefined;
  return { data, next_page: isMore ? pages.write({ key: keyOf(last), direction: 'next' }) : null };
}
