import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { defineV1Route } from '#src/http/v1/route.ts';
import { leftOut } from './coverage.ts';
import { methodsThatAsk } from './find-route.ts';
import type { SdkVersion } from './packages.ts';
import { readSurface } from './surface.ts';

const VERSIONS: SdkVersion[] = ['1.12', '0.120', '0.95'];

describe.each(VERSIONS)('the surface of SDK %s', (version) => {
  const { methods, types } = readSurface(version);

  it('has the methods of Managed Agents with what they ask for', () => {
    expect(methods).toContainEqual(
      expect.objectContaining({
        name: 'beta.sessions.threads.events.stream',
        request: { method: 'GET', path: '/v1/sessions/{session_id}/threads/{thread_id}/stream' },
        answer: expect.objectContaining({ kind: 'stream' }),
      }),
    );
    expect(methods.find(({ name }) => name === 'beta.files.download')?.answer).toEqual({ kind: 'bytes' });
    expect(methods.find(({ name }) => name === 'beta.sessions.list')).toMatchObject({
      request: { method: 'GET', path: '/v1/sessions' },
      parameters: expect.arrayContaining(['agent_id', 'created_at[gte]', 'limit', 'page']),
    });
    expect(methods.find(({ name }) => name === 'beta.webhooks.unwrap')).toMatchObject({ request: undefined });
    expect(methods.some(({ name }) => /messages|organization/.test(name))).toBe(false);
  });

  it('has the types of the answers', () => {
    expect([...types.keys()]).toEqual(
      expect.arrayContaining([
        'BetaManagedAgentsSession',
        'BetaManagedAgentsAgent',
        'BetaManagedAgentsStreamSessionEvents',
        'BetaManagedAgentsSessionEvent',
        'BetaEnvironment',
        'ErrorType',
      ]),
    );
  });
});

it('a path belongs to the methods that name it', () => {
  const { methods } = readSurface('1.12');
  const named = (method: string, path: string) =>
    methodsThatAsk(methods, method, path).map(({ name }) => name);
  expect(named('GET', '/v1/environments/env_1/work/poll')).toEqual(['beta.environments.work.poll']);
  expect(named('GET', '/v1/environments/env_1/work/work_1')).toEqual(['beta.environments.work.retrieve']);
  expect(named('GET', '/v1/files')).toEqual(['files.list', 'beta.files.list']);
  expect(named('PUT', '/v1/files')).toEqual([]);
});

it('a suite has left out the methods that it never called, and the parameters that it never gave', () => {
  const response = { description: '' };
  const query = z.strictObject({});
  const routes = [
    defineV1Route({
      name: 'a',
      method: 'GET',
      path: '/v1/vaults',
      summary: '',
      query,
      response,
      handle: () => ({}),
    }),
    defineV1Route({
      name: 'b',
      method: 'GET',
      path: '/v1/vaults/{id}',
      summary: '',
      response,
      handle: () => ({}),
    }),
  ];
  const surface = readSurface('1.12');
  expect(leftOut(surface, routes, [])).toEqual(['beta.vaults.retrieve', 'beta.vaults.list']);
  const calls = [
    { method: 'beta.vaults.retrieve', parameters: [] },
    { method: 'beta.vaults.list', parameters: ['limit'] },
    { method: 'beta.vaults.list', parameters: ['page'] },
  ];
  expect(leftOut(surface, routes, calls)).toEqual(['beta.vaults.list: include_archived']);
});
