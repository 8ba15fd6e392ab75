import { expect, test } from 'vitest';
import { Pace } from '../../src/live/pace.ts';

test.each([
  [0, 80],
  [1, 80],
  [4, 200],
  [50, 400],
])('what takes %d ms to show is shown every %d ms', (cost, ms) => {
  const pace = new Pace();
  for (let shown = 0; shown < 40; shown++) pace.note(cost);
  expect(Math.round(pace.ms)).toBe(ms);
});

test('one picture that took long says little', () => {
  const pace = new Pace();
  pace.note(5);
  expect(pace.ms).toBe(80);
});
