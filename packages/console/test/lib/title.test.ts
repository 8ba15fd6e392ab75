import { expect, it } from 'vitest';
import { toTitle } from '../../src/lib/title.ts';

it.each([
  ['Approvals', 3, '(3) Approvals · Bullpen'],
  ['Approvals', 0, 'Approvals · Bullpen'],
  [undefined, 200, '(99+) Bullpen'],
])('the tab of %s with %i that wait', (page, waiting, title) => {
  expect(toTitle(page, waiting)).toBe(title);
});
