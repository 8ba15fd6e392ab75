import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createBlobDirectory } from '#src/blobs/directory.ts';
import { FileElsewhere, InvalidResource } from '#src/files/errors.ts';
import { createFiles, type Files } from '#src/files/files.ts';
import type { ResourceRequest } from '#src/files/resources.ts';
import { projectResource, resourceParam } from '#src/http/v1/resource-schemas.ts';
import { systemClock as clock } from '#src/lib/clock.ts';
import { createId } from '#src/lib/ids.ts';
import { createLog } from '#src/log.ts';
import { openStore } from '#src/store/open.ts';
import type { Store } from '#src/store/store.ts';
import { createLocalWorkspaces } from '#src/workspace/local.ts';
import { newSession, TENANT } from '../suites/samples.ts';

let root: string;
let store: Store;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'bullpen-files-'));
  store = await openStore({ dataDir: root, clock, log: createLog({ level: 'silent', format: 'json' }) });
});
afterAll(async () => {
  await store[Symbol.asyncDispose]();
  await rm(root, { recursive: true, force: true });
});

function filesAt(place: string, home?: string): Files {
  const log = createLog({ level: 'silent', format: 'json' });
  const blobs = createBlobDirectory(join(root, place), clock);
  const workspaces = createLocalWorkspaces(join(root, 'sessions'), join(root, 'trash'));
  const { directoriesOf } = workspaces;
  return createFiles({ store, blobs, clock, log, home, whyNoMounts: undefined, directoriesOf });
}

async function upload(files: Files): Promise<string> {
  async function* bytes() {
    yield Buffer.from('x');
  }
  const { signal } = new AbortController();
  await using blob = await files.stage(bytes(), { maxBytes: 9, isFull: () => false, signal });
  const about = { filename: 'x.txt', mediaType: undefined, expiresInSeconds: undefined };
  return (await files.upload(TENANT, blob, about, () => undefined)).id;
}

const repository = (change: Partial<ResourceRequest> = {}): ResourceRequest =>
  ({
    type: 'github_repository',
    url: 'https://github.com/acme/rockets',
    token: 'secret-token',
    checkout: { type: 'branch', name: 'main' },
    mountPath: undefined,
    ...change,
  }) as ResourceRequest;

describe('preparing what a new session is given', () => {
  it('gives complete resources, to be stored with the session; tokens are kept apart and never shown', async () => {
    const files = filesAt('a');
    const fileId = await upload(files);
    const session = newSession();
    const { resources, home } = await files.prepareResources(TENANT, session.id, [
      { type: 'file', fileId, shownId: 'file_1', mountPath: '/data/x.txt' },
      repository(),
    ]);
    expect(home).toBeUndefined();
    expect(await store.createSession(TENANT, { session, wakeAt: null, resources })).toEqual({ ok: true });
    const stored = await files.resources(TENANT, session.id);
    expect(stored.map(({ body }) => body)).toMatchObject([
      { type: 'file', mountPath: '/mnt/session/uploads/data/x.txt', alsoAt: '/data/x.txt' },
      { type: 'github_repository', mountPath: '/workspace/rockets' },
    ]);
    expect(stored[1]?.secret).toBe('secret-token');
    expect(stored.map(projectResource)[1]).toMatchObject({
      url: 'https://github.com/acme/rockets',
      checkout: { type: 'branch', name: 'main' },
    });
    expect(JSON.stringify(stored.map(projectResource))).not.toContain('secret-token');
  });

  it.each<[string, ResourceRequest[], string]>([
    ['two repositories at one place', [repository(), repository()], 'mount_path'],
    [
      'one repository in another',
      [repository(), repository({ mountPath: '/workspace/rockets/b' })],
      'mount_path',
    ],
    ['a place of the system', [repository(), repository({ mountPath: '/usr/x' })], 'mount_path'],
    [
      'no such file',
      [repository(), { type: 'file', fileId: createId(1), shownId: 'file_1', mountPath: undefined }],
      'file_id',
    ],
  ])('refuses %s, and says which it is', async (_name, requests, field) => {
    const preparing = filesAt('a').prepareResources(TENANT, createId(1), requests);
    await expect(preparing).rejects.toThrow(InvalidResource);
    await expect(preparing).rejects.toMatchObject({ index: 1, field });
  });

  it('binds the session to the node that has the bytes, where nodes do not share them', async () => {
    const here = filesAt('here', 'node-1');
    const there = filesAt('there', 'node-2');
    const fileId = await upload(here);
    const request = { type: 'file' as const, fileId, shownId: 'file_1', mountPath: undefined };
    expect((await here.prepareResources(TENANT, createId(1), [request])).home).toBe('node-1');
    expect((await here.prepareResources(TENANT, createId(1), [repository()])).home).toBeUndefined();
    await expect(there.prepareResources(TENANT, createId(1), [request])).rejects.toThrow(FileElsewhere);
  });
});

describe('the parameters of a resource', () => {
  const type = 'github_repository';
  const url = 'https://github.com/acme/rockets';

  it.each([
    { type, url },
    { type, url: `${url}.git`, authorization_token: 'ghp_x', mount_path: null, checkout: null },
    { type, url: 'http://127.0.0.1:8080/a.git' },
    { type, url, checkout: { type: 'branch', name: 'feature/x-1' } },
    { type, url, checkout: { type: 'commit', sha: 'a'.repeat(40) } },
    { type: 'file', file_id: 'file_1', mount_path: null },
  ])('are taken: %j', (value) => {
    expect(resourceParam.safeParse(value).success).toBe(true);
  });

  it.each([
    { type, url: 'http://github.com/acme/rockets' },
    { type, url: 'ssh://git@github.com/acme/rockets' },
    { type, url: 'https://token@github.com/acme/rockets' },
    { type, url: `${url}?a=b` },
    { type, url: 'https://github.com/' },
    { type, url: '--upload-pack=x' },
    { type, url, authorization_token: 'a b' },
    { type, url, authorization_token: 'a\r\nb' },
    { type, url, checkout: { type: 'branch', name: '--force' } },
    { type, url, checkout: { type: 'branch', name: 'a..b' } },
    { type, url, checkout: { type: 'commit', sha: 'main' } },
    { type, url, checkout: { type: 'tag', name: 'v1' } },
    { type: 'memory_store', memory_store_id: 'memstore_1' },
  ])('are refused: %j', (value) => {
    expect(resourceParam.safeParse(value).success).toBe(false);
  });
});
