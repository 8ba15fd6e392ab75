import { describe, expect, it } from 'vitest';
import { Pages, readPage } from '#src/http/v1/pages.ts';

const FILTERS = { list: 'things', tenant: 'one', archived: false };
const pages = new Pages(FILTERS, 'desc');

describe('a cursor', () => {
  it('leads to where it was made for, in either direction', () => {
    for (const direction of ['next', 'prev'] as const) {
      const cursor = pages.write({ key: 'ü/1', direction });
      expect(cursor).toMatch(/^page_[\w-]+$/);
      expect(pages.read(cursor)).toEqual({ key: 'ü/1', direction });
      expect(new Pages({ ...FILTERS }, 'desc').read(cursor)).toEqual({ key: 'ü/1', direction });
    }
    expect(pages.read(undefined)).toBe(undefined);
  });

  it('is refused in another query, and in another order', () => {
    const cursor = pages.write({ key: '1', direction: 'next' });
    const message = 'page: invalid page cursor: it belongs to another query';
    for (const other of [{ archived: true }, { tenant: 'two' }, { list: 'others' }]) {
      expect(() => new Pages({ ...FILTERS, ...other }, 'desc').read(cursor)).toThrow(message);
    }
    expect(() => new Pages(FILTERS, 'asc').read(cursor)).toThrow(
      'page: page token order does not match request',
    );
  });

  it.each(['', 'page_', 'page_e30', 'nonsense', 'page_bnVsbA', 'ü'])(
    'that is none is refused: "%s"',
    (cursor) => {
      expect(() => pages.read(cursor)).toThrow('page: invalid page cursor');
    },
  );
});

describe('a list in pages', () => {
  const things = Array.from({ length: 10 }, (_, index) => String(index));
  const read = async (position: { key: string } | undefined, limit: number): Promise<string[]> => {
    const start = position ? things.indexOf(position.key) + 1 : 0;
    return things.slice(start, start + limit);
  };

  it.each([1, 3, 5, 9, 10, 11])('of %d is walked to its end, which says that it is one', async (limit) => {
    const found: string[] = [];
    let page: string | undefined;
    for (let count = 1; ; count++) {
      const { data, next_page } = await readPage(pages, { page, limit }, read, (thing) => thing);
      found.push(...data);
      if (next_page === null) {
        expect(count).toBe(Math.ceil(10 / limit));
        break;
      }
      expect(data).toHaveLength(limit);
      page = next_page;
    }
    expect(found).toEqual(things);
  });

  it('that is empty has one page', async () => {
    const empty = await readPage(pages, { page: undefined, limit: 3 }, async () => [], String);
    expect(empty).toEqual({ data: [], next_page: null });
  });
});
