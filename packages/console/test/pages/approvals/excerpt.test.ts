import { expect, it } from 'vitest';
import { toExcerpt } from '../../../src/pages/approvals/excerpt.ts';

it.each([
  [{ description: 'Clean', command: 'rm -r logs' }, 'rm -r logs'],
  [{ content: 'x', file_path: '/tmp/a' }, '/tmp/a'],
  [{ plan: '## Dig a pond\n\nFirst', planFilePath: '/run/plan.md' }, 'Dig a pond'],
  [{ command: '# rm' }, '# rm'],
  [{ amount: 3 }, '{"amount":3}'],
  [{}, ''],
])('a call %j is told from others by %j', (input, excerpt) => {
  expect(toExcerpt({ input, questions: null })).toBe(excerpt);
});

it('a question is its text', () => {
  expect(toExcerpt({ input: {}, questions: [{ question: 'Which one?' }] })).toBe('Which one?');
});

it('shows hidden characters', () => {
  expect(toExcerpt({ input: { command: 'rm\u202e x' }, questions: null })).toBe('rm⟨U+202E⟩ x');
});

it('a path in the directory of the session is named from there', () => {
  const excerptOf = (file_path: string) => toExcerpt({ input: { file_path }, questions: null }, '/work/a');
  expect([excerptOf('/work/a/b/c.md'), excerptOf('/work/c.md')]).toEqual(['b/c.md', '/work/c.md']);
});
