import { describe, expect, it } from 'vitest';
import { createId } from '#src/lib/ids.ts';
import type { FileRecord, NewResource, ResourceAddition } from '#src/store/files.ts';
import type { Store } from '#src/store/store.ts';
import { createClaimed, newKey, newSession, T0, TENANT } from './samples.ts';
import type { CreateDatabase } from './store-suite.ts';
import { withStore } from './with-store.ts';

function newFile(fields: Partial<FileRecord> = {}): FileRecord {
  return {
    tenantId: TENANT,
    id: createId(T0),
    sessionId: null,
    path: null,
    stamp: null,
    filename: 'a.txt',
    mediaType: 'text/plain',
    sizeBytes: 3,
    digest: 'd1',
    isDownloadable: true,
    createdAt: T0,
    expiresAt: null,
    ...fields,
  };
}

/** A copy of a file for a session. */
function newGift(sessionId: string, source: FileRecord): NewResource {
  const file = newFile({ ...source, id: createId(T0), sessionId, isDownloadable: false });
  return {
    resource: {
      sessionId,
      id: createId(T0),
      body: { type: 'file', fileId: file.id, mountPath: '/mnt/session/uploads/a', alsoAt: null },
      secret: null,
      createdAt: T0,
      updatedAt: T0,
    },
    copy: { file, sourceId: source.id },
  };
}

async function addSession(store: Store, resources: NewResource[] = [], id = createId(T0)): Promise<string> {
  await store.createSession(TENANT, { session: newSession({ id, homeNode: null }), wakeAt: null, resources });
  return id;
}

const addition = (gift: NewResource, change: Partial<ResourceAddition> = {}): ResourceAddition => ({
  ...gift,
  known: [],
  home: undefined,
  ...change,
});

