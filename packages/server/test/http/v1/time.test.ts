import { expect, it } from 'vitest';
import { formatTime } from '#src/http/format-time.ts';
import { formatMicros, parseMicros } from '#src/http/v1/time.ts';

const ms = Date.parse('2026-05-03T17:31:34.482Z');

it('times of things have milliseconds, those of events microseconds', () => {
  expect(formatTime(ms)).toBe('2026-05-03T17:31:34.482Z');
  expect(formatMicros(ms * 1000 + 886)).toBe('2026-05-03T17:31:34.482886Z');
  expect(formatMicros(ms * 1000 + 7)).toBe('2026-05-03T17:31:34.482007Z');
  expect(formatMicros(0)).toBe('1970-01-01T00:00:00.000000Z');
});

it.each([
  ['2026-05-03T17:31:34.482886Z', ms * 1000 + 886],
  ['2026-05-03T17:31:34.482Z', ms * 1000],
  ['2026-05-03T17:31:34.4Z', (ms - 82) * 1000],
  ['2026-05-03T17:31:34Z', (ms - 482) * 1000],
  // Finer than a microsecond is cut.
  ['2026-05-03T17:31:34.482886999Z', ms * 1000 + 886],
  ['2026-05-03T19:31:34.482886+02:00', ms * 1000 + 886],
  ['2026-05-03T12:01:34.482886-05:30', ms * 1000 + 886],
])('an RFC 3339 time is read: %s', (text, us) => {
  expect(parseMicros(text)).toBe(us);
});

it.each([
  '',
  '2026-05-03',
  '2026-05-03T17:31:34',
  '2026-13-03T17:31:34Z',
  '1777829494',
  'now',
  '2026-05-03 17:31:34Z',
])('what is none is not read: "%s"', (text) => {
  expect(parseMicros(text)).toBe(undefined);
});

it('what was written is read as it was', () => {
  for (const us of [0, 1, 999_999, ms * 1000 + 999]) expect(parseMicros(formatMicros(us))).toBe(us);
});
