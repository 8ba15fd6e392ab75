import { expect, it } from 'vitest';
import { fromFields, toFields } from '../../src/approval/edit-input.ts';

it('An input comes back from the form as it was, but for what was changed', () => {
  const input = { command: 'ls\n', timeout: 5, edits: [{ a: null }], flag: false };
  const fields = toFields(input);
  expect(fromFields(fields)).toEqual({ input });
  const changed = fields.map((field) => (field.name === 'timeout' ? { ...field, text: '7' } : field));
  expect(fromFields(changed)).toEqual({ input: { ...input, timeout: 7 } });
});

it('What is not JSON any more is named', () => {
  expect(fromFields([{ name: 'timeout', text: '{', isJson: true }])).toEqual({ invalid: 'timeout' });
});
