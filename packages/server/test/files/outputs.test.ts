import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Blobs } from '#src/blobs/blobs.ts';
import { createBlobDirectory } from '#src/blobs/directory.ts';
import { collectOutputs, COLLECT_LIMITS, type CollectContext } from '#src/files/outputs.ts';
import { createLog } from '#src/log.ts';
import type { FileRecord } from '#src/store/files.ts';
import { openStore } from '#src/store/open.ts';
import type { Store } from '#src/store/store.ts';
import { createClaimed, T0, TENANT } from '../suites/samples.ts';
import { ManualClock } from '../support/manual-clock.ts';

const clock = new ManualClock(T0);
const log = createLog({ level: 'silent', format: 'json' });

let root: string;
let store: Store;
let blobs: Blobs;
let directory: string;
let lease: { sessionId: string; epoch: number };
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'bullpen-outputs-'));
  store = await openStore({ dataDir: root, clock, log });
  blobs = createBlobDirectory(join(root, 'blobs'), clock);
});
afterAll(async () => {
  await store[Symbol.asyncDispose]();
  await rm(root, { recursive: true, force: true });
});
beforeEach(async () => {
  directory = await mkdtemp(join(root, 'outputs-'));
  const { session, head } = await createClaimed(store);
  lease = { sessionId: session.id, epoch: head.leaseEpoch };
});

async function write(path: string, content: string): Promise<void> {
  await mkdir(dirname(join(directory, path)), { recursive: true });
  await writeFile(join(directory, path), content);
}

/** What the client hears of it; undefined: the lease is another's. */
async function collect(change: Partial<CollectContext> = {}, epoch = lease.epoch) {
  const { signal } = new AbortController();
  const context = { store, blobs, limits: COLLECT_LIMITS, isFull: () => false, clock, log, ...change };
  const request = { tenantId: TENANT, sessionId: lease.sessionId, epoch, directory, signal };
  return (await collectOutputs(context, request))?.map(({ error }) => error.message);
}

async function listed(): Promise<FileRecord[]> {
  return store.listFiles(TENANT, { limit: 100, sessionId: lease.sessionId });
}

async function contents(): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const { path, digest } of await listed()) {
    const opened = await blobs.open(digest);
    if (opened) found[path ?? ''] = await text(opened.stream);
  }
  return found;
}

