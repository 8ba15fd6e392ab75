import { describe, expect, it } from 'vitest';
import type { ClaimedSession, ClaimRequest, Store } from '#src/store/store.ts';
import type { CreateDatabase } from './store-suite.ts';
import { createClaimed, newUsage, newWork, stateEvent, T0, TENANT } from './samples.ts';
import { withStore } from './with-store.ts';

export function describeLeases(createDatabase: CreateDatabase): void {
  describe('leases', () => {
    it(
      'gives a session to one claimer, with its inputs and its run',
      withStore(createDatabase, async (store) => {
        const work = newWork();
        await store.createSession(TENANT, work);
        const claimed = await store.claim(request({ owner: 'a' }));
        expect(claimed).toEqual([
          {
            session: work.session,
            head: {
              version: 2,
              lastSeq: 0,
              messageCount: 0,
              openInputs: 1,
              wakeAt: T0,
              needsSlot: true,
              leaseOwner: 'a',
              leaseUntil: T0 + 10_000,
              leaseEpoch: 1,
              logBytes: 0,
              transcriptRemovedAt: null,
              workspaceRemovedAt: null,
              sent: {},
            },
            run: work.run,
            inputs: [{ ...work.input, pos: 1 }],
          },
        ]);
        expect(await store.claim(request({ owner: 'b' }))).toEqual([]);
      }),
    );

    it(
      'never gives one session to two claimers that ask at once',
      withStore(createDatabase, async (store) => {
        const works = Array.from({ length: 30 }, () => newWork());
        await Promise.all(works.map((work) => store.createSession(TENANT, work)));
        const claims = await Promise.all(
          Array.from({ length: 10 }, (_, index) => store.claim(request({ owner: `w${index}`, limit: 5 }))),
        );
        const ids = claims.flat().map(({ session }) => session.id);
        expect(new Set(ids).size).toBe(ids.length);
        expect(ids.toSorted()).toEqual(works.map(({ session }) => session.id).toSorted());
      }),
    );

    it(
      'gives the oldest wakeAt first, and nothing before its time',
      withStore(createDatabase, async (store, clock) => {
        const works = [30, 10, 20, 40].map((offset) => ({ ...newWork(), wakeAt: T0 + offset }));
        for (const work of works) await store.createSession(TENANT, work);
        const offsets = async (now: number, limit: number) => {
          await clock.set(now);
          return (await store.claim(request({ limit }))).map(({ head }) => (head.wakeAt ?? 0) - T0);
        };

        expect(await offsets(T0 + 5, 9)).toEqual([]);
        expect(await offsets(T0 + 35, 2)).toEqual([10, 20]);
        expect(await offsets(T0 + 35, 9)).toEqual([30]);
      }),
    );

    it(
      'gives sessions that need a slot only while slots last, and the others all the same',
      withStore(createDatabase, async (store, clock) => {
        const works = Array.from({ length: 4 }, (_, index) => ({ ...newWork(), wakeAt: T0 + index }));
        for (const work of works) await store.createSession(TENANT, work);
        const free = works.at(-1)?.session.id ?? '';
        await store.commit(TENANT, free, { head: { needsSlot: false } });
        await clock.set(T0 + 9);
        const ids = async (fields: Partial<ClaimRequest>) =>
          (await store.claim(request(fields))).map(({ session }) => session.id);

        expect(await ids({ slots: 0 })).toEqual([free]);
        expect(await ids({ slots: 2 })).toEqual(works.slice(0, 2).map(({ session }) => session.id));
        expect(await ids({ slots: 2, limit: 0 })).toEqual([]);
        expect(await ids({ slots: 2 })).toEqual([works[2]?.session.id]);
      }),
    );

    it(
      'refuses the writes of a holder whose lease another one took',
      withStore(createDatabase, async (store, clock) => {
        const { session, head } = await createClaimed(store, 'zombie');
        await clock.set(T0 + 10_000);
        const [again] = await store.claim(request({ owner: 'next' }));
        expect(again?.head).toMatchObject({ leaseOwner: 'next', leaseEpoch: head.leaseEpoch + 1 });

        const zombie = { epoch: head.leaseEpoch, events: [stateEvent()] };
        expect(await store.commit(TENANT, session.id, zombie)).toEqual({ ok: false, conflict: 'lease' });
        expect(await store.deleteSession(TENANT, session.id, head.leaseEpoch)).toBe(false);
        const append = (epoch: number) =>
          store.appendTranscript(TENANT, session.id, epoch, PART, [{ uuid: null, entry: `"${epoch}"` }]);
        expect(await append(head.leaseEpoch)).toBe(false);
        expect(await append(head.leaseEpoch + 1)).toBe(true);
        expect(await store.loadTranscript(TENANT, session.id, PART)).toEqual([`"${head.leaseEpoch + 1}"`]);
        expect(await store.renew(renewal('zombie', session.id, head.leaseEpoch))).toEqual([session.id]);
        expect(await store.renew(renewal('zombie', session.id, head.leaseEpoch + 1))).toEqual([session.id]);
        expect(await store.renew(renewal('next', session.id, head.leaseEpoch + 1))).toEqual([]);
        expect(
          await store.commit(TENANT, session.id, { ...zombie, epoch: head.leaseEpoch + 1 }),
        ).toMatchObject({ ok: true });
        expect(await store.readEvents(TENANT, session.id, 0, 9)).toHaveLength(1);
      }),
    );

    it(
      'takes the transcript of a holder that gave its lease back or let it run out, until somebody else claims',
      withStore(createDatabase, async (store, clock) => {
        const { session, head } = await createClaimed(store, 'w');
        const epoch = head.leaseEpoch;
        const append = () =>
          store.appendTranscript(TENANT, session.id, epoch, PART, [{ uuid: null, entry: '1' }]);
        await clock.set(T0 + 60_000);
        expect(await append()).toBe(true);
        await store.commit(TENANT, session.id, { epoch, releaseLease: true });
        expect(await append()).toBe(true);
        expect(await store.claim(request({ owner: 'next' }))).toHaveLength(1);
        expect(await append()).toBe(false);
        expect(await store.loadTranscript(TENANT, session.id, PART)).toHaveLength(2);
      }),
    );

    it(
      'records what a model request has cost, whoever holds the lease by now, and counts it once',
      withStore(createDatabase, async (store, clock) => {
        const { session, run } = await createClaimed(store, 'zombie');
        await clock.set(T0 + 10_000);
        expect(await store.claim(request({ owner: 'next' }))).toHaveLength(1);
        const usage = newUsage(session.id, run?.id ?? '');
        for (let time = 0; time < 2; time++) await store.recordUsage(usage);
        expect(await store.readUsage(TENANT, session.id, run?.id ?? '')).toEqual([usage]);
      }),
    );

    it(
      'keeps a renewed lease from other claimers until its new end',
      withStore(createDatabase, async (store, clock) => {
        const { session, head } = await createClaimed(store, 'w');
        await clock.set(T0 + 5_000);
        expect(await store.renew(renewal('w', session.id, head.leaseEpoch))).toEqual([]);
        await clock.set(T0 + 34_999);
        expect(await store.isLeased(TENANT, session.id)).toBe(true);
        expect(await store.claim(request({}))).toEqual([]);
        await clock.set(T0 + 35_000);
        expect(await store.isLeased(TENANT, session.id)).toBe(false);
        expect(await store.claim(request({}))).toHaveLength(1);
      }),
    );

    it(
      'renews many leases and names the lost ones',
      withStore(createDatabase, async (store) => {
        const works = Array.from({ length: 10 }, () => newWork());
        for (const work of works) await store.createSession(TENANT, work);
        const claimed = await store.claim(request({ owner: 'w' }));
        const sessions = claimed.map(({ session, head }, index) => ({
          tenantId: TENANT,
          sessionId: session.id,
          epoch: head.leaseEpoch + (index < 2 ? 1 : 0),
        }));
        const lost = await store.renew({ owner: 'w', sessions, leaseMs: 30_000 });
        expect(lost).toEqual(sessions.slice(0, 2).map(({ sessionId }) => sessionId));
      }),
    );

    it(
      'ends a lease by releasing it: the session is claimable again if there is work left',
      withStore(createDatabase, async (store, clock) => {
        const { session, head } = await createClaimed(store, 'w');
        const epoch = head.leaseEpoch;
        await store.commit(TENANT, session.id, { epoch, releaseLease: true, head: { wakeAt: T0 + 5 } });
        expect(await store.commit(TENANT, session.id, { epoch })).toEqual({ ok: false, conflict: 'lease' });
        expect(await store.renew(renewal('w', session.id, epoch))).toEqual([session.id]);

        await clock.set(T0 + 5);
        const [again] = await store.claim(request({}));
        expect(again?.head.leaseEpoch).toBe(epoch + 1);
        await store.commit(TENANT, session.id, {
          epoch: epoch + 1,
          releaseLease: true,
          head: { wakeAt: null },
        });
        await clock.set(T0 + 99_999);
        expect(await store.claim(request({}))).toEqual([]);
      }),
    );

    it(
      'does not let a decision stand that was made before a claim',
      withStore(createDatabase, async (store) => {
        const work = newWork();
        await store.createSession(TENANT, work);
        const before = await store.readSession(TENANT, work.session.id);
        await store.claim(request({}));
        const cancel = {
          expectedVersion: before?.head.version ?? 0,
          session: { state: 'cancelled' } as const,
        };
        expect(await store.commit(TENANT, work.session.id, cancel)).toEqual({
          ok: false,
          conflict: 'version',
        });
      }),
    );

    it(
      'voids the leases of one node, and fences their holder',
      withStore(createDatabase, async (store) => {
        const [lost, kept] = [
          await createClaimed(store, 'node-1:a'),
          await createClaimed(store, 'node-11:a'),
        ];
        await store.voidLeasesOf('node-1');
        const commit = ({ session, head }: ClaimedSession) =>
          store.commit(TENANT, session.id, { epoch: head.leaseEpoch });
        expect(await commit(lost)).toEqual({ ok: false, conflict: 'lease' });
        expect(await commit(kept)).toMatchObject({ ok: true });
        expect(await claimIds(store)).toEqual([lost.session.id]);
      }),
    );

    it(
      'voids all leases at once, and fences their holders',
      withStore(createDatabase, async (store) => {
        const { session, head } = await createClaimed(store);
        await store.voidLeases(T0);
        expect(await store.commit(TENANT, session.id, { epoch: head.leaseEpoch })).toEqual({
          ok: false,
          conflict: 'lease',
        });
        expect((await claimIds(store)).includes(session.id)).toBe(true);
      }),
    );
  });
}

const PART = { agentSessionId: 'agent', subpath: '' };

function request(fields: Partial<ClaimRequest>): ClaimRequest {
  return { owner: 'w', leaseMs: 10_000, slots: 100, limit: 100, ...fields };
}

function renewal(owner: string, sessionId: string, epoch: number): Parameters<Store['renew']>[0] {
  return { owner, sessions: [{ tenantId: TENANT, sessionId, epoch }], leaseMs: 30_000 };
}

async function claimIds(store: Store): Promise<string[]> {
  return (await store.claim(request({}))).map(({ session }) => session.id);
}
