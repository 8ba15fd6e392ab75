import { describe, expect, it } from 'vitest';
import { checkShape, NEWER_SERVER } from './check-shape.ts';
import { readSurface, typeNamed } from './surface.ts';

const surface = readSurface('1.12');

const check = (name: string, value: unknown, allowed?: Parameters<typeof checkShape>[2]) =>
  checkShape(typeNamed(surface, name), value, allowed);

const AT = '2026-05-03T17:31:34.482886Z';

describe('a value is compared with a declared type', () => {
  it('has what is required, and may lack what is optional', () => {
    const event = {
      id: 'a',
      type: 'agent.tool_use',
      name: 'bash',
      input: { any: ['thing'] },
      processed_at: AT,
    };
    expect(check('BetaManagedAgentsAgentToolUseEvent', event)).toEqual([]);
    expect(check('BetaManagedAgentsAgentToolUseEvent', { ...event, session_thread_id: null })).toEqual([]);
    expect(check('BetaManagedAgentsAgentToolUseEvent', { ...event, evaluated_permission: null })).toEqual([
      'evaluated_permission: expected "allow" | "ask" | "deny", found null',
    ]);
    expect(
      check('BetaManagedAgentsAgentToolUseEvent', { type: 'agent.tool_use', name: 'bash', input: [] }),
    ).toEqual([
      'id: missing, expected string',
      'input: expected an object, found []',
      'processed_at: missing, expected string',
    ]);
  });

  it('is the member of a union that its type names, however deep', () => {
    const message = { id: 'a', type: 'agent.message', processed_at: AT };
    const wrong = { ...message, content: [{ type: 'text', text: 1 }, { type: 'image' }] };
    expect(
      check('BetaManagedAgentsSessionEvent', { ...message, content: [{ type: 'text', text: 'b' }] }),
    ).toEqual([]);
    expect(check('BetaManagedAgentsSessionEvent', wrong)).toEqual([
      'content[0].text: expected string, found 1',
      'content[1].type: expected "redacted" | "text", found "image"',
    ]);
    expect(check('BetaManagedAgentsSessionEvent', null)).toHaveLength(1);
  });
});

describe('what the type does not declare', () => {
  const resource = { id: 'a', type: 'file', file_id: 'b', mount_path: '/c', created_at: AT, updated_at: AT };

  it('is a fault, unless it is one of the extensions', () => {
    const value = { ...resource, color: 'red' };
    expect(check('BetaManagedAgentsFileResource', value)).toEqual([
      'color: BetaManagedAgentsFileResource does not declare it',
    ]);
    const extensions = { properties: { BetaManagedAgentsFileResource: ['color'] }, variants: [] };
    expect(check('BetaManagedAgentsFileResource', value, extensions)).toEqual([]);
  });

  it('can be a variant of our own, by its type', () => {
    const value = { ...resource, type: 'local_directory' };
    expect(check('BetaManagedAgentsSessionResource', value)).toHaveLength(1);
    const extensions = { properties: {}, variants: ['local_directory'] };
    expect(check('BetaManagedAgentsSessionResource', value, extensions)).toEqual([]);
  });

  it('is no fault for types that are older than the server', () => {
    expect(check('BetaManagedAgentsSessionResource', { ...resource, color: 'red' }, NEWER_SERVER)).toEqual(
      [],
    );
    expect(check('BetaManagedAgentsSessionResource', { type: 'new' }, NEWER_SERVER)).toEqual([]);
    expect(check('BetaManagedAgentsSessionResource', { ...resource, file_id: 1 }, NEWER_SERVER)).toHaveLength(
      1,
    );
  });
});
