import type { Clock } from '../lib/clock.ts';
import { HOUR, MINUTE } from '../lib/duration.ts';
import type { Log } from '../log.ts';
import { Wake } from '../sessions/wake.ts';
import type { Store } from '../store/store.ts';

const LOOK_AGAIN_MS = 10 * MINUTE;
/** How long the log of webhook deliveries is kept; far longer than a delivery is tried. */
const DELIVERIES_KEPT_MS = 30 * 24 * HOUR;
/** How long a file whose time is over is still told of; its bytes go at once. */
const FILES_KEPT_MS = 30 * 24 * HOUR;
/** Removed in one transaction: others do not wait long for it. */
const AT_ONCE = 500;

/** Removes rows whose time is over (used keys of requests, old webhook deliveries) from time to time, until disposed of. */
export function removeExpiredRows(
  store: Pick<Store, 'removeExpired'>,
  clock: Clock,
  log: Log,
): AsyncDisposable {
  const stop = new AbortController();
  const looking = look();

  async function look(): Promise<void> {
    using wake = new Wake(stop.signal);
    while (!stop.signal.aborted) {
      try {
        const now = clock.now();
        const request = {
          now,
          deliveriesBefore: now - DELIVERIES_KEPT_MS,
          filesBefore: now - FILES_KEPT_MS,
          limit: AT_ONCE,
        };
        if (!(await store.removeExpired(request))) continue;
      } catch (error) {
        log.warn({ err: error }, 'Expired rows could not be removed; trying again later.');
      }
      await wake.wait(LOOK_AGAIN_MS);
    }
  }

  return {
    async [Symbol.asyncDispose]() {
      stop.abort();
      await looking;
    },
  };
}