export function describeFiles(createDatabase: CreateDatabase): void {
  describe('files', () => {
    it(
      'come back as they were stored, and go',
      withStore(createDatabase, async (store) => {
        const file = newFile({ filename: 'ä', expiresAt: T0 + 1, path: 'x/y', stamp: 's' });
        expect(await store.addFile(file, undefined)).toBe(true);
        expect(await store.readFile(TENANT, file.id)).toEqual(file);
        expect(await store.readFile('another', file.id)).toBeUndefined();
        expect(await store.removeFile('another', file.id)).toBeUndefined();
        expect(await store.removeFile(TENANT, file.id)).toEqual(file);
        expect(await store.removeFile(TENANT, file.id)).toBeUndefined();
      }),
    );

    it(
      'are stored once for each key of a request',
      withStore(createDatabase, async (store) => {
        expect(await store.addFile(newFile(), newKey('a'))).toBe(true);
        expect(await store.addFile(newFile(), newKey('a'))).toBe(false);
        expect(await store.listFiles(TENANT, { limit: 9 })).toHaveLength(1);
      }),
    );

    it(
      'are listed newest first, from either side, of all or of one session',
      withStore(createDatabase, async (store) => {
        const files = Array.from({ length: 6 }, (_, index) =>
          newFile({ sessionId: index % 2 === 0 ? 's' : null }),
        );
        for (const file of files) await store.addFile(file, undefined);
        const ids = files.map(({ id }) => id).toReversed();
        const list = async (query: Omit<Parameters<Store['listFiles']>[1], 'limit'>, limit = 2) =>
          (await store.listFiles(TENANT, { ...query, limit })).map(({ id }) => ids.indexOf(id));
        expect(await list({})).toEqual([0, 1]);
        expect(await list({ beyond: { id: ids[1] ?? '', direction: 'older' } })).toEqual([2, 3]);
        expect(await list({ beyond: { id: ids[4] ?? '', direction: 'newer' } })).toEqual([2, 3]);
        expect(await list({ sessionId: 's' }, 9)).toEqual([1, 3, 5]);
        expect(await store.findFiles(TENANT, [ids[4] ?? '', 'nothing', ids[0] ?? ''])).toMatchObject([
          { id: ids[0] },
          { id: ids[4] },
        ]);
      }),
    );

    it(
      'whose time is over forget their bytes at once, and go later',
      withStore(createDatabase, async (store) => {
        const [kept, over] = [newFile({ digest: 'kept' }), newFile({ digest: 'over', expiresAt: T0 + 5 })];
        await store.addFile(kept, undefined);
        await store.addFile(over, undefined);
        expect(await store.expireFiles({ now: T0 + 4, limit: 9 })).toEqual([]);
        expect(await store.expireFiles({ now: T0 + 5, limit: 9 })).toEqual(['over']);
        expect(await store.expireFiles({ now: T0 + 5, limit: 9 })).toEqual([]);
        expect(await store.findUsedDigests(['kept', 'over'])).toEqual(['kept']);
        const remove = (filesBefore: number) =>
          store.removeExpired({ now: T0, deliveriesBefore: T0, filesBefore, limit: 9 });
        await remove(T0 + 5);
        expect(await store.readFile(TENANT, over.id)).toEqual({ ...over, digest: '' });
        await remove(T0 + 6);
        expect(await store.listFiles(TENANT, { limit: 9 })).toEqual([kept]);
      }),
    );

    it(
      'that an agent wrote replace those of the same path, for the holder of the lease alone',
      withStore(createDatabase, async (store) => {
        const { session, head } = await createClaimed(store);
        const output = (path: string, digest: string) => newFile({ sessionId: session.id, path, digest });
        const replace = (files: FileRecord[], epoch = head.leaseEpoch) =>
          store.replaceOutputs(TENANT, session.id, epoch, files);
        const [a, b] = [output('a', 'a1'), output('b', 'b1')];
        expect(await replace([a, b])).toEqual([]);
        const newer = output('a', 'a2');
        expect(await replace([newer], head.leaseEpoch + 1)).toBeUndefined();
        expect(await replace([newer])).toEqual(['a1']);
        const outputs = await store.readOutputs(TENANT, session.id);
        expect(new Set(outputs.map(({ id }) => id))).toEqual(new Set([b.id, newer.id]));
        expect(new Set(await store.readSessionDigests(TENANT, session.id))).toEqual(new Set(['b1', 'a2']));

        expect(await store.removeFile(TENANT, b.id)).toEqual(b);
        expect(await store.removeFile(TENANT, b.id)).toBeUndefined();
        expect(await store.readFile(TENANT, b.id)).toBeUndefined();
        expect(await store.findFiles(TENANT, [b.id, newer.id])).toEqual([newer]);
        expect(await store.listFiles(TENANT, { limit: 9 })).toEqual([newer]);
        // It is known that it was taken.
        expect(await store.readOutputs(TENANT, session.id)).toContainEqual({ ...b, digest: '' });
        const changed = output('b', 'b2');
        expect(await replace([changed])).toEqual([]);
        expect(await store.listFiles(TENANT, { limit: 9 })).toEqual([changed, newer]);
        await store.deleteSession(TENANT, session.id, head.leaseEpoch);
        expect(await store.listFiles(TENANT, { limit: 9 })).toEqual([]);
      }),
    );
  });

  describe('what a session is given', () => {
    it(
      'is stored with the session, or neither: when a file is gone that it was to have a copy of',
      withStore(createDatabase, async (store) => {
        const source = newFile();
        await store.addFile(source, undefined);
        const id = createId(T0);
        const gift = newGift(id, source);
        await addSession(store, [gift], id);
        expect(await store.listResources(TENANT, [id])).toEqual([gift.resource]);
        expect(await store.readFile(TENANT, gift.copy?.file.id ?? '')).toEqual(gift.copy?.file);

        await store.removeFile(TENANT, source.id);
        expect(await store.findUsedDigests([source.digest])).toEqual([source.digest]);
        const late = newSession();
        const creation = { session: late, wakeAt: null, resources: [newGift(late.id, source)] };
        expect(await store.createSession(TENANT, creation)).toEqual({ ok: false, conflict: 'file_gone' });
        expect(await store.readSession(TENANT, late.id)).toBeUndefined();
      }),
    );

    it(
      'can come later, if the session is there, is not elsewhere, and has what the decision was based on',
      withStore(createDatabase, async (store) => {
        const source = newFile();
        await store.addFile(source, undefined);
        const id = await addSession(store);
        const [one, two] = [newGift(id, source), newGift(id, source)];
        const conflict = async (request: ResourceAddition) => {
          const result = await store.addResource(TENANT, request);
          return result.ok ? undefined : result.conflict;
        };
        expect(await conflict(addition(newGift(createId(T0), source)))).toBe('gone');
        expect(await conflict(addition(newGift(id, newFile())))).toBe('file_gone');
        expect(await conflict(addition(one, { home: 'here', idempotency: newKey('a') }))).toBeUndefined();
        expect((await store.readSession(TENANT, id))?.session.homeNode).toBe('here');
        const known = [one.resource.id];
        expect(await conflict(addition(two))).toBe('changed');
        expect(await conflict(addition(two, { known: [two.resource.id] }))).toBe('changed');
        expect(await conflict(addition(two, { known, home: 'there' }))).toBe('elsewhere');
        expect(await conflict(addition(two, { known, idempotency: newKey('a') }))).toBe('repeated');
        expect(await store.listResources(TENANT, [id])).toEqual([one.resource]);
        expect(await conflict(addition(two, { known, home: 'here' }))).toBeUndefined();
        expect(await store.listResources(TENANT, [id])).toEqual([one.resource, two.resource]);
      }),
    );

    it(
      'goes with its copy; and its secret can be changed',
      withStore(createDatabase, async (store) => {
        const source = newFile();
        await store.addFile(source, undefined);
        const id = createId(T0);
        const gift = newGift(id, source);
        const repository: NewResource = {
          resource: {
            ...gift.resource,
            id: createId(T0),
            body: {
              type: 'github_repository',
              url: 'https://a/b',
              mountPath: '/workspace/b',
              checkout: null,
            },
            secret: 'old',
          },
        };
        await addSession(store, [gift, repository], id);
        const changed = { ...repository.resource, secret: 'new', updatedAt: T0 + 1 };
        expect(await store.changeResourceSecret(TENANT, changed)).toBe(true);
        expect(await store.changeResourceSecret(TENANT, { ...changed, id: 'nothing' })).toBe(false);
        expect(await store.listResources(TENANT, [id])).toEqual([gift.resource, changed]);

        expect(await store.removeResource(TENANT, id, gift.resource.id)).toEqual({ digest: source.digest });
        expect(await store.removeResource(TENANT, id, gift.resource.id)).toBeUndefined();
        expect(await store.removeResource(TENANT, id, changed.id)).toEqual({ digest: null });
        expect(await store.listResources(TENANT, [id])).toEqual([]);
        expect(await store.listFiles(TENANT, { limit: 9 })).toEqual([source]);
      }),
    );
  });
}
