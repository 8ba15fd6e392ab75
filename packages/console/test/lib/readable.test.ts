import { expect, it } from 'vitest';
import { toReadable } from '../../src/lib/readable.ts';

it('writes long texts line by line, and lists and objects below their name', () => {
  expect(
    toReadable({
      name: 'A',
      system: 'One\nTwo',
      tools: [{ type: 'x', on: true }, 'y'],
      metadata: {},
      none: null,
    }),
  ).toBe(
    [
      'name: A',
      'system: |',
      '  One',
      '  Two',
      'tools:',
      '  - type: x',
      '    on: true',
      '  - y',
      'metadata: {}',
      'none: null',
    ].join('\n'),
  );
});
