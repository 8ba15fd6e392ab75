import { expect, it } from 'vitest';
import type { z } from 'zod';
import { describedRoutes } from '#src/http/routes.ts';
import { call, execute, waitForEnd } from '../support/api-client.ts';
import { shareServer } from '../support/shared-server.ts';

const server = shareServer();

/** The schema that the documentation gives for this answer of this route. */
function schemaOf(name: string, status: number): z.ZodType {
  const schema = describedRoutes.find((route) => route.name === name)?.responses[status]?.schema;
  if (!schema) throw new Error(`${name} has no documented answer ${status}.`);
  return schema;
}

/** Asks, and expects an answer with exactly the documented fields: parsing drops every other one. */
async function expectDocumented(name: string, status: number, method: string, path: string, body?: unknown) {
  const answer = await call(server.url, method, path, body);
  expect(answer.status).toBe(status);
  expect(schemaOf(name, status).parse(answer.body)).toEqual(answer.body);
}

it('every answer of a real agent has exactly the documented fields', async () => {
  const id = await execute(server.url, {
    prompt: '[[thinking=Let me see]] [[tool=Bash {"command":"echo hi"}]] [[text=Done]]',
    metadata: { ticket: 7 },
  });
  expect(await waitForEnd(server.url, id)).toMatchObject({ status: 'completed', error: null });

  await expectDocumented('status', 200, 'GET', `/status/${id}`);
  await expectDocumented('sessions', 200, 'GET', '/sessions/');
  await expectDocumented('execute', 200, 'POST', '/execute/', { prompt: 'again', resume_session_id: id });
  await expectDocumented('execute', 422, 'POST', '/execute/', {});
  await expectDocumented('cancel', 200, 'POST', `/cancel/${id}`);
  await expectDocumented('cancel', 400, 'POST', `/cancel/${id}`);
  await expectDocumented('cancel', 404, 'POST', '/cancel/x');
  await expectDocumented('delete', 200, 'DELETE', `/sessions/${id}`);
  await expectDocumented('deliveries', 200, 'GET', '/webhooks/deliveries');
  await expectDocumented('replay', 400, 'POST', `/webhooks/deliveries/${id}/replay`);
  await expectDocumented('cleanup', 200, 'DELETE', '/sessions/cleanup');
  await expectDocumented('root', 200, 'GET', '/');
  await expectDocumented('server', 200, 'GET', '/server');
  await expectDocumented('readyz', 200, 'GET', '/readyz');
  await expectDocumented('listModels', 200, 'GET', '/v1/models');
});
