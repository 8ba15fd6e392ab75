import { expect, test } from 'vitest';
import { FAILURES } from '../../../server/dist/domain/failure.js';
import { en } from '../../src/i18n/en/index.ts';
import { isKnownFailure, todoOf } from '../../src/lib/failures.ts';

test('There are words for each failure that the server knows, and for others', () => {
  // A refusal has those of the model.
  const known = Object.keys(FAILURES).filter((type) => type !== 'refusal');
  expect(Object.keys(en.failures.what).toSorted()).toEqual(known.toSorted());
  expect(known.filter(isKnownFailure)).toEqual(known);
  expect(isKnownFailure('toString')).toBe(false);
  expect(todoOf(undefined)).toBe('goOn');
});
