import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const PACKAGE = new URL('../../', import.meta.url);

it('every promise of the guide names tests that are there', () => {
  const guide = readFileSync(new URL('../../docs/guide/reliability.md', PACKAGE), 'utf8');
  const named = [...guide.matchAll(/`(test\/[^`]+)`/g)].map(([, path = '']) => path);
  expect(named.length).toBeGreaterThan(40);
  expect(named.filter((path) => !existsSync(fileURLToPath(new URL(path, PACKAGE))))).toEqual([]);
});
