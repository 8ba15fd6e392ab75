import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BlobMissing, BlobTooLarge, NoRoom, type Blobs, type StageLimits } from '#src/blobs/blobs.ts';
import { createBlobDirectory } from '#src/blobs/directory.ts';
import { systemClock } from '#src/lib/clock.ts';
import { HOUR } from '#src/lib/duration.ts';
import { ManualClock } from '../support/manual-clock.ts';

let root: string;
let blobs: Blobs;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'bullpen-blobs-'));
  blobs = createBlobDirectory(root, systemClock);
});
afterEach(async () => rm(root, { recursive: true, force: true }));

const LIMITS: StageLimits = { maxBytes: 1000, isFull: () => false, signal: new AbortController().signal };
const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex');

async function* chunks(...texts: string[]): AsyncGenerator<Buffer> {
  for (const text of texts) yield Buffer.from(text);
}

async function keep(text: string): Promise<string> {
  await using blob = await blobs.stage(chunks(text), LIMITS);
  await blob.keep(async () => undefined);
  return blob.digest;
}

async function read(digest: string): Promise<string | undefined> {
  const opened = await blobs.open(digest);
  if (!opened) return undefined;
  const parts: Buffer[] = [];
  for await (const chunk of opened.stream) parts.push(chunk as Buffer);
  return Buffer.concat(parts).toString();
}

async function filesOnDisk(): Promise<string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
}

const used = async (): Promise<boolean> => true;
const unused = async (): Promise<boolean> => false;

describe('bytes in a directory', () => {
  it('are kept under their digest once somebody has them, and can be read only', async () => {
    const blob = await blobs.stage(chunks('ab', 'c'), LIMITS);
    expect(blob).toMatchObject({ digest: digestOf('abc'), bytes: 3 });
    expect(await blobs.has(blob.digest)).toBe(false);
    expect(await blob.keep(async () => blobs.has(blob.digest))).toBe(true);
    await blob[Symbol.asyncDispose]();
    expect(await read(blob.digest)).toBe('abc');
    expect(await filesOnDisk()).toEqual([blob.digest]);
    const path = join(root, blob.digest.slice(0, 2), blob.digest);
    expect((await stat(path)).mode & 0o777).toBe(0o444);
  });

  it('that are too many, find no room or stop coming leave nothing', async () => {
    const { signal } = new AbortController();
    await expect(blobs.stage(chunks('x'.repeat(600), 'x'.repeat(600)), LIMITS)).rejects.toThrow(BlobTooLarge);
    await expect(blobs.stage(chunks('x'), { ...LIMITS, isFull: () => true })).rejects.toThrow(NoRoom);
    await expect(blobs.stage(chunks('x'), { ...LIMITS, signal: AbortSignal.abort() })).rejects.toThrow();
    const broken = (async function* () {
      yield Buffer.from('x');
      throw new Error('cut off');
    })();
    await expect(blobs.stage(broken, { ...LIMITS, signal })).rejects.toThrow('cut off');
    await using _unkept = await blobs.stage(chunks('x'), LIMITS);
    expect(await filesOnDisk()).toHaveLength(1);
  });

  it('can be put elsewhere, where they stay when they are removed here', async () => {
    const digest = await keep('abc');
    const path = join(root, 'placed');
    await blobs.place(digest, path);
    await blobs.removeUnused(digest, unused);
    expect(await read(digest)).toBeUndefined();
    expect(await readFile(path, 'utf8')).toBe('abc');
    await expect(blobs.place(digest, `${path}2`)).rejects.toThrow(BlobMissing);
  });

  it('are removed only if nobody has them, also when somebody gets them meanwhile', async () => {
    const digest = await keep('abc');
    await blobs.removeUnused(digest, used);
    expect(await read(digest)).toBe('abc');
    // Asked twice: between the answers somebody has come.
    const answers = [false, true];
    await blobs.removeUnused(digest, async () => answers.shift() ?? true);
    expect(await read(digest)).toBe('abc');
    // Not to be able to ask counts as yes.
    let asked = 0;
    await blobs.removeUnused(digest, async () => {
      if (asked++ > 0) throw new Error('away');
      return false;
    });
    expect(await read(digest)).toBe('abc');
    await blobs.removeUnused(digest, unused);
    expect(await filesOnDisk()).toEqual([]);
  });

  it('are there after they were kept, whoever removed equal ones at that moment', async () => {
    for (let round = 0; round < 50; round++) {
      let isCommitted = false;
      const isUsed = async () => isCommitted;
      const blob = await blobs.stage(chunks('abc'), LIMITS);
      await Promise.all([
        blob.keep(async () => {
          // The remover is anywhere between its first look and its last step.
          for (let i = 0; i < round % 10; i++) await new Promise((resolve) => setImmediate(resolve));
          isCommitted = true;
        }),
        blobs.removeUnused(blob.digest, isUsed),
        blobs.removeUnused(blob.digest, isUsed),
      ]);
      await blob[Symbol.asyncDispose]();
      expect(await read(blob.digest)).toBe('abc');
      expect(await filesOnDisk()).toEqual([blob.digest]);
    }
  });

  it('that a crash left half in or half out are put right', async () => {
    const [needed, dead] = [await keep('needed'), await keep('dead')];
    for (const digest of [needed, dead]) {
      const path = join(root, digest.slice(0, 2), digest);
      await rename(path, `${path}.01234567-89ab-4def-8123-456789abcdef`);
    }
    await blobs.stage(chunks('never kept'), LIMITS);
    const isUsed = async (digest: string) => digest === needed;
    await blobs.tidy(isUsed);
    expect(await filesOnDisk()).toHaveLength(3);
    const later = createBlobDirectory(root, new ManualClock(Date.now() + 25 * HOUR));
    await later.tidy(isUsed);
    expect(await read(needed)).toBe('needed');
    expect(await filesOnDisk()).toEqual([needed]);
  });

  it('are listed', async () => {
    const digests = [await keep('a'), await keep('b'), await keep('c')];
    const listed: string[] = [];
    for await (const page of blobs.list()) listed.push(...page);
    expect(listed.toSorted()).toEqual(digests.toSorted());
  });
});
