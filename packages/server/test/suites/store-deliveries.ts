import { describe, expect, it } from 'vitest';
import type { DeliveryRecord } from '#src/store/records.ts';
import type { DeliveryOutcome } from '#src/store/deliveries.ts';
import type { Store } from '#src/store/store.ts';
import { createClaimed, newDelivery, newKey, newSession, SCOPE, T0, TENANT } from './samples.ts';
import type { CreateDatabase } from './store-suite.ts';
import { withStore } from './with-store.ts';

export function describeDeliveries(createDatabase: CreateDatabase): void {
  describe('deliveries to the webhook', () => {
    it(
      'are stored with their commit, and not at all with a refused one',
      withStore(createDatabase, async (store) => {
        const session = newSession();
        await store.createSession(TENANT, { session, wakeAt: null });
        let rings = 0;
        store.hints.onDeliveries(() => rings++);
        const [delivery, refused] = [newDelivery(0), newDelivery(1)];
        await store.commit(TENANT, session.id, { deliveries: [delivery] });
        await store.commit(TENANT, session.id, { expectedVersion: 0, deliveries: [refused] });
        expect(rings).toBe(1);
        const expected: DeliveryRecord = {
          ...delivery,
          tenantId: TENANT,
          sessionId: session.id,
          state: 'pending',
          attempts: 0,
          failures: 0,
          nextAttemptAt: T0,
          lastAttemptAt: null,
          responseStatus: null,
          error: null,
        };
        expect(await store.listDeliveries(TENANT, { limit: 9 })).toEqual([expected]);
        expect(await claim(store, T0)).toEqual([{ ...expected, attempts: 1 }]);
      }),
    );

    it(
      'are one claimer’s alone until its lease ends',
      withStore(createDatabase, async (store) => {
        const made = await addSessions(store, 12);
        const claims = await Promise.all(Array.from({ length: 4 }, () => claim(store, T0, 5)));
        const ids = claims.flat().map(({ id }) => id);
        expect(new Set(ids).size).toBe(ids.length);
        await claim(store, T0, 20);
        expect(await claim(store, T0 + LEASE_MS - 1)).toEqual([]);
        const again = await claim(store, T0 + LEASE_MS, 20);
        expect(again.map(({ id, attempts }) => `${id} ${attempts}`).toSorted()).toEqual(
          made.map(({ id }) => `${id} 2`).toSorted(),
        );
      }),
    );

    it(
      'go in order within a session, but one in its back-off is overtaken',
      withStore(createDatabase, async (store) => {
        const session = newSession();
        await store.createSession(TENANT, { session, wakeAt: null });
        const [first, second, third] = [newDelivery(0), newDelivery(0), newDelivery(0)];
        await store.commit(TENANT, session.id, { deliveries: [first, second, third] });
        expect(await claimedIds(store, T0)).toEqual([first.id]);
        // Under way: the next one waits, also when it is the turn of another node.
        expect(await claimedIds(store, T0)).toEqual([]);
        await settle(store, session.id, first.id, 1, { failures: 1, nextAttemptAt: T0 + 50 });
        expect(await claimedIds(store, T0 + 1)).toEqual([second.id]);
        await settle(store, session.id, second.id, 1, { state: 'delivered', nextAttemptAt: null });
        // Both are due: the earlier one first.
        expect(await claimedIds(store, T0 + 60)).toEqual([first.id]);
        await settle(store, session.id, first.id, 2, { state: 'delivered', nextAttemptAt: null });
        expect(await claimedIds(store, T0 + 60)).toEqual([third.id]);
      }),
    );

    it(
      'note the outcome of an attempt only while no other has begun',
      withStore(createDatabase, async (store) => {
        const [made] = await addSessions(store, 1);
        if (made === undefined) throw new Error('There is no delivery.');
        const { id, sessionId } = made;
        await claim(store, T0);
        await claim(store, T0 + LEASE_MS);
        const delivered = { state: 'delivered' as const, nextAttemptAt: null };
        expect(await settle(store, sessionId, id, 1, delivered)).toBe(false);
        const failed = {
          failures: 1,
          nextAttemptAt: T0 + 9,
          lastAttemptAt: T0 + 1,
          responseStatus: 500,
          error: 'no',
        };
        expect(await settle(store, sessionId, id, 2, failed)).toBe(true);
        expect(await settle(store, sessionId, id, 2, delivered)).toBe(false);
        expect(await store.listDeliveries(TENANT, { limit: 9 })).toMatchObject([
          { state: 'pending', attempts: 2, ...failed },
        ]);
        // Broken off: due as before.
        expect(await claimedIds(store, T0 + 9)).toEqual([id]);
        expect(await settle(store, sessionId, id, 3, {})).toBe(true);
        expect(await claimedIds(store, T0 + 9)).toEqual([id]);
      }),
    );

    it(
      'are replayed from the start of the back-off, once for a key, also while an attempt is under way',
      withStore(createDatabase, async (store) => {
        const [made] = await addSessions(store, 1);
        if (made === undefined) throw new Error('There is no delivery.');
        const { id, sessionId } = made;
        await claim(store, T0);
        await settle(store, sessionId, id, 1, { state: 'failed', failures: 10, nextAttemptAt: null });
        expect(await claim(store, T0 + 999_999)).toEqual([]);
        const idempotency = newKey('again');
        const replay = { id, now: T0 + 5, idempotency };
        expect(await store.replayDelivery('another', { id, now: T0 })).toMatchObject({ conflict: 'gone' });
        const results = await Promise.all(
          Array.from({ length: 5 }, () => store.replayDelivery(TENANT, replay)),
        );
        expect(results.filter(({ ok }) => ok)).toHaveLength(1);
        expect(results.filter((result) => !result.ok && result.conflict === 'repeated')).toHaveLength(4);
        expect(await store.readIdempotency(TENANT, { scope: SCOPE, key: 'again', now: T0 })).toBeDefined();
        expect(await claim(store, T0 + 5)).toMatchObject([{ id, failures: 0, attempts: 2 }]);
        // The attempt under way does not count any more.
        await store.replayDelivery(TENANT, { id, now: T0 + 6 });
        expect(await settle(store, sessionId, id, 2, { state: 'delivered', nextAttemptAt: null })).toBe(
          false,
        );
        expect(await claimedIds(store, T0 + 6)).toEqual([id]);
      }),
    );

    it(
      'are listed newest first, by state, page by page',
      withStore(createDatabase, async (store) => {
        const made = await addSessions(store, 5);
        const ids = made.map(({ id }) => id).toReversed();
        await claim(store, T0, 1);
        const [sent] = made;
        if (sent)
          await settle(store, sent.sessionId, sent.id, 1, { state: 'delivered', nextAttemptAt: null });
        const list = async (query: Parameters<Store['listDeliveries']>[1]) =>
          (await store.listDeliveries(TENANT, query)).map(({ id }) => id);
        expect(await list({ limit: 9 })).toEqual(ids);
        expect(await list({ limit: 2, before: ids[1] })).toEqual(ids.slice(2, 4));
        expect(await list({ limit: 9, state: 'delivered' })).toEqual([sent?.id]);
        expect(await list({ limit: 9, state: 'pending' })).toEqual(ids.slice(0, 4));
        expect(await store.listDeliveries('another', { limit: 9 })).toEqual([]);
      }),
    );

    it(
      'of a deleted session are still sent, and then nothing is kept of them',
      withStore(createDatabase, async (store) => {
        const { session, head } = await createClaimed(store);
        const [sent, open] = [newDelivery(0), newDelivery(1)];
        await store.commit(TENANT, session.id, { deliveries: [sent, open] });
        await claim(store, T0);
        await settle(store, session.id, sent.id, 1, { state: 'delivered', nextAttemptAt: null });
        expect(await store.deleteSession(TENANT, session.id, head.leaseEpoch)).toBe(true);
        expect(await claimedIds(store, T0 + 1)).toEqual([open.id]);
        await settle(store, session.id, open.id, 1, { state: 'delivered', nextAttemptAt: null });
        expect(await store.listDeliveries(TENANT, { limit: 9 })).toEqual([]);
      }),
    );

    it(
      'are removed when they are old, so many at a time',
      withStore(createDatabase, async (store) => {
        const session = newSession();
        await store.createSession(TENANT, { session, wakeAt: null });
        const made = [0, 1, 2, 3].map((ms) => newDelivery(ms));
        await store.commit(TENANT, session.id, { deliveries: made });
        const remove = () =>
          store.removeExpired({ now: T0, deliveriesBefore: T0 + 3, filesBefore: T0, limit: 2 });
        expect(await remove()).toBe(false);
        expect(await store.listDeliveries(TENANT, { limit: 9 })).toHaveLength(2);
        expect(await remove()).toBe(true);
        expect(await store.listDeliveries(TENANT, { limit: 9 })).toMatchObject([{ id: made[3]?.id }]);
      }),
    );
  });
}

const LEASE_MS = 1000;

/** As many sessions, each with one delivery; oldest first. */
async function addSessions(store: Store, count: number): Promise<{ id: string; sessionId: string }[]> {
  const made: { id: string; sessionId: string }[] = [];
  for (let index = 0; index < count; index++) {
    const session = newSession();
    await store.createSession(TENANT, { session, wakeAt: null });
    const delivery = newDelivery(0);
    await store.commit(TENANT, session.id, { deliveries: [delivery] });
    made.push({ id: delivery.id, sessionId: session.id });
  }
  return made;
}

function claim(store: Store, now: number, limit = 100): Promise<DeliveryRecord[]> {
  return store.claimDeliveries({ now, leaseUntil: now + LEASE_MS, limit });
}

async function claimedIds(store: Store, now: number): Promise<string[]> {
  return (await claim(store, now)).map(({ id }) => id);
}

function settle(
  store: Store,
  sessionId: string,
  id: string,
  attempts: number,
  set: DeliveryOutcome['set'],
): Promise<boolean> {
  return store.settleDelivery({ tenantId: TENANT, sessionId, id, attempts, set });
}
