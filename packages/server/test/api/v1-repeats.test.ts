import { afterAll, beforeAll, expect, it } from 'vitest';
import { DEFAULT_TENANT } from '#src/store/records.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { refusalOf } from '../support/sdk/refusal.ts';
import { officialClient } from './sdk/recording-client.ts';
import { startSessionLab, uuidOf } from './sdk/session-lab.ts';

let app: TestApp;
beforeAll(async () => (app = await startApp()));
afterAll(async () => app[Symbol.asyncDispose]());

const once = (idempotencyKey: string) => ({ headers: { 'Idempotency-Key': idempotencyKey } });

it('an agent is made once for each Idempotency-Key, however often it is asked for', async () => {
  const { agents } = officialClient('1.12', { baseURL: app.url }).beta;
  const body = { name: 'one', model: 'm' };
  const made = await Promise.all([1, 2, 3].map(() => agents.create(body, once('a'))));
  expect(new Set(made.map(({ id }) => id)).size).toBe(1);
  expect(await agents.create(body, once('a'))).toEqual(made[0]);
  expect(await refusalOf(agents.create({ ...body, name: 'two' }, once('a')))).toMatchObject({
    status: 409,
    type: 'conflict_error',
    shouldRetry: 'false',
  });
  expect((await agents.list()).data).toHaveLength(1);
});

it('an agent is changed once, also when somebody else has changed it since', async () => {
  const { agents } = officialClient('1.12', { baseURL: app.url }).beta;
  const { id } = await agents.create({ name: 'one', model: 'm' });
  const changed = await agents.update(id, { version: 1, name: 'two' }, once('b'));
  await agents.update(id, { name: 'three' });
  expect(await agents.update(id, { version: 1, name: 'two' }, once('b'))).toEqual(changed);
  expect(await agents.retrieve(id)).toMatchObject({ version: 3, name: 'three' });
  // Of no change it is known too.
  const same = await agents.update(id, { name: 'three' }, once('c'));
  await agents.update(id, { name: 'four' });
  expect(await agents.update(id, { name: 'three' }, once('c'))).toEqual(same);
});

it('an environment is made once', async () => {
  const { environments } = officialClient('1.12', { baseURL: app.url }).beta;
  const made = await Promise.all([1, 2, 3].map(() => environments.create({ name: 'one' }, once('d'))));
  expect(new Set(made.map(({ id }) => id)).size).toBe(1);
});

it('a request that was refused is not remembered', async () => {
  const { agents } = officialClient('1.12', { baseURL: app.url }).beta;
  expect(await refusalOf(agents.create({ name: '', model: 'm' }, once('e')))).toMatchObject({ status: 400 });
  expect(await agents.create({ name: 'one', model: 'm' }, once('e'))).toMatchObject({ name: 'one' });
});

it('a message is sent once, and the answer is that of the first request', async () => {
  await using lab = await startSessionLab();
  const { client, made } = lab;
  const { id } = await client.beta.sessions.create(made);
  const send = (text: string) =>
    client.beta.sessions.events.send(
      id,
      { events: [{ type: 'user.message', content: [{ type: 'text', text }] }] },
      once('greeting'),
    );
  const first = await send('Hello');
  expect(await send('Hello')).toEqual(first);
  expect(await lab.app.store.readInputs(DEFAULT_TENANT, uuidOf(id))).toHaveLength(1);
  await expect(send('Goodbye')).rejects.toMatchObject({ status: 409 });
  expect(await lab.app.store.readInputs(DEFAULT_TENANT, uuidOf(id))).toHaveLength(1);
});
