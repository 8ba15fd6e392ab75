import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { IdempotencyRecord } from '#src/store/records.ts';
import type { Store } from '#src/store/store.ts';
import {
  KEPT_MS,
  messageEvent,
  newKey,
  newSession,
  newWork,
  SCOPE,
  stateEvent,
  T0,
  TENANT,
} from './samples.ts';
import type { CreateDatabase } from './store-suite.ts';
import { withStore } from './with-store.ts';

export function describeIdempotency(createDatabase: CreateDatabase): void {
  describe('a key', () => {
    it(
      'is stored with what it makes: of 100 equal creations at once there is one session, and the others leave nothing',
      withStore(createDatabase, async (store) => {
        const works = Array.from({ length: 100 }, () => newWork());
        const results = await Promise.all(
          works.map((work) =>
            store.createSession(TENANT, { ...work, idempotency: newKey('a', { answer: work.session.id }) }),
          ),
        );
        const winners = works.filter((_, index) => results[index]?.ok);
        expect(winners).toHaveLength(1);
        expect(results.filter((result) => !result.ok && result.conflict === 'repeated')).toHaveLength(99);
        const sessions = await store.listSessions(TENANT, { limit: 200, order: 'oldest' });
        expect(sessions.map(({ session }) => session.id)).toEqual([winners[0]?.session.id]);
        expect(await store.readIdempotency(TENANT, { scope: SCOPE, key: 'a', now: T0 })).toEqual(
          newKey('a', { answer: winners[0]?.session.id ?? '' }),
        );
        const claimed = await store.claim({ owner: 'w', leaseMs: 1, slots: 9, limit: 9 });
        expect(claimed).toHaveLength(1);
      }),
    );

    it(
      'counts for one tenant and one route',
      withStore(createDatabase, async (store) => {
        const create = (tenantId: string, idempotency: IdempotencyRecord) =>
          store.createSession(tenantId, { ...newWork({ tenantId }), idempotency });
        expect(await create(TENANT, newKey('a'))).toEqual({ ok: true });
        expect(await create('another', newKey('a'))).toEqual({ ok: true });
        expect(await create(TENANT, newKey('a', { scope: 'POST /v1/sessions' }))).toEqual({ ok: true });
        expect(await create(TENANT, newKey('A'))).toEqual({ ok: true });
        expect(await create(TENANT, newKey('a'))).toEqual({ ok: false, conflict: 'repeated' });
        expect(await store.readIdempotency('third', { scope: SCOPE, key: 'a', now: T0 })).toBeUndefined();
      }),
    );

    it(
      'of a commit is used only if the commit is made, and a repeated one leaves nothing',
      withStore(createDatabase, async (store) => {
        const [session, other] = [newSession(), newSession()];
        for (const one of [session, other]) await store.createSession(TENANT, { session: one, wakeAt: null });
        const idempotency = newKey('a');
        const read = () => store.readIdempotency(TENANT, { scope: SCOPE, key: 'a', now: T0 });

        const events = [stateEvent()];
        expect(await store.commit(TENANT, session.id, { expectedVersion: 9, idempotency })).toMatchObject({
          conflict: 'version',
        });
        expect(await store.commit(TENANT, 'nobody', { idempotency })).toMatchObject({ conflict: 'gone' });
        const answerApproval = {
          id: 'none',
          decision: { behavior: 'allow' as const, by: 'me', remember: false },
          closedAt: T0,
        };
        expect(
          await store.commit(TENANT, session.id, { answerApprovals: [answerApproval], idempotency }),
        ).toMatchObject({
          conflict: 'answered',
        });
        expect(await read()).toBeUndefined();

        expect(await store.commit(TENANT, session.id, { events, idempotency })).toMatchObject({ ok: true });
        expect(await read()).toEqual(idempotency);
        const repeated = { events: [messageEvent('again')], idempotency };
        for (const { id } of [session, other]) {
          expect(await store.commit(TENANT, id, repeated)).toEqual({ ok: false, conflict: 'repeated' });
        }
        expect(await store.readEvents(TENANT, session.id, 0, 9)).toHaveLength(1);
        expect((await store.readSession(TENANT, other.id))?.head.version).toBe(1);
      }),
    );

    it(
      'of a neighbour in the same transaction does not suffer from a write that fails',
      withStore(createDatabase, async (store) => {
        const work = newWork();
        await store.createSession(TENANT, work);
        const results = await Promise.allSettled([
          // This row is there already.
          store.createSession(TENANT, { ...work, idempotency: newKey('broken') }),
          ...Array.from({ length: 5 }, () =>
            store.createSession(TENANT, { ...newWork(), idempotency: newKey('a') }),
          ),
        ]);
        expect(results[0]?.status).toBe('rejected');
        const ok = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value.ok] : []));
        expect(ok.filter(Boolean)).toHaveLength(1);
        expect(ok).toHaveLength(5);
        expect(await store.readIdempotency(TENANT, { scope: SCOPE, key: 'broken', now: T0 })).toBeUndefined();
      }),
    );

    it(
      'may be used again when its time is over, and is removed then',
      withStore(createDatabase, async (store) => {
        const use = (key: string, at: number) =>
          store.createSession(TENANT, { ...newWork(), idempotency: newKey(key, { at }) });
        expect(await use('a', T0)).toEqual({ ok: true });
        expect(await use('a', T0 + KEPT_MS - 1)).toMatchObject({ conflict: 'repeated' });
        const query = { scope: SCOPE, key: 'a' };
        expect(await store.readIdempotency(TENANT, { ...query, now: T0 + KEPT_MS })).toBeUndefined();
        expect(await use('a', T0 + KEPT_MS)).toEqual({ ok: true });
        expect(await store.readIdempotency(TENANT, { ...query, now: T0 + KEPT_MS })).toMatchObject({
          createdAt: T0 + KEPT_MS,
        });
        for (const key of ['b', 'c', 'd']) await use(key, T0);
        const expire = (limit: number) =>
          store.removeExpired({ now: T0 + KEPT_MS, deliveriesBefore: T0, filesBefore: T0, limit });
        expect(await expire(2)).toBe(false);
        expect(await expire(2)).toBe(true);
        // Seen from then: all but the one that was used again are gone.
        const left = await Promise.all(
          ['a', 'b', 'c', 'd'].map((key) => store.readIdempotency(TENANT, { scope: SCOPE, key, now: T0 })),
        );
        expect(left.map((record) => record?.createdAt)).toEqual([
          T0 + KEPT_MS,
          undefined,
          undefined,
          undefined,
        ]);
      }),
    );

    it(
      'makes one session in its time, whatever the order of requests, keys and clocks',
      withStore(createDatabase, async (store) => {
        let scope = 0;
        await fc.assert(
          fc.asyncProperty(fc.array(fc.array(request, { maxLength: 8 }), { maxLength: 8 }), (batches) =>
            play(store, `scope ${scope++}`, batches),
          ),
          { numRuns: 40 },
        );
      }),
    );
  });
}

const request = fc.record({ key: fc.constantFrom('x', 'y', 'z'), fails: fc.boolean() });

/** Batches are made at once, each at a later time than the one before. */
async function play(
  store: Store,
  scope: string,
  batches: { key: string; fails: boolean }[][],
): Promise<void> {
  const usedAt = new Map<string, number>();
  const session = newSession();
  await store.createSession(TENANT, { session, wakeAt: null });
  for (const [index, batch] of batches.entries()) {
    const at = T0 + index * (KEPT_MS / 3);
    const results = await Promise.all(
      batch.map(({ key, fails }) =>
        store.commit(TENANT, session.id, {
          ...(fails && { expectedVersion: 0 }),
          events: [stateEvent()],
          idempotency: newKey(key, { scope, at }),
        }),
      ),
    );
    for (const key of new Set(batch.map((one) => one.key))) {
      const own = results.filter((_, place) => batch[place]?.key === key && !batch[place]?.fails);
      const before = usedAt.get(key);
      const isFree = before === undefined || at >= before + KEPT_MS;
      expect(own.filter((result) => result.ok)).toHaveLength(isFree && own.length > 0 ? 1 : 0);
      if (isFree && own.length > 0) usedAt.set(key, at);
    }
  }
}
