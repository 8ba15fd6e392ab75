import type { HeadRecord } from '../store/records.ts';
import { whileAway } from '../store/while-away.ts';

/** Permission to work on a session, and the proof of it that goes with every write. */
export interface Lease {
  tenantId: string;
  sessionId: string;
  epoch: number;
  /**
   * Aborts when nothing may be written under it any more: it is lost or about to end, or the server stops and has
   * waited long enough for a store that is away.
   */
  ended: AbortSignal;
}

/** The lease went to somebody else (or the session is gone): nothing more may be written. */
export class LeaseLost extends Error {
  override name = 'LeaseLost';
}

/** Does `work` again while the store is away, for as long as the lease lasts; then throws LeaseLost. */
export async function whileHeld<Result>(
  { ended }: Pick<Lease, 'ended'>,
  work: (attempt: number) => Promise<Result>,
): Promise<Result> {
  try {
    return await whileAway(work, ended);
  } catch (error) {
    throw ended.aborted
      ? new LeaseLost('The store was away for longer than the lease lasted.', { cause: error })
      : error;
  }
}

/**
 * Whether a commit that gives the lease back was stored: for one that is repeated because nobody knew. Nobody but its
 * holder gives a lease back.
 */
export function isGivenBack({ leaseOwner, leaseEpoch }: HeadRecord, { epoch }: Lease): boolean {
  return leaseOwner === null && leaseEpoch === epoch;
}
