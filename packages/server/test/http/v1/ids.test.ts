import { describe, expect, it } from 'vitest';
import { found, primaryThreadId, publicId, requireId } from '#src/http/v1/ids.ts';
import { createId } from '#src/lib/ids.ts';

const id = createId(1_800_000_000_000);

describe('an id', () => {
  it('goes out with the prefix of its kind and comes back as it was', () => {
    expect(publicId('agent', id)).toMatch(/^agent_01[1-9A-HJ-NP-Za-km-z]{22}$/);
    expect(requireId('agent', publicId('agent', id))).toBe(id);
    expect(requireId('agent', id)).toBe(id);
  });

  it('of a session has an older prefix too, and is that of its primary thread', () => {
    const session = publicId('sesn', id);
    expect(requireId('sesn', session.replace('sesn', 'session'))).toBe(id);
    expect(requireId('sthr', primaryThreadId(id))).toBe(id);
    expect(() => requireId('agent', session.replace('sesn', 'session'))).toThrow('not found');
  });

  it.each([
    '',
    'agent',
    'agent_01',
    publicId('env', id),
    `${publicId('agent', id)}1`,
    'agent_01zzzzzzzzzzzzzzzzzzzzzz',
  ])('that is none of its kind is the same 404 as one that is unknown: %s', (text) => {
    const refusal = { status: 404, type: 'not_found_error', message: `Agent ${text} not found.` };
    expect(() => requireId('agent', text)).toThrow(expect.objectContaining(refusal));
    expect(() => found('agent', text, undefined)).toThrow(expect.objectContaining(refusal));
  });

  it('that is unknown has a code where programs look for one', () => {
    expect(() => requireId('env', 'x')).toThrow(
      expect.objectContaining({ details: { error_code: 'environment_not_found' } }),
    );
    expect(() => requireId('sesn', 'x')).toThrow(expect.objectContaining({ details: undefined }));
    expect(found('sesn', 'x', 0)).toBe(0);
  });
});
