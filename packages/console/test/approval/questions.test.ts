import { expect, it } from 'vitest';
import { parseQuestions, toAnswers, toggle, toggleOther } from '../../src/approval/questions.ts';

const [one, many] = parseQuestions([
  {
    question: 'Which?',
    header: 'Base',
    options: [{ label: 'A', description: 'a' }, { label: 'B' }],
    multiSelect: false,
  },
  { question: 'What?', options: [{ label: 'X' }, { label: 'Y' }], multiSelect: true },
]);
if (!one || !many) throw new Error('The questions were not read.');

it('What is no question is left out', () => {
  expect(parseQuestions(['a', null, { header: 'x' }, { question: 'q' }])).toEqual([
    { question: 'q', header: '', options: [], multiSelect: false },
  ]);
});

it('One of the options is chosen, or something else', () => {
  expect(toggle(one, { labels: ['A'] }, 'B')).toEqual({ labels: ['B'] });
  expect(toggleOther(one, { labels: ['A'] })).toEqual({ labels: [], other: '' });
  expect(toggle(one, { labels: [], other: 'mine' }, 'B')).toEqual({ labels: ['B'] });
});

it('Any number of options is chosen, and something else beside them', () => {
  expect(toggle(many, { labels: ['Y'], other: 'z' }, 'X')).toEqual({ labels: ['Y', 'X'], other: 'z' });
  expect(toggle(many, { labels: ['Y', 'X'] }, 'Y')).toEqual({ labels: ['X'] });
  expect(toggleOther(many, { labels: ['Y'], other: 'z' })).toEqual({ labels: ['Y'] });
});

it('Answers are told in the order of the options; what has none is named', () => {
  const choices = { 'Which?': { labels: [], other: ' mine ' }, 'What?': { labels: ['Y', 'X'], other: 'z' } };
  expect(toAnswers([one, many], choices)).toEqual({ answers: { 'Which?': 'mine', 'What?': 'X, Y, z' } });
  expect(toAnswers([one, many], { 'Which?': { labels: ['A'] } })).toEqual({ missing: 'What?' });
});
