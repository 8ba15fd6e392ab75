import { expect, it } from 'vitest';
import { previewKind } from '../../../src/pages/files/preview-kind.ts';

it.each([
  ['a.png', 'image/png', 10, 'image'],
  ['a.svg', 'image/svg+xml', 10, 'image'],
  ['a.html', 'text/html', 10, 'text'],
  ['a.ts', 'application/octet-stream', 10, 'text'],
  ['a.json', 'application/json', 10, 'text'],
  ['a.zip', 'application/zip', 10, undefined],
  ['a.txt', 'text/plain', 50_000_000, undefined],
])('%s of type %s and %i bytes is looked at as %s', (filename, type, size, kind) => {
  expect(previewKind({ filename, mime_type: type, size_bytes: size })).toBe(kind);
});

it('what cannot be downloaded cannot be looked at', () => {
  const file = { filename: 'a.txt', mime_type: 'text/plain', size_bytes: 1, downloadable: false };
  expect(previewKind(file)).toBeUndefined();
});
