import { expect, test } from 'vitest';
import { diffTexts, toPairs } from '../../../../src/pages/session/conversation/diff/diff-model.ts';

test('counts what was added and removed, with the numbers of the lines', () => {
  const { rows, added, removed } = diffTexts('a\nb\nc\n', 'a\nB\nc\nd\n');
  expect([added, removed]).toEqual([2, 1]);
  expect(rows).toMatchObject([
    { kind: 'same', oldLine: 1, newLine: 1 },
    { kind: 'removed', oldLine: 2 },
    { kind: 'added', newLine: 2 },
    { kind: 'same', oldLine: 3, newLine: 3 },
    { kind: 'added', newLine: 4 },
  ]);
});

test('marks the words that differ, in the line that came in its place', () => {
  const { rows } = diffTexts('  return f(a, b);\n', '  // why\n  return f(a, c);\n');
  const [removed, comment, line] = rows;
  expect(removed).toMatchObject({ kind: 'removed' });
  expect(comment).toMatchObject({ segments: [{ text: '  // why', isChanged: false }] });
  const changed = (row: unknown): string[] =>
    (row as { segments: { text: string; isChanged: boolean }[] }).segments.flatMap(({ text, isChanged }) =>
      isChanged ? [text] : [],
    );
  expect(changed(removed)).toEqual(['b']);
  expect(changed(line)).toEqual(['c']);
});

test('folds long stretches without a change, and keeps them to be shown', () => {
  const lines = Array.from({ length: 40 }, (_, index) => `line ${index}`);
  const after = lines.with(0, 'first').with(39, 'last');
  const { rows } = diffTexts(lines.join('\n'), after.join('\n'));
  const gap = rows.find(({ kind }) => kind === 'gap');
  expect(gap).toMatchObject({ kind: 'gap', count: 32 });
  expect(rows.reduce((sum, row) => sum + (row.kind === 'gap' ? row.rows.length : 1), 0)).toBe(42);
});

test('puts side by side what was removed and what came in its place', () => {
  const { rows } = diffTexts('a\nx\n', 'a\ny\nz\n');
  expect(toPairs(rows).map(([left, right]) => [left?.kind, right?.kind])).toEqual([
    ['same', 'same'],
    ['removed', 'added'],
    [undefined, 'added'],
  ]);
});

test('a text is the same as itself', () => {
  expect(diffTexts('a\nb\n', 'a\nb\n')).toMatchObject({ added: 0, removed: 0 });
  expect(diffTexts('', '')).toEqual({ rows: [], added: 0, removed: 0 });
});
