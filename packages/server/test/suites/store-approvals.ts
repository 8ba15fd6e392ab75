import { describe, expect, it } from 'vitest';
import { newApproval, newSession, newWork, stateEvent, T0, TENANT } from './samples.ts';
import type { CreateDatabase } from './store-suite.ts';
import { withStore } from './with-store.ts';

export function describeApprovals(createDatabase: CreateDatabase): void {
  describe('approvals', () => {
    it(
      'are stored with the event that asks, listed by state and session in either order, and gone with the session',
      withStore(createDatabase, async (store) => {
        const [one, other] = [newWork(), newWork()];
        for (const work of [one, other]) await store.createSession(TENANT, work);
        const approvals = [one, other, one].map(({ session }, index) => newApproval(session.id, index));
        for (const approval of approvals) {
          await store.commit(TENANT, approval.sessionId, {
            openApprovals: [approval],
            events: [stateEvent()],
          });
        }
        const ids = async (query: { sessionId?: string; after?: string; order?: 'asc' | 'desc' }) =>
          (await store.listApprovals(TENANT, { limit: 10, states: ['open'], ...query })).map(({ id }) => id);
        expect(await ids({})).toEqual(approvals.map(({ id }) => id));
        expect(await ids({ sessionId: one.session.id })).toEqual([approvals[0]?.id, approvals[2]?.id]);
        expect(await ids({ after: approvals[0]?.id ?? '' })).toEqual([approvals[1]?.id, approvals[2]?.id]);
        const newestFirst = approvals.map(({ id }) => id).toReversed();
        expect(await ids({ order: 'desc' })).toEqual(newestFirst);
        expect(await ids({ order: 'desc', after: newestFirst[0] ?? '' })).toEqual(newestFirst.slice(1));
        expect(await store.readApproval(TENANT, approvals[1]?.id ?? '')).toEqual(approvals[1]);
        expect(await store.readApproval('another', approvals[1]?.id ?? '')).toBeUndefined();

        const [claimed] = await store.claim({ owner: 'a', leaseMs: 1, slots: 1, limit: 1 });
        const { id, leaseEpoch } = {
          id: claimed?.session.id ?? '',
          leaseEpoch: claimed?.head.leaseEpoch ?? 0,
        };
        await store.deleteSession(TENANT, id, leaseEpoch);
        expect(await ids({ sessionId: id })).toEqual([]);
      }),
    );

    it(
      'are answered once: of many who decide at the same time one wins, and its event alone is in the log',
      withStore(createDatabase, async (store) => {
        const session = newSession();
        await store.createSession(TENANT, { session, wakeAt: null });
        const approval = newApproval(session.id, 0);
        await store.commit(TENANT, session.id, { openApprovals: [approval] });
        const results = await Promise.all(
          Array.from({ length: 8 }, (_, index) =>
            store.commit(TENANT, session.id, {
              answerApprovals: [
                {
                  id: approval.id,
                  decision: {
                    behavior: index % 2 ? 'allow' : 'deny',
                    by: `person ${index}`,
                    remember: false,
                  },
                  closedAt: T0 + index,
                },
              ],
              events: [stateEvent()],
              head: { wakeAt: T0, needsSlot: true },
            }),
          ),
        );
        const winner = results.findIndex((result) => result.ok);
        expect(results.filter((result) => result.ok)).toHaveLength(1);
        expect(results.filter((result) => !result.ok && result.conflict === 'answered')).toHaveLength(7);
        expect(await store.readApproval(TENANT, approval.id)).toMatchObject({
          state: winner % 2 ? 'allowed' : 'denied',
          decision: { by: `person ${winner}` },
          closedAt: T0 + winner,
        });
        await store.commit(TENANT, session.id, {
          deliverApprovals: { ids: [approval.id], deliveredAt: T0 + 99 },
        });
        expect(await store.readApproval(TENANT, approval.id)).toMatchObject({ deliveredAt: T0 + 99 });
        expect(await store.readEvents(TENANT, session.id, 0, 10)).toHaveLength(1);
        expect((await store.readSession(TENANT, session.id))?.head.wakeAt).toBe(T0);
      }),
    );

    it(
      'expire, and cannot be answered then, nor by way of another session',
      withStore(createDatabase, async (store) => {
        const [session, other] = [newSession(), newSession()];
        for (const one of [session, other]) await store.createSession(TENANT, { session: one, wakeAt: null });
        const [first, second] = [newApproval(session.id, 0), newApproval(session.id, 1)];
        await store.commit(TENANT, session.id, { openApprovals: [first, second] });
        const answerApproval = {
          id: first.id,
          decision: { behavior: 'allow' as const, by: 'me', remember: false },
          closedAt: T0,
        };
        expect(await store.commit(TENANT, other.id, { answerApprovals: [answerApproval] })).toMatchObject({
          conflict: 'answered',
        });
        await store.commit(TENANT, session.id, { expireApprovals: { ids: [first.id], closedAt: T0 + 5 } });
        expect(await store.commit(TENANT, session.id, { answerApprovals: [answerApproval] })).toMatchObject({
          conflict: 'answered',
        });
        expect(await store.readApproval(TENANT, first.id)).toMatchObject({
          state: 'expired',
          closedAt: T0 + 5,
        });
        expect(await store.readApproval(TENANT, second.id)).toMatchObject({ state: 'open', closedAt: null });
      }),
    );
  });
}
