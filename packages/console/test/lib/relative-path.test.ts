import { expect, test } from 'vitest';
import { relativePath } from '../../src/lib/relative-path.ts';

test.each([
  ['/work/app/src/a.ts', '/work/app', 'src/a.ts'],
  ['/work/app/src/a.ts', '/work/app/', 'src/a.ts'],
  ['/work/app', '/work/app', '.'],
  ['/work/application/a.ts', '/work/app', '/work/application/a.ts'],
  ['/etc/hosts', '/work/app', '/etc/hosts'],
  ['src/a.ts', '/work/app', 'src/a.ts'],
  ['/etc/hosts', '/', '/etc/hosts'],
  ['/etc/hosts', undefined, '/etc/hosts'],
])('%s in %s is %s', (path, directory, relative) => {
  expect(relativePath(path, directory)).toBe(relative);
});
