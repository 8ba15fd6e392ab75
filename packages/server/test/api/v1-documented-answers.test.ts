import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describedRoutes } from '#src/http/routes.ts';
import { errorEnvelope } from '#src/http/v1/errors.ts';
import { startDemoModel, type DemoModel } from '#src/demo-model/server.ts';
import { systemClock } from '#src/lib/clock.ts';
import { call } from '../support/api-client.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { WHOLE_AGENT } from './sdk/resources/agents.ts';

let model: DemoModel;
let app: TestApp;
beforeAll(async () => {
  model = await startDemoModel({ clock: systemClock });
  app = await startApp({ provider: model.url });
});
afterAll(async () => {
  await app[Symbol.asyncDispose]();
  await model[Symbol.asyncDispose]();
});

/** Asks, and expects an answer with exactly the documented fields: parsing drops every other one. */
async function expectDocumented(name: string, path: string, body?: object): Promise<string> {
  const route = describedRoutes.find((one) => one.name === name);
  const answer = await call<{ id: string }>(app.url, route?.method ?? 'GET', path, body);
  expect(answer).toMatchObject({ status: 200 });
  expect(route?.responses[200]?.schema?.parse(answer.body)).toEqual(answer.body);
  return answer.body.id;
}

describe('every answer has exactly the documented fields', () => {
  it('of agents', async () => {
    const id = await expectDocumented('createAgent', '/v1/agents', WHOLE_AGENT);
    await expectDocumented('updateAgent', `/v1/agents/${id}`, { name: 'two' });
    await expectDocumented('retrieveAgent', `/v1/agents/${id}?version=1`);
    await expectDocumented('listAgents', '/v1/agents');
    await expectDocumented('listAgentVersions', `/v1/agents/${id}/versions`);
    await expectDocumented('archiveAgent', `/v1/agents/${id}/archive`);
    await expectDocumented('deleteAgent', `/v1/agents/${id}`);
  });

  it('of environments', async () => {
    const id = await expectDocumented('createEnvironment', '/v1/environments', { name: 'one' });
    await expectDocumented('updateEnvironment', `/v1/environments/${id}`, { name: 'two' });
    await expectDocumented('retrieveEnvironment', `/v1/environments/${id}`);
    await expectDocumented('listEnvironments', '/v1/environments');
    await expectDocumented('archiveEnvironment', `/v1/environments/${id}/archive`);
    await expectDocumented('deleteEnvironment', `/v1/environments/${id}`);
  });

  it('of models', async () => {
    await expectDocumented('listModels', '/v1/models');
    await expectDocumented('retrieveModel', '/v1/models/claude-opus-5-5');
  });

  it.each([
    ['GET', '/v1/nothing'],
    ['GET', '/v1/agents/agent_1'],
    ['POST', '/v1/agents', {}],
    ['GET', '/v1/environments/env_1'],
    ['PUT', '/v1/agents'],
  ])('of errors: %s %s', async (method, path, body?: object) => {
    const answer = await call(app.url, method, path, body);
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(errorEnvelope.parse(answer.body)).toEqual(answer.body);
    expect(answer.body['request_id']).toBe(answer.headers.get('request-id'));
  });
});
