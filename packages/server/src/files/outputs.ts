import { basename } from 'node:path';
import { BlobTooLarge, NoRoom, type Blobs, type StagedBlob } from '../blobs/blobs.ts';
import type { SessionErrorEvent } from '../domain/managed-events.ts';
import type { Clock } from '../lib/clock.ts';
import { createId } from '../lib/ids.ts';
import type { Log } from '../log.ts';
import type { FileReads, FileRecord, FileWrites } from '../store/files.ts';
import { dropUnused } from './bytes.ts';
import { mediaTypeOf } from './media-type.ts';
import { walkFiles, type FoundFile, type WalkLimits } from './walk.ts';

export interface CollectContext {
  store: Pick<FileReads, 'readOutputs' | 'findUsedDigests'> & Pick<FileWrites, 'replaceOutputs'>;
  blobs: Pick<Blobs, 'stage' | 'removeUnused'>;
  limits: CollectLimits;
  /** Whether the disk has no room for more. */
  isFull(): boolean;
  clock: Clock;
  log: Log;
}

export interface CollectLimits extends WalkLimits {
  fileBytes: number;
  /** Of what is new, each time. */
  newBytes: number;
}

export const COLLECT_LIMITS: CollectLimits = {
  entries: 10_000,
  depth: 32,
  fileBytes: 500 * 2 ** 20,
  newBytes: 4 * 2 ** 30,
};

export interface CollectRequest {
  tenantId: string;
  sessionId: string;
  /** Of the lease under which it is done. */
  epoch: number;
  directory: string;
  signal: AbortSignal;
}

/** Files that are stored in one transaction. */
const BATCH = 50;

/**
 * Makes what an agent wrote into its outputs folder files of its session: what is new, and what is not as it was when it
 * was taken last. Resolves with what its client has to hear; undefined: the lease is another's. It may be repeated at any
 * time: what has been taken is known by its stamp.
 */
export async function collectOutputs(
  context: CollectContext,
  request: CollectRequest,
): Promise<SessionErrorEvent[] | undefined> {
  const collector = new Collector(context, request);
  try {
    return await collector.run();
  } finally {
    await collector.discard();
  }
}

class Collector {
  readonly #context: CollectContext;
  readonly #request: CollectRequest;
  #known: Map<string | null, FileRecord> | undefined;
  #batch: { blob: StagedBlob; file: FileRecord }[] = [];
  #newBytes = 0;

  constructor(context: CollectContext, request: CollectRequest) {
    this.#context = context;
    this.#request = request;
  }

  async run(): Promise<SessionErrorEvent[] | undefined> {
    const { limits } = this.#context;
    const left: string[] = [];
    const walk = walkFiles(this.#request.directory, limits);
    for (;;) {
      const next = await walk.next();
      if (next.done) {
        if (next.value)
          left.push(`there are more than ${limits.entries} entries, or more than ${limits.depth} levels`);
        break;
      }
      const fault = await this.#take(next.value);
      if (fault !== undefined) left.push(`${next.value.path} ${fault}`);
      if (this.#batch.length >= BATCH && !(await this.#store())) return undefined;
    }
    if (!(await this.#store())) return undefined;
    return left.length === 0 ? [] : [toError(left)];
  }

  /** What was taken and not stored. */
  async discard(): Promise<void> {
    for (const { blob } of this.#batch.splice(0)) await blob[Symbol.asyncDispose]();
  }

  /** Resolves with what keeps it from being taken. */
  async #take({ path, handle, stats }: FoundFile): Promise<string | undefined> {
    const { blobs, limits, isFull, clock } = this.#context;
    const { tenantId, sessionId, signal } = this.#request;
    const stamp = stampOf(stats);
    const known = (await this.#knownFiles()).get(path);
    if (known?.stamp === stamp) return undefined;
    const room = Math.min(limits.fileBytes, limits.newBytes - this.#newBytes);
    let blob: StagedBlob;
    try {
      const source = handle.createReadStream({ autoClose: false });
      blob = await blobs.stage(source, { maxBytes: room, isFull, signal });
    } catch (error) {
      if (error instanceof BlobTooLarge) return 'is too large';
      if (error instanceof NoRoom) return 'has no room on the disk of the server';
      throw error;
    }
    this.#newBytes += blob.bytes;
    const now = clock.now();
    const name = basename(path);
    const file: FileRecord =
      known?.digest === blob.digest
        ? known
        : {
            tenantId,
            id: createId(now),
            sessionId,
            path,
            stamp,
            filename: name,
            mediaType: mediaTypeOf(name),
            sizeBytes: blob.bytes,
            digest: blob.digest,
            isDownloadable: true,
            createdAt: now,
            expiresAt: null,
          };
    // What was written while it was read is looked at again.
    const isWhole = stampOf(await handle.stat({ bigint: true })) === stamp;
    this.#batch.push({ blob, file: { ...file, stamp: isWhole ? stamp : null } });
    return undefined;
  }

  async #knownFiles(): Promise<Map<string | null, FileRecord>> {
    const { tenantId, sessionId } = this.#request;
    this.#known ??= new Map(
      (await this.#context.store.readOutputs(tenantId, sessionId)).map((file) => [file.path, file]),
    );
    return this.#known;
  }

  /** False: the lease is another's. */
  async #store(): Promise<boolean> {
    if (this.#batch.length === 0) return true;
    const { store } = this.#context;
    const { tenantId, sessionId, epoch } = this.#request;
    const files = this.#batch.map(({ file }) => file);
    const commit = () => store.replaceOutputs(tenantId, sessionId, epoch, files);
    // The bytes of all of them are there when the rows are.
    const keepAll = this.#batch.reduce<() => ReturnType<typeof commit>>(
      (inner, { blob }) =>
        () =>
          blob.keep(inner),
      commit,
    );
    const replaced = await keepAll();
    await this.discard();
    if (replaced) await dropUnused(this.#context, replaced);
    return replaced !== undefined;
  }
}

/** Changes whenever a file does. */
function stampOf({ ino, size, mtimeNs, ctimeNs }: FoundFile['stats']): string {
  return `${ino}.${size}.${mtimeNs}.${ctimeNs}`;
}

function toError(left: readonly string[]): SessionErrorEvent {
  const shown = left.slice(0, 5).join('; ');
  const more = left.length > 5 ? `; and ${left.length - 5} more` : '';
  return {
    type: 'session.error',
    error: { type: 'unknown_error', message: `Not all outputs are listed as files: ${shown}${more}.` },
    retry: 'retrying',
  };
}
