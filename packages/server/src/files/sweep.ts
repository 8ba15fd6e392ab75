import { setTimeout as sleep } from 'node:timers/promises';
import { HOUR, MINUTE } from '../lib/duration.ts';
import { dropUnused } from './bytes.ts';
import type { FilesContext } from './context.ts';

const LOOK_MS = 10 * MINUTE;
/** Going through everything that there is. */
const WALK_MS = 24 * HOUR;
const PAGE = 500;

export interface SweepContext extends Pick<FilesContext, 'store' | 'blobs' | 'clock' | 'log'> {
  /** Whether no other database knows of bytes that are here now. */
  isSoleUser(): Promise<boolean>;
}

/**
 * Removes bytes that nobody has any more: of files whose time is over, and what a crash left, until it is disposed of.
 */
export function sweepFiles(context: SweepContext): AsyncDisposable {
  const stop = new AbortController();
  const sweeping = sweep(context, stop.signal);
  return {
    async [Symbol.asyncDispose]() {
      stop.abort();
      await sweeping;
    },
  };
}

async function sweep(context: SweepContext, signal: AbortSignal): Promise<void> {
  const { clock, log } = context;
  let walkedAt: number | undefined;
  while (!signal.aborted) {
    try {
      await expire(context, signal);
      if (walkedAt === undefined || clock.monotonic() - walkedAt >= WALK_MS) {
        await walk(context, signal);
        walkedAt = clock.monotonic();
      }
    } catch (error) {
      log.warn({ err: error }, 'Bytes of files could not be swept; trying again later.');
    }
    await sleep(LOOK_MS, undefined, { signal }).catch(() => undefined);
  }
}

async function expire(context: SweepContext, signal: AbortSignal): Promise<void> {
  const { store, clock, log } = context;
  for (let count = PAGE; count === PAGE && !signal.aborted;) {
    const digests = await store.expireFiles({ now: clock.now(), limit: PAGE });
    await dropUnused(context, digests);
    count = digests.length;
    if (count > 0) log.info({ files: count }, 'The time of files was over: their bytes were removed.');
  }
}

async function walk(context: SweepContext, signal: AbortSignal): Promise<void> {
  const { store, blobs, log } = context;
  if (!(await context.isSoleUser())) return;
  await blobs.tidy(async (digest) => (await store.findUsedDigests([digest])).length > 0);
  let removed = 0;
  for await (const digests of blobs.list()) {
    if (signal.aborted || !(await context.isSoleUser())) return;
    const used = new Set(await store.findUsedDigests(digests));
    const unused = digests.filter((digest) => !used.has(digest));
    await dropUnused(context, unused);
    removed += unused.length;
  }
  if (removed > 0) log.info({ removed }, 'Bytes that no file has were removed.');
}
