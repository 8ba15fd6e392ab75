import { describe, expect, it } from 'vitest';
import type { ClaimRequest, Store } from '#src/store/store.ts';
import { newInput, newWork, stateEvent, T0, TENANT } from './samples.ts';
import type { CreateDatabase } from './store-suite.ts';
import { withStore } from './with-store.ts';

const HERE = { id: 'node-1', name: 'first' };
const THERE = { id: 'node-2', name: 'second' };
const AWAY_MS = 10_000;

export function describePlacement(createDatabase: CreateDatabase): void {
  describe('placement', () => {
    it(
      'makes the first claimer the home of a session that has none',
      withStore(createDatabase, async (store) => {
        for (const filesAreShared of [false, true]) {
          const work = newWork({ homeNode: null });
          await store.createSession(TENANT, work);
          const [claimed] = await store.claim(request(THERE.id, filesAreShared));
          expect(claimed?.session).toEqual({ ...work.session, homeNode: THERE.id });
          expect(claimed).not.toHaveProperty('awayHome');
        }
      }),
    );

    it(
      'leaves a session whose files are local to its home node, however long that takes to claim it',
      withStore(createDatabase, async (store, clock) => {
        await store.createSession(TENANT, newWork({ homeNode: HERE.id }));
        for (let time = T0; time < T0 + 60_000; time += AWAY_MS - 1) {
          await clock.set(time);
          await store.beat(HERE);
          expect(await store.claim(request(THERE.id, false))).toEqual([]);
        }
        expect(await store.claim(request(HERE.id, false))).toHaveLength(1);
      }),
    );

    it(
      'gives it to another node when its home is away, and says so: the files are not there',
      withStore(createDatabase, async (store, clock) => {
        await store.beat(HERE);
        await store.createSession(TENANT, newWork({ homeNode: HERE.id }));
        await clock.set(T0 + AWAY_MS);
        const [claimed] = await store.claim(request(THERE.id, false));
        expect(claimed).toMatchObject({ awayHome: HERE, session: { homeNode: HERE.id } });
      }),
    );

    it(
      'knows which nodes gave a sign of life lately, the latest first',
      withStore(createDatabase, async (store, clock) => {
        await store.beat({ id: 'node-3', name: 'gone' });
        await clock.set(T0 + 1);
        await store.beat(HERE);
        await clock.set(T0 + 100);
        await store.beat({ ...THERE, name: 'renamed' });
        expect(await store.listNodes(100)).toEqual([
          { id: THERE.id, name: 'renamed', seenAt: T0 + 100 },
          { ...HERE, seenAt: T0 + 1 },
        ]);
      }),
    );

    it(
      'lets any node see shared files: the home node first, others a moment later, and the claimer is the new home',
      withStore(createDatabase, async (store, clock) => {
        await store.beat(HERE);
        await store.createSession(TENANT, newWork({ homeNode: HERE.id }));
        await clock.set(T0 + 199);
        expect(await store.claim(request(THERE.id, true))).toEqual([]);
        await clock.set(T0 + 200);
        const [claimed] = await store.claim(request(THERE.id, true));
        expect(claimed?.session.homeNode).toBe(THERE.id);
        expect(claimed).not.toHaveProperty('awayHome');
      }),
    );

    it(
      'does not let anybody wait for a home node that is away when the files are shared',
      withStore(createDatabase, async (store, clock) => {
        await store.beat(HERE);
        await clock.set(T0 + AWAY_MS);
        await store.createSession(TENANT, { ...newWork({ homeNode: HERE.id }), wakeAt: clock.now() });
        expect(await store.claim(request(THERE.id, true))).toHaveLength(1);
      }),
    );

    it(
      'puts a session aside for its home node, which gets it with its next beat',
      withStore(createDatabase, async (store) => {
        const sessionId = await putAside(store);
        let rings = 0;
        store.hints.onWork(() => rings++);
        await store.beat(THERE);
        expect(rings).toBe(0);
        await store.beat(HERE);
        expect(rings).toBe(1);
        expect(await store.claim(request(THERE.id, false))).toEqual([]);
        const [back] = await store.claim(request(HERE.id, false));
        expect(back?.session.id).toBe(sessionId);
      }),
    );

    it(
      'lets others look at it again when a client sends something, and when it is to be deleted',
      withStore(createDatabase, async (store) => {
        for (const commit of [{ inputs: [newInput('run')] }, { head: { wakeAt: T0 } }]) {
          const sessionId = await putAside(store);
          await store.commit(TENANT, sessionId, { events: [stateEvent()] });
          expect(await store.claim(request(THERE.id, false))).toEqual([]);
          let rings = 0;
          const unsubscribe = store.hints.onWork(() => rings++);
          await store.commit(TENANT, sessionId, commit);
          unsubscribe();
          expect(rings).toBe(1);
          const [claimed] = await store.claim(request(THERE.id, false));
          expect(claimed?.session.id).toBe(sessionId);
        }
      }),
    );
  });
}

/** A session of a node that was never seen, which another one has found and put aside. */
async function putAside(store: Store): Promise<string> {
  await store.createSession(TENANT, newWork({ homeNode: HERE.id }));
  const [claimed] = await store.claim(request(THERE.id, false));
  if (claimed === undefined) throw new Error('The session could not be claimed.');
  const { id } = claimed.session;
  const epoch = claimed.head.leaseEpoch;
  await store.commit(TENANT, id, { epoch, head: { waitsFor: HERE.id }, releaseLease: true });
  expect(await store.claim(request(THERE.id, false))).toEqual([]);
  return id;
}

function request(nodeId: string, filesAreShared: boolean): ClaimRequest {
  return { owner: nodeId, leaseMs: 60_000, slots: 100, limit: 100, place: { nodeId, filesAreShared } };
}
