import type { Anthropic } from '@anthropic-ai/sdk';
import { toFile } from '@anthropic-ai/sdk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type TestApp } from '../support/app.ts';
import { execute } from '../support/api-client.ts';
import { officialClient } from './sdk/recording-client.ts';
import { startSessionLab } from './sdk/session-lab.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(async () => app[Symbol.asyncDispose]());

const client = (): Anthropic => officialClient('1.12', { baseURL: app.url });

async function newSession({ beta } = client()): Promise<string> {
  const agent = await beta.agents.create({ name: 'Reader', model: 'claude-opus-5-5' });
  const environment = await beta.environments.create({ name: 'Here' });
  return (await beta.sessions.create({ agent: agent.id, environment_id: environment.id })).id;
}

async function upload({ files }: Anthropic, content = 'x', name = 'x.txt'): Promise<string> {
  return (await files.upload({ file: await toFile(Buffer.from(content), name) })).id;
}

describe('client.beta.sessions.resources', () => {
  it('gives a session a copy of a file, which stays when the file goes', async () => {
    const api = client();
    const { resources } = api.beta.sessions;
    const session_id = await newSession();
    const file_id = await upload(api, 'content', 'a.csv');
    const resource = await resources.add(session_id, { type: 'file', file_id, mount_path: 'in/a.csv' });
    expect(resource).toMatchObject({ type: 'file', mount_path: '/mnt/session/uploads/in/a.csv' });
    expect(resource.id).toMatch(/^sesrsc_01\w{22}$/);
    expect(resource.file_id).not.toBe(file_id);
    expect(await resources.retrieve(resource.id, { session_id })).toEqual(resource);

    await api.files.delete(file_id);
    const copy = await api.beta.files.retrieveMetadata(resource.file_id);
    expect(copy).toMatchObject({ filename: 'a.csv', downloadable: false, scope: { type: 'session' } });
    expect((await api.beta.files.list({ scope_id: session_id })).data).toEqual([copy]);
    await expect(api.files.download(resource.file_id)).rejects.toMatchObject({
      status: 400,
      error: { error: { details: { error_code: 'file_not_downloadable' } } },
    });
    await expect(api.files.delete(resource.file_id)).rejects.toMatchObject({ status: 400 });

    expect(await resources.delete(resource.id, { session_id })).toEqual({
      id: resource.id,
      type: 'session_resource_deleted',
    });
    await expect(resources.retrieve(resource.id, { session_id })).rejects.toMatchObject({ status: 404 });
    await expect(api.files.retrieveMetadata(resource.file_id)).rejects.toMatchObject({ status: 404 });
  });

  it('lists what a session was given, oldest first, page by page', async () => {
    const api = client();
    const { resources } = api.beta.sessions;
    const session_id = await newSession();
    const file_id = await upload(api);
    const added = [await resources.add(session_id, { type: 'file', file_id })];
    expect(added[0]?.mount_path).toBe(`/mnt/session/uploads/${file_id}`);
    for (const mount_path of ['a', 'b', '/mnt/data/c'])
      added.push(await resources.add(session_id, { type: 'file', file_id, mount_path }));
    const listed: unknown[] = [];
    for await (const resource of resources.list(session_id, { limit: 3 })) listed.push(resource);
    expect(listed).toEqual(added);
    expect((await resources.list(await newSession())).data).toEqual([]);
  });

  it.each([
    ['a file that is not there', { file_id: 'file_011CZkZAtmR3yMPDzynEDxu7' }, 404],
    ['an id that is none', { file_id: 'nonsense' }, 404],
    ['a path that goes up', { mount_path: '../x' }, 400],
    ['a path that is taken', { mount_path: 'taken' }, 400],
    ['a path below one that is taken', { mount_path: 'taken/x' }, 400],
    ['the place of an absolute path that is taken', { mount_path: '/data/also' }, 400],
    ['another type', { type: 'memory_store' as 'file' }, 400],
  ])('refuses %s', async (_name, change, status) => {
    const api = client();
    const { resources } = api.beta.sessions;
    const session_id = await newSession();
    const file_id = await upload(api);
    for (const mount_path of ['taken', '/data/also'])
      await resources.add(session_id, { type: 'file', file_id, mount_path });
    await expect(resources.add(session_id, { type: 'file', file_id, ...change })).rejects.toMatchObject({
      status,
    });
    expect((await resources.list(session_id)).data).toHaveLength(2);
  });

  it('of a session that is not there is 404', async () => {
    const { resources } = client().beta.sessions;
    const session_id = 'sesn_011CZkZAtmR3yMPDzynEDxu7';
    const id = 'sesrsc_011CZkZBJq5dWxk9fVLNcPht';
    for (const asking of [
      resources.list(session_id),
      resources.retrieve(id, { session_id }),
      resources.delete(id, { session_id }),
      resources.update(id, { session_id, authorization_token: 'x' }),
      resources.add(session_id, { type: 'file', file_id: 'file_011CZkZAtmR3yMPDzynEDxu7' }),
    ])
      await expect(asking).rejects.toMatchObject({ status: 404 });
  });

  it('is added once for each Idempotency-Key', async () => {
    const api = client();
    const { resources } = api.beta.sessions;
    const session_id = await newSession();
    const file_id = await upload(api);
    const options = { headers: { 'idempotency-key': 'a' } };
    const adding = Array.from({ length: 4 }, () =>
      resources.add(session_id, { type: 'file', file_id }, options),
    );
    const ids = new Set((await Promise.all(adding)).map(({ id }) => id));
    expect(ids.size).toBe(1);
    expect((await resources.list(session_id)).data).toHaveLength(1);
  });

  it('a file has no token to change', async () => {
    const api = client();
    const { resources } = api.beta.sessions;
    const session_id = await newSession();
    const { id } = await resources.add(session_id, { type: 'file', file_id: await upload(api) });
    await expect(resources.update(id, { session_id, authorization_token: 'x' })).rejects.toMatchObject({
      status: 400,
      error: { error: { message: expect.stringContaining('authorization_token') as string } },
    });
  });

  it('without a sandbox that hides files it is 400, and says why', async () => {
    await using weak = await startApp({ whyNoMounts: 'bwrap is not installed' });
    const api = officialClient('1.12', { baseURL: weak.url });
    const session_id = await newSession(api);
    const file_id = await upload(api);
    await expect(
      api.beta.sessions.resources.add(session_id, { type: 'file', file_id }),
    ).rejects.toMatchObject({
      status: 400,
      error: {
        error: { message: 'type: file resources need bubblewrap: bwrap is not installed' },
      },
    });
  });

  it('are not for sessions of the simple API, whose agents see the machine as it is', async () => {
    const session_id = await execute(app.url, { prompt: 'Hello' });
    const file_id = await upload(client());
    await expect(
      client().beta.sessions.resources.add(session_id, { type: 'file', file_id }),
    ).rejects.toMatchObject({
      status: 400,
      error: { error: { message: expect.stringContaining('/execute/') as string } },
    });
  });
});

