import { expect, test } from 'vitest';
import { FAILURES } from '../../../server/dist/domain/failure.js';
import { isKnownFailure, adviceOf } from '../../src/lib/failures.ts';

test('There is something to do about each failure that the server knows, and about others', () => {
  const known = Object.keys(FAILURES);
  expect(known.filter(isKnownFailure)).toEqual(known);
  expect(isKnownFailure('toString')).toBe(false);
  expect(adviceOf(undefined)).toBe('goOn');
});
