import { expect, it } from 'vitest';
import { NewOnes } from '../../src/live/new-approvals.ts';

it('what is there at the start is not new, and everything is new once', () => {
  const ones = new NewOnes();
  expect(ones.next(undefined)).toEqual([]);
  expect(ones.next(['a'])).toEqual([]);
  expect(ones.next(['a', 'b'])).toEqual(['b']);
  expect(ones.next(['a', 'b'])).toEqual([]);
});

it('a list that begins again, with another key, has nothing new', () => {
  const ones = new NewOnes();
  ones.next(['a']);
  ones.next(undefined);
  expect(ones.next(['b', 'c'])).toEqual([]);
});
