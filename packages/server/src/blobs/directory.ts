import { createHash, randomUUID } from 'node:crypto';
import { constants, type Stats } from 'node:fs';
import { copyFile, link, mkdir, open, readdir, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Clock } from '../lib/clock.ts';
import { HOUR, MINUTE } from '../lib/duration.ts';
import { hasCode } from '../lib/error-code.ts';
import { BlobMissing, BlobTooLarge, NoRoom, type Blobs, type StagedBlob, type StageLimits } from './blobs.ts';

/** Readable for whoever the sandbox shows it to; writable for nobody. */
const MODE = 0o444;
const DIGEST = /^[\da-f]{64}$/;
/** Set aside to be removed: `<digest>.<something unique>`. */
const DYING = /^([\da-f]{64})\.[\da-f-]{36}$/;
/** Whatever takes longer to come in, or to go, was left behind. */
const COMING_MS = 24 * HOUR;
const GOING_MS = MINUTE;

/**
 * Blobs in a directory, which several servers may share: `<root>/<first two digits>/<digest>`. `<root>/incoming`: what is
 * still coming.
 */
export function createBlobDirectory(root: string, clock: Clock): Blobs {
  const incoming = join(root, 'incoming');
  const pathOf = (digest: string): string => join(root, digest.slice(0, 2), digest);

  async function stage(source: AsyncIterable<Uint8Array>, limits: StageLimits): Promise<StagedBlob> {
    await mkdir(incoming, { recursive: true, mode: 0o700 });
    const temporary = join(incoming, randomUUID());
    try {
      const written = await write(temporary, source, limits);
      return {
        ...written,
        async keep(commit) {
          const path = pathOf(written.digest);
          await putInPlace(temporary, path);
          const result = await commit();
          // Somebody may have removed equal bytes before the commit; from now on nobody does.
          if (!(await exists(path))) await putInPlace(temporary, path);
          return result;
        },
        [Symbol.asyncDispose]: () => rm(temporary, { force: true }),
      };
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
  }

  return {
    stage,

    async open(digest) {
      const file = await openIfThere(pathOf(digest));
      if (!file) return undefined;
      const { size } = await file.stat();
      return { bytes: size, stream: file.createReadStream() };
    },

    has: (digest) => exists(pathOf(digest)),

    async place(digest, path) {
      try {
        await link(pathOf(digest), path);
      } catch (error) {
        if (hasCode(error, 'ENOENT')) throw new BlobMissing();
        // Another file system, or one without links.
        if (!hasCode(error, 'EXDEV', 'EPERM', 'ENOTSUP', 'EMLINK')) throw error;
        await copyFile(pathOf(digest), path, constants.COPYFILE_EXCL);
      }
    },

    async removeUnused(digest, isUsed) {
      if (!DIGEST.test(digest) || (await isUsed())) return;
      const path = pathOf(digest);
      const dying = `${path}.${randomUUID()}`;
      try {
        await rename(path, dying);
      } catch (error) {
        if (hasCode(error, 'ENOENT')) return;
        throw error;
      }
      // Not to know counts as yes.
      if (await isUsed().catch(() => true)) await putInPlace(dying, path);
      await rm(dying, { force: true });
    },

    async *list() {
      for (const part of await readParts(root)) {
        const names = await readdir(join(root, part));
        const digests = names.filter((name) => DIGEST.test(name));
        if (digests.length > 0) yield digests;
      }
    },

    async tidy(isUsed) {
      for (const name of await readdir(incoming).catch(() => [])) {
        if (await isOlder(join(incoming, name), COMING_MS, clock))
          await rm(join(incoming, name), { force: true });
      }
      for (const part of await readParts(root)) {
        for (const name of await readdir(join(root, part))) {
          const digest = DYING.exec(name)?.[1];
          const path = join(root, part, name);
          if (digest === undefined || !(await isOlder(path, GOING_MS, clock))) continue;
          if (await isUsed(digest)) await putInPlace(path, pathOf(digest));
          await rm(path, { force: true });
        }
      }
    },
  };
}

async function write(
  path: string,
  source: AsyncIterable<Uint8Array>,
  { maxBytes, isFull, signal }: StageLimits,
): Promise<{ digest: string; bytes: number }> {
  const hash = createHash('sha256');
  let bytes = 0;
  async function* measured(): AsyncIterable<Uint8Array> {
    for await (const chunk of source) {
      signal.throwIfAborted();
      bytes += chunk.length;
      if (bytes > maxBytes) throw new BlobTooLarge();
      if (isFull()) throw new NoRoom();
      hash.update(chunk);
      yield chunk;
    }
  }
  const file = await open(path, 'wx', MODE);
  try {
    await file.writeFile(measured());
    await file.sync();
  } catch (error) {
    throw hasCode(error, 'ENOSPC', 'EDQUOT') ? new NoRoom(undefined, { cause: error }) : error;
  } finally {
    await file.close();
  }
  return { digest: hash.digest('hex'), bytes };
}

/** Gives a file another name, if there is none of that name, and sees to it that it is on disk. */
async function putInPlace(from: string, to: string): Promise<void> {
  const directory = dirname(to);
  await mkdir(directory, { recursive: true, mode: 0o700 });
  try {
    await link(from, to);
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
    return;
  }
  const handle = await open(directory, constants.O_RDONLY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function openIfThere(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, constants.O_RDONLY);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

async function statIfThere(path: string): Promise<Stats | undefined> {
  try {
    return await stat(path);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

async function exists(path: string): Promise<boolean> {
  return (await statIfThere(path)) !== undefined;
}

async function isOlder(path: string, ageMs: number, clock: Clock): Promise<boolean> {
  const found = await statIfThere(path);
  return found !== undefined && clock.now() - found.ctimeMs > ageMs;
}

/** The directories of blobs, by the first digits of what is in them. */
async function readParts(root: string): Promise<string[]> {
  const names = await readdir(root).catch((error: unknown) => {
    if (hasCode(error, 'ENOENT')) return [];
    throw error;
  });
  return names.filter((name) => /^[\da-f]{2}$/.test(name));
}
