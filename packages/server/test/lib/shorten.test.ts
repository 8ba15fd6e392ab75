import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shorten, sizeOf } from '#src/lib/shorten.ts';

const long = (size: number, begin = 'begin', end = 'end') =>
  begin + 'x'.repeat(size - begin.length - end.length) + end;

describe('what is too large', () => {
  it('as a text keeps its beginning and its end, and says how much is missing', () => {
    const short = String(shorten(long(100_000), 10_000));
    expect(sizeOf(short)).toBeLessThanOrEqual(10_000);
    expect(sizeOf(short)).toBeGreaterThan(9_900);
    const [, begin = '', missing, end = ''] =
      /^([^\n]*)\n\n\[… (\d+) bytes left out …\]\n\n(.*)$/.exec(short) ?? [];
    expect(begin.length + Number(missing) + end.length).toBe(100_000);
    expect(begin).toMatch(/^begin/);
    expect(end).toMatch(/end$/);
  });

  it('is not cut inside a character', () => {
    for (const character of ['ä', '€', '🎈']) {
      for (let shift = 0; shift < 4; shift++) {
        const short = String(shorten('x'.repeat(shift) + character.repeat(1000), 500));
        expect(short).not.toContain('\ufffd');
        expect(sizeOf(short)).toBeLessThanOrEqual(500);
      }
    }
  });

  it('as blocks keeps its shape and the short ones, and loses images', () => {
    const image = (size: number) => ({
      type: 'image',
      source: { type: 'base64', media_type: 'image/png', data: 'A'.repeat(size) },
    });
    const text = { type: 'text', text: 'Look:' };
    expect(shorten([text, image(50_000)], 10_000)).toEqual([
      text,
      { type: 'text', text: '[… image of 50000 bytes left out …]' },
    ]);
    expect(shorten([image(2000), { type: 'text', text: long(50_000) }], 10_000)).toEqual([
      image(2000),
      { type: 'text', text: expect.stringMatching(/^beginx+\n\n\[… \d+ bytes left out …\]\n\nx+end$/) },
    ]);
  });

  it('as the input of a tool keeps its names and its short values', () => {
    const input = { file_path: '/a.txt', content: long(50_000), replace_all: true, limit: 5 };
    expect(shorten(input, 5000)).toEqual({ ...input, content: expect.stringContaining('bytes left out') });
  });

  it('in very many parts becomes a text', () => {
    const rows = Array.from({ length: 10_000 }, (_, index) => ({ row: index, name: `Name ${index}` }));
    const short = shorten(rows, 10_000);
    expect(short).toMatch(/^\[\{"row":0,.*left out.*"Name 9999"\}\]$/s);
    expect(sizeOf(short)).toBeLessThanOrEqual(10_000);
  });

  it('is never larger than the limit afterwards, whatever it is; what fits stays as it is', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), fc.integer({ min: 1000, max: 20_000 }), (value, limit) => {
        const padded = { value, text: JSON.stringify(value).repeat(50) };
        const short = shorten(padded, limit);
        if (sizeOf(padded) <= limit) expect(short).toBe(padded);
        // A replaced image may cost a few bytes more than it was.
        else expect(sizeOf(short)).toBeLessThanOrEqual(limit + 100);
      }),
    );
  });
});
