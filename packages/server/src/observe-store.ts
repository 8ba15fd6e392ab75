import type { Clock } from './lib/clock.ts';
import type { Store } from './store/store.ts';
import type { Telemetry } from './telemetry.ts';

/**
 * The same store, which tells how long its writes take, and what became of messages to the webhook. Not of claims and
 * leases: they are asked for all the time.
 */
export function observeStore(
  store: Store,
  clock: Clock,
  telemetry: Pick<Telemetry, 'storeWritten' | 'deliveryTried'>,
): Store {
  function timed<Args extends unknown[], Result>(
    operation: string,
    write: (...args: Args) => Promise<Result>,
  ): (...args: Args) => Promise<Result> {
    return async (...args) => {
      const begunAt = clock.monotonic();
      let ok = false;
      try {
        const result = await write(...args);
        ok = true;
        return result;
      } finally {
        telemetry.storeWritten({ operation, durationMs: clock.monotonic() - begunAt, ok });
      }
    };
  }
  return {
    ...store,
    createSession: timed('create_session', store.createSession),
    commit: timed('commit', store.commit),
    appendTranscript: timed('append_transcript', store.appendTranscript),
    recordUsage: timed('record_usage', store.recordUsage),
    async settleDelivery(outcome) {
      // One that was broken off says nothing of the receiver.
      if (outcome.set.state) telemetry.deliveryTried(outcome.set.state);
      return store.settleDelivery(outcome);
    },
  };
}
