import { expect, it } from 'vitest';
import { countChanges, sideBySide } from '../../src/lib/side-by-side.ts';

const lines = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => `line ${from + index}\n`).join('');

it('puts a changed line beside what it was, and marks the words', () => {
  expect(sideBySide('a red house\n', 'a blue house\n')).toEqual([
    {
      kind: 'changed',
      left: {
        number: 1,
        parts: [
          { text: 'a ', changed: false },
          { text: 'red', changed: true },
          { text: ' house', changed: false },
        ],
      },
      right: {
        number: 1,
        parts: [
          { text: 'a ', changed: false },
          { text: 'blue', changed: true },
          { text: ' house', changed: false },
        ],
      },
    },
  ]);
});

it('counts lines on each side by themselves', () => {
  const rows = sideBySide('a\nb\nc\n', 'a\nc\nd\n');
  expect(countChanges(rows)).toEqual({ added: 1, removed: 1 });
  expect(rows.at(-1)).toMatchObject({ left: undefined, right: { number: 3 } });
});

it('folds what is far from a change, and nothing else', () => {
  const rows = sideBySide(`${lines(1, 20)}old\n`, `${lines(1, 20)}new\n`);
  expect(rows[0]).toMatchObject({ kind: 'gap' });
  expect(rows[0]?.kind === 'gap' && rows[0].rows).toHaveLength(17);
  expect(rows).toHaveLength(5);
});

it('a missing end of line is no difference', () => {
  expect(countChanges(sideBySide('a\nb', 'a\nb\n'))).toEqual({ added: 0, removed: 0 });
});

it('two texts that are empty have no rows', () => {
  expect(sideBySide('', '')).toEqual([]);
});