describe('client.beta.sessions.create with resources', () => {
  const repository = {
    type: 'github_repository' as const,
    url: 'https://github.com/acme/rockets',
    authorization_token: 'ghp_secret',
    checkout: { type: 'branch' as const, name: 'main' },
  };

  it('shows them with the session wherever it is shown, and no token anywhere', async () => {
    await using lab = await startSessionLab();
    const { sessions } = lab.client.beta;
    const file_id = await upload(lab.client);
    const file = { type: 'file' as const, file_id, mount_path: '/data/x.txt' };
    const session = await sessions.create({ ...lab.made, resources: [file, repository] });
    expect(session.resources).toMatchObject([
      { type: 'file', mount_path: '/mnt/session/uploads/data/x.txt' },
      {
        type: 'github_repository',
        url: repository.url,
        mount_path: '/workspace/rockets',
        checkout: repository.checkout,
      },
    ]);
    expect((await sessions.retrieve(session.id)).resources).toEqual(session.resources);
    expect((await sessions.list()).data[0]?.resources).toEqual(session.resources);
    expect((await sessions.resources.list(session.id)).data).toEqual(session.resources);
    expect((await sessions.update(session.id, { title: 'x' })).resources).toEqual(session.resources);

    const [, { id = '' } = {}] = session.resources as { id?: string }[];
    const rotated = await sessions.resources.update(id, {
      session_id: session.id,
      authorization_token: 'ghp_another',
    });
    expect(rotated).toMatchObject({ id, url: repository.url });
    const shown = JSON.stringify([session, rotated, await sessions.retrieve(session.id)]);
    expect(shown).not.toContain('ghp_');
    expect((await sessions.archive(session.id)).resources).toHaveLength(2);
    await expect(sessions.resources.delete(id, { session_id: session.id })).rejects.toMatchObject({
      status: 400,
    });
    await expect(sessions.resources.add(session.id, { type: 'file', file_id })).rejects.toMatchObject({
      status: 400,
    });
  });

  it('makes no session when one of them cannot be, and says which', async () => {
    await using lab = await startSessionLab();
    const { sessions } = lab.client.beta;
    const create = async (...resources: NonNullable<Parameters<typeof sessions.create>[0]['resources']>) =>
      sessions.create({ ...lab.made, resources: [repository, ...resources] });
    const told = (status: number, message: string) => ({
      status,
      error: { error: { message: expect.stringContaining(message) as string } },
    });
    await expect(create(repository)).rejects.toMatchObject(
      told(400, 'resources.1.mount_path: /workspace/rockets'),
    );
    await expect(create({ type: 'file', file_id: 'file_011CZkZAtmR3yMPDzynEDxu7' })).rejects.toMatchObject(
      told(404, 'file_011CZkZAtmR3yMPDzynEDxu7'),
    );
    await expect(create({ ...repository, url: 'http://github.com/a/b' })).rejects.toMatchObject(
      told(400, 'resources.1.url'),
    );
    await expect(create({ type: 'memory_store', memory_store_id: 'memstore_1' })).rejects.toMatchObject(
      told(400, 'resources.1.type: memory_store resources are not there yet'),
    );
    expect((await sessions.list()).data).toEqual([]);
  });
});
