import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type TestApp } from '../support/app.ts';
import { officialClient } from './sdk/recording-client.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startApp({ config: { hostedStrictness: true, apiKeys: ['right'] } });
});
afterAll(async () => app[Symbol.asyncDispose]());

const KEY = { authorization: 'Bearer right' };
const BETA = { 'anthropic-beta': 'managed-agents-2026-04-01' };
const VERSION = { 'anthropic-version': '2023-06-01' };

describe('what is wrong with a request is told in the order of the hosted API', () => {
  it.each<
    [
      method: string,
      path: string,
      headers: Record<string, string>,
      status: number,
      type: string,
      message: string,
    ]
  >([
    ['GET', '/v1/nothing', {}, 404, 'not_found_error', 'Not Found'],
    ['GET', '/v1/agents', {}, 401, 'authentication_error', 'Authentication failed'],
    ['GET', '/v1/agents', { 'x-api-key': 'wrong' }, 401, 'authentication_error', 'Authentication failed'],
    ['DELETE', '/v1/agents', KEY, 405, 'invalid_request_error', 'Method Not Allowed'],
    ['GET', '/v1/agents?limit=0', KEY, 404, 'not_found_error', 'not found'],
    [
      'GET',
      '/v1/agents?limit=0',
      { ...KEY, ...BETA },
      400,
      'invalid_request_error',
      'anthropic-version: header is required',
    ],
    [
      'GET',
      '/v1/agents?limit=0',
      { ...KEY, ...BETA, ...VERSION },
      400,
      'invalid_request_error',
      'limit: Input should be greater than or equal to 1',
    ],
    ['GET', '/v1/models?limit=0', KEY, 400, 'invalid_request_error', 'anthropic-version: header is required'],
  ])('%s %s %j', async (method, path, headers, status, type, message) => {
    const answer = await fetch(`${app.url}${path}`, { method, headers });
    const requestId = answer.headers.get('request-id');
    expect([answer.status, await answer.json()]).toEqual([
      status,
      { type: 'error', error: { type, message }, request_id: requestId },
    ]);
    expect(requestId).toMatch(/^req_01\w{22}$/);
  });
});

it.each(['1.12', '0.120', '0.95'] as const)('the SDK %s sends all that is asked for', async (version) => {
  const { beta } = officialClient(version, { baseURL: app.url, apiKey: 'right' });
  expect((await beta.agents.list()).data).toEqual([]);
  expect((await beta.environments.list()).data).toEqual([]);
});
