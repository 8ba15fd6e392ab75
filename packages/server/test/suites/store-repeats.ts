import { describe, expect, it } from 'vitest';
import { createClaimed, messageEvent, stateEvent, T0, TENANT } from './samples.ts';
import type { CreateDatabase } from './store-suite.ts';
import { withStore } from './with-store.ts';

/** What a store does with writes that are tried again because nobody knows whether they were stored. */
export function describeRepeats(createDatabase: CreateDatabase): void {
  describe('a write that is tried again', () => {
    it(
      'is stored once, and refused when its lease has become another’s',
      withStore(createDatabase, async (store) => {
        const { session, head, inputs } = await createClaimed(store);
        const commit = {
          epoch: head.leaseEpoch,
          repeatedSince: 0,
          events: [stateEvent(), messageEvent('a')],
          consumeInputIds: inputs.map(({ id }) => id),
          session: { title: 'Twice' },
        };
        const first = await store.commit(TENANT, session.id, commit);
        const again = await store.commit(TENANT, session.id, commit);
        expect(again).toEqual(first);
        const later = { ...commit, repeatedSince: 2, events: [messageEvent('b')] };
        expect(await store.commit(TENANT, session.id, later)).toMatchObject({
          ok: true,
          events: [{ seq: 3, messageIndex: 1 }],
        });
        await store.voidLeases(T0);
        expect(await store.commit(TENANT, session.id, commit)).toEqual({ ok: false, conflict: 'lease' });
        expect(await store.readEvents(TENANT, session.id, 0, 9)).toHaveLength(3);
      }),
    );

    it(
      'is stored once in a transcript, whether or not its entries have names',
      withStore(createDatabase, async (store) => {
        const { session, head } = await createClaimed(store);
        const part = { agentSessionId: 'agent', subpath: '' };
        const batches = [['a', null], [null], ['b', null]].map((uuids, batch) =>
          uuids.map((uuid, index) => ({ uuid, entry: JSON.stringify({ batch, index }) })),
        );
        for (const [index, entries] of batches.entries()) {
          // Of the second one the first attempt was not stored.
          if (index !== 1) await store.appendTranscript(TENANT, session.id, head.leaseEpoch, part, entries);
          await store.appendTranscript(TENANT, session.id, head.leaseEpoch, part, entries, true);
          await store.appendTranscript(TENANT, session.id, head.leaseEpoch, part, entries, true);
        }
        expect(await store.loadTranscript(TENANT, session.id, part)).toEqual(
          batches.flat().map(({ entry }) => entry),
        );
      }),
    );
  });
}
