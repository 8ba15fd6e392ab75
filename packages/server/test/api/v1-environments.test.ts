import type { Anthropic } from '@anthropic-ai/sdk';
import type { EnvironmentCreateParams } from '@anthropic-ai/sdk/resources/beta/environments/environments';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { builtInEnvironmentId } from '#src/domain/built-in.ts';
import { createId, formatPrefixedId, parseId } from '#src/lib/ids.ts';
import { DEFAULT_TENANT } from '#src/store/records.ts';
import { newSession } from '../suites/samples.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { refusalOf } from '../support/sdk/refusal.ts';
import { recordingClient, type RecordingClient } from './sdk/recording-client.ts';

let app: TestApp;
let recording: RecordingClient;
let environments: Anthropic['beta']['environments'];
beforeAll(async () => {
  app = await startApp();
  recording = recordingClient('1.12', { baseURL: app.url });
  environments = recording.client.beta.environments;
});
afterAll(async () => {
  await app[Symbol.asyncDispose]();
  expect(recording.faults).toEqual([]);
});

const CLOUD = {
  type: 'cloud',
  networking: { type: 'unrestricted' },
  packages: { type: 'packages', apt: [], cargo: [], gem: [], go: [], npm: [], pip: [] },
};

describe('an environment that is created', () => {
  it('is shown with every default filled in, and names may be equal', async () => {
    const made = await environments.create({ name: 'one' });
    expect(made).toEqual({
      id: expect.stringMatching(/^env_01[1-9A-HJ-NP-Za-km-z]{22}$/),
      type: 'environment',
      name: 'one',
      description: '',
      config: CLOUD,
      metadata: {},
      scope: 'organization',
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      updated_at: made.created_at,
      archived_at: null,
    });
    expect(await environments.retrieve(made.id)).toEqual(made);
    expect((await environments.create({ name: 'one' })).id).not.toBe(made.id);
  });

  it.each([
    null,
    { type: 'cloud' },
    { type: 'cloud', networking: null, packages: null },
    { type: 'cloud', packages: { pip: [], apt: null } },
    // As it was called before.
    { type: 'anthropic_cloud', networking: { type: 'unrestricted' } },
  ])('is a cloud one: %j', async (config) => {
    const params = { name: 'one', config } as EnvironmentCreateParams;
    expect((await environments.create(params)).config).toEqual(CLOUD);
  });
});

describe('a change of an environment', () => {
  it('leaves what is not sent; null and nothing clear, metadata is merged', async () => {
    const { id } = await environments.create({ name: 'one', description: 'D', metadata: { a: '1', b: '2' } });
    const whole = await environments.retrieve(id);
    expect(await environments.update(id, {})).toEqual(whole);
    expect(await environments.update(id, { name: null, config: null, scope: null })).toEqual(whole);
    const merged = await environments.update(id, { metadata: { a: null, b: '', c: '3' } });
    expect(merged).toEqual({ ...whole, metadata: { c: '3' }, updated_at: merged.updated_at });
    expect(await environments.update(id, { description: null })).toMatchObject({ description: '' });
    const changed = await environments.update(id, { name: 'two', description: 'E' });
    expect(changed).toMatchObject({ name: 'two', description: 'E', config: CLOUD, metadata: { c: '3' } });
    expect(Date.parse(changed.updated_at)).toBeGreaterThan(Date.parse(whole.updated_at));
  });

  it('of many at the same time is not lost', async () => {
    const { id } = await environments.create({ name: 'one' });
    const keys = ['a', 'b', 'c', 'd', 'e', 'f'];
    await Promise.all(keys.map((key) => environments.update(id, { metadata: { [key]: key } })));
    const { metadata } = await environments.retrieve(id);
    expect(metadata).toEqual(Object.fromEntries(keys.map((key) => [key, key])));
  });

  it('that would be too much metadata, with what is there, is refused', async () => {
    const metadata = Object.fromEntries(Array.from({ length: 16 }, (_, index) => [`k${index}`, 'v']));
    const { id } = await environments.create({ name: 'one', metadata });
    expect(await refusalOf(environments.update(id, { metadata: { more: 'v' } }))).toEqual({
      status: 400,
      type: 'invalid_request_error',
      message: 'metadata: at most 16 keys are allowed, and there are 17',
      code: 'invalid_metadata',
    });
    const swapped = await environments.update(id, { metadata: { more: 'v', k0: null } });
    expect(Object.keys(swapped.metadata)).toHaveLength(16);
  });
});

