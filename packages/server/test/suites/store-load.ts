import { describe, expect, it } from 'vitest';
import type { CreateDatabase } from './store-suite.ts';
import { newApproval, newSession, newWork, stateEvent, T0, TENANT } from './samples.ts';
import { withStore } from './with-store.ts';

export function describeLoad(createDatabase: CreateDatabase): void {
  describe('load', () => {
    it(
      'counts sessions that are not at rest and open approvals, and knows since when the oldest waits',
      withStore(createDatabase, async (store, clock) => {
        const nothing = { queued: 0, running: 0, waiting: 0, rescheduling: 0, deleting: 0 };
        expect(await store.readLoad()).toEqual({
          sessions: nothing,
          longestWaitMs: null,
          openApprovals: 0,
        });

        for (const wakeAt of [T0 - 30, T0 - 20, T0 + 10]) {
          await store.createSession(TENANT, { ...newWork(), wakeAt });
        }
        const other = newSession({ state: 'waiting' });
        await store.createSession(TENANT, { session: other, wakeAt: null });
        await store.createSession(TENANT, { session: newSession({ state: 'completed' }), wakeAt: null });
        await store.commit(TENANT, other.id, {
          openApprovals: [newApproval(other.id, 0)],
          events: [stateEvent()],
        });
        const sessions = { ...nothing, queued: 3, waiting: 1 };
        expect(await store.readLoad()).toEqual({ sessions, longestWaitMs: 30, openApprovals: 1 });

        // A worker has the oldest: it does not wait any more.
        await store.claim({ owner: 'a', leaseMs: 100, slots: 1, limit: 1 });
        expect(await store.readLoad()).toMatchObject({ longestWaitMs: 20 });
        // But again when that worker is gone.
        await clock.set(T0 + 100);
        expect(await store.readLoad()).toMatchObject({ longestWaitMs: 130 });
      }),
    );
  });
}
