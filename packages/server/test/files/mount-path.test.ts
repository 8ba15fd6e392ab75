import { describe, expect, it } from 'vitest';
import { overlap, placeFile, placeRepository } from '#src/files/mount-path.ts';

describe('where a file is mounted', () => {
  it.each([
    [undefined, '/mnt/session/uploads/file_1', null],
    ['data.csv', '/mnt/session/uploads/data.csv', null],
    ['in/./data//b.csv', '/mnt/session/uploads/in/data/b.csv', null],
    ['/mnt/session/uploads/data.csv', '/mnt/session/uploads/data.csv', null],
    ['/mnt/user-data/b.csv', '/mnt/session/uploads/mnt/user-data/b.csv', '/mnt/user-data/b.csv'],
    ['/workspace/b.csv', '/mnt/session/uploads/workspace/b.csv', '/workspace/b.csv'],
    ['/etc/passwd', '/mnt/session/uploads/etc/passwd', null],
    ['/mnt/session/outputs/b.csv', '/mnt/session/uploads/mnt/session/outputs/b.csv', null],
    ['/mnt/session', '/mnt/session/uploads/mnt/session', null],
  ])('%s', (path, mountPath, alsoAt) => {
    expect(placeFile(path, 'file_1')).toEqual({ mountPath, alsoAt });
  });

  it.each([
    '',
    '/',
    '.',
    'a/',
    '../a',
    'a/../b',
    '/mnt/session/uploads/../x',
    'a\0b',
    'a\nb',
    'x'.repeat(256),
  ])('not at %j', (path) => {
    expect(placeFile(path, 'file_1')).toHaveProperty('fault');
  });

  it('not too deep, nor under too long a name', () => {
    expect(placeFile('a/'.repeat(40) + 'b', 'file_1')).toHaveProperty('fault');
    expect(placeFile(('x'.repeat(200) + '/').repeat(6) + 'b', 'file_1')).toHaveProperty('fault');
  });
});

describe('where a repository is mounted', () => {
  const url = 'https://github.com/acme/rockets.git';

  it.each([
    [undefined, '/workspace/rockets'],
    ['code', '/workspace/code'],
    ['/srv/code/', '/srv/code'],
    ['/workspace', '/workspace'],
  ])('%s', (path, mountPath) => {
    expect(placeRepository(path, url)).toEqual({ mountPath });
  });

  it.each(['/', '/usr/src', '/mnt', '/mnt/session/uploads/x', '/mnt/session/outputs', '/proc/1', '../x'])(
    'not at %s',
    (path) => {
      expect(placeRepository(path, url)).toHaveProperty('fault');
    },
  );
});

it('paths overlap when one lies in the other', () => {
  expect(overlap('/a', '/a')).toBe(true);
  expect(overlap('/a', '/a/b')).toBe(true);
  expect(overlap('/a/b', '/a')).toBe(true);
  expect(overlap('/a/b', '/a/bc')).toBe(false);
});
