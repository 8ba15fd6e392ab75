import { setTimeout as sleep } from 'node:timers/promises';
import { SECOND } from '../lib/duration.ts';
import { StoreUnavailableError } from './store.ts';

/** The pause after the first attempt; each further one is twice as long, up to the longest. */
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2 * SECOND;

/**
 * The one rule for everybody who cannot answer 503: does `work` again while the store is away, with growing pauses.
 * When `signal` aborts it rejects with what the store said last. `work` must bear repetition: a failed write may have
 * been stored all the same.
 */
export async function whileAway<Result>(
  work: (attempt: number) => Promise<Result>,
  signal: AbortSignal,
): Promise<Result> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await work(attempt);
    } catch (error) {
      if (!(error instanceof StoreUnavailableError) || signal.aborted) throw error;
      await pause(Math.min(FIRST_PAUSE_MS * 2 ** attempt, LONGEST_PAUSE_MS), signal);
      if (signal.aborted) throw error;
    }
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, { signal });
  } catch {
    // Aborted: the caller sees it by the signal.
  }
}