describe('what this server cannot give', () => {
  const cloud = (more: object) => ({ config: { type: 'cloud', ...more } });
  it.each<[more: object, message: string, code?: string]>([
    [{ name: undefined }, 'name: Field required'],
    [{ name: '' }, 'name: String should have at least 1 character'],
    [{ color: 'red' }, 'color: Extra inputs are not permitted'],
    [{ scope: 'account' }, "scope: Input should be 'organization'"],
    [
      { config: { type: 'moon' } },
      "config.type: Input should be 'cloud' or 'anthropic_cloud' or 'self_hosted'",
    ],
    [
      { config: { type: 'self_hosted' } },
      "config.type: 'self_hosted' environments are not supported by this server yet; send 'cloud'",
    ],
    [
      cloud({ networking: { type: 'limited', allowed_hosts: ['a.com'], allow_mcp_servers: true } }),
      "config.networking.type: 'limited' networking is not supported by this server yet; send 'unrestricted'",
    ],
    [
      cloud({ packages: { pip: ['numpy'] } }),
      'config.packages.pip: Installing packages is not supported by this server yet',
    ],
    [cloud({ packages: { brew: [] } }), 'config.packages.brew: Extra inputs are not permitted'],
    [cloud({ image: 'debian' }), 'config.image: Extra inputs are not permitted'],
    [
      { metadata: { ['k'.repeat(65)]: 'v' } },
      `metadata: the key ${'k'.repeat(65)} has more than 64 characters`,
      'invalid_metadata',
    ],
  ])('is refused by its field: %j', async (more, message, code) => {
    const params = { name: 'one', ...more } as EnvironmentCreateParams;
    expect(await refusalOf(environments.create(params))).toEqual({
      status: 400,
      type: 'invalid_request_error',
      message,
      ...(code && { code }),
    });
  });

  it('is another type for an environment that there is', async () => {
    const { id } = await environments.create({ name: 'one' });
    expect(await refusalOf(environments.update(id, { config: { type: 'self_hosted' } }))).toMatchObject({
      status: 400,
      message: 'config.type: An environment cannot change its type',
      code: 'invalid_config_type_change',
    });
  });
});

describe('an archived environment', () => {
  it('stays as it is, is found, and is listed only when it is asked for', async () => {
    const { id } = await environments.create({ name: 'one' });
    const archived = await environments.archive(id);
    expect(archived.archived_at).toEqual(expect.any(String));
    expect(await environments.archive(id)).toEqual(archived);
    expect(await environments.retrieve(id)).toEqual(archived);
    const listed = async (include_archived: boolean): Promise<string[]> =>
      (await environments.list({ include_archived, limit: 100 })).data.map((one) => one.id);
    expect(await listed(false)).not.toContain(id);
    expect(await listed(true)).toContain(id);
    expect(await refusalOf(environments.update(id, { name: 'two' }))).toEqual({
      status: 400,
      type: 'invalid_request_error',
      message: `Environment ${id} is archived.`,
      code: 'environment_archived',
    });
  });
});

describe('an environment that is not there', () => {
  const unknown = formatPrefixedId('env', createId(0));

  it.each([unknown, 'env_1', 'nothing'])('is a 404: %s', async (id) => {
    const refusal = {
      status: 404,
      type: 'not_found_error',
      message: `Environment ${id} not found.`,
      code: 'environment_not_found',
    };
    for (const call of [
      () => environments.retrieve(id),
      () => environments.update(id, {}),
      () => environments.archive(id),
      () => environments.delete(id),
    ]) {
      expect(await refusalOf(call())).toEqual(refusal);
    }
  });
});

describe('an environment that is deleted', () => {
  it('is gone, also when a session is in it, which goes on', async () => {
    const { id } = await environments.create({ name: 'one' });
    const session = newSession({ environmentId: parseId('env', id) ?? null });
    await app.store.createSession(DEFAULT_TENANT, { session, wakeAt: null });
    expect(await environments.delete(id)).toEqual({ id, type: 'environment_deleted' });
    expect(await refusalOf(environments.retrieve(id))).toMatchObject({ status: 404 });
    const read = await app.store.readSession(DEFAULT_TENANT, session.id);
    expect(read?.session.environmentId).toBe(session.environmentId);
  });
});

it('the built-in environment of the simple API can be looked at, and not be changed', async () => {
  const id = formatPrefixedId('env', builtInEnvironmentId(DEFAULT_TENANT));
  expect(await environments.retrieve(id)).toMatchObject({ id, name: 'execute', config: CLOUD });
  for (const call of [
    () => environments.update(id, { name: 'a' }),
    () => environments.archive(id),
    () => environments.delete(id),
  ]) {
    expect(await refusalOf(call())).toMatchObject({
      status: 400,
      message: expect.stringContaining('built in'),
    });
  }
});

it('the list of environments is walked page by page: each once, newest first', async () => {
  await using own = await startApp();
  const { beta } = recordingClient('1.12', { baseURL: own.url }).client;
  const made: string[] = [];
  for (let count = 0; count < 45; count++) made.unshift((await beta.environments.create({ name: 'one' })).id);
  for (const limit of [undefined, 7]) {
    const found: string[] = [];
    for await (const { id } of beta.environments.list(limit === undefined ? {} : { limit })) found.push(id);
    expect(found).toEqual(made);
  }
});