describe('what an agent writes for its client', () => {
  it('becomes files of its session, each under its own name', async () => {
    await write('report.md', 'report');
    await write('charts/a/first.png', 'png');
    await write('empty', '');
    expect(await collect()).toEqual([]);
    expect(await contents()).toEqual({ 'report.md': 'report', 'charts/a/first.png': 'png', empty: '' });
    expect((await listed()).find(({ path }) => path === 'charts/a/first.png')).toMatchObject({
      filename: 'first.png',
      mediaType: 'image/png',
      sizeBytes: 3,
      isDownloadable: true,
    });
  });

  it('is read again only when it has changed, and then it is another file', async () => {
    await write('same', 'same');
    await write('changed', 'old');
    await collect();
    const before = new Map((await listed()).map(({ path, id }) => [path, id]));
    let reads = 0;
    const counting: Blobs = {
      ...blobs,
      stage: (...args) => {
        reads++;
        return blobs.stage(...args);
      },
    };
    await write('changed', 'new');
    expect(await collect({ blobs: counting })).toEqual([]);
    expect(reads).toBe(1);
    expect(await contents()).toEqual({ same: 'same', changed: 'new' });
    const after = new Map((await listed()).map(({ path, id }) => [path, id]));
    expect(after.get('same')).toBe(before.get('same'));
    expect(after.get('changed')).not.toBe(before.get('changed'));
    // Bytes that nobody has any more are gone.
    for await (const digests of blobs.list()) expect(digests.length).toBeGreaterThan(0);
    expect(await store.findUsedDigests([])).toEqual([]);
  });

  it('outlives its folder, and what a client has removed comes back only when it is written anew', async () => {
    await write('kept', 'kept');
    await write('unwanted', 'unwanted');
    await collect();
    const unwanted = (await listed()).find(({ path }) => path === 'unwanted');
    await store.removeFile(TENANT, unwanted?.id ?? '');
    await collect();
    expect(Object.keys(await contents())).toEqual(['kept']);
    await write('unwanted', 'wanted after all');
    await rm(join(directory, 'kept'));
    await collect();
    expect(await contents()).toEqual({ kept: 'kept', unwanted: 'wanted after all' });
  });

  it('is what lies in its folder, and nothing to which a link leads', async () => {
    const secret = join(root, 'secret');
    await writeFile(secret, 'secret');
    await mkdir(join(root, 'secrets'), { recursive: true });
    await writeFile(join(root, 'secrets', 'secret'), 'secret');
    await symlink(secret, join(directory, 'link'));
    await symlink(join(root, 'secrets'), join(directory, 'links'));
    await promisify(execFile)('mkfifo', [join(directory, 'pipe')]);
    await write('plain', 'plain');
    expect(await collect()).toEqual([]);
    expect(await contents()).toEqual({ plain: 'plain' });
  });

  it('stays within its folder, whatever the agent puts in the place of what is being looked at', async () => {
    await mkdir(join(root, 'hidden'), { recursive: true });
    for (const name of ['file', 'other']) await writeFile(join(root, 'hidden', name), 'hidden');
    await write('deep/file', 'own');
    await write('deep/other', 'own');
    let isSwapped = false;
    const swapping: Blobs = {
      ...blobs,
      async stage(...args) {
        // Between one file of the directory and the next.
        if (!isSwapped) {
          isSwapped = true;
          await rename(join(directory, 'deep'), join(directory, 'moved'));
          await symlink(join(root, 'hidden'), join(directory, 'deep'));
        }
        return blobs.stage(...args);
      },
    };
    await collect({ blobs: swapping });
    expect(Object.values(await contents())).not.toContain('hidden');
    expect((await listed()).length).toBeGreaterThanOrEqual(2);
  });

  it('is bounded in number, depth and bytes, and the client hears what was left out', async () => {
    await write('a', '12345');
    await write('b', '12345');
    await write('large', '1234567890');
    const limits = { ...COLLECT_LIMITS, fileBytes: 8, newBytes: 12 };
    expect(await collect({ limits })).toEqual([expect.stringContaining('large is too large')]);
    expect(Object.keys(await contents()).toSorted()).toEqual(['a', 'b']);
    await write('1/2/3', 'deep');
    expect(await collect({ limits: { ...COLLECT_LIMITS, depth: 2 } })).toEqual([
      expect.stringContaining('2 levels'),
    ]);
    expect(await collect({ limits: { ...COLLECT_LIMITS, entries: 2 } })).toEqual([
      expect.stringContaining('2 entries'),
    ]);
    await write('new', 'x');
    expect(await collect({ isFull: () => true })).toEqual([expect.stringContaining('no room')]);
  });

  it('is neither lost nor there twice when it all ends in the middle', async () => {
    for (let i = 0; i < 60; i++) await write(`file-${i}`, `content ${i}`);
    let commits = 0;
    const failing: CollectContext['store'] = {
      readOutputs: (...args) => store.readOutputs(...args),
      findUsedDigests: (...args) => store.findUsedDigests(...args),
      replaceOutputs: (...args) =>
        commits++ === 0 ? store.replaceOutputs(...args) : Promise.reject(new Error('The end.')),
    };
    await expect(collect({ store: failing })).rejects.toThrow('The end.');
    const first = (await listed()).map(({ id }) => id);
    expect(first.length).toBe(50);
    expect(await collect()).toEqual([]);
    const all = await listed();
    expect(all.length).toBe(60);
    expect(all.map(({ id }) => id)).toEqual(expect.arrayContaining(first));
  });

  it('is not taken by whoever has lost the lease', async () => {
    await write('a', 'a');
    expect(await collect({}, lease.epoch + 1)).toBeUndefined();
    expect(await listed()).toEqual([]);
    await rm(directory, { recursive: true });
    expect(await collect()).toEqual([]);
  });
});
