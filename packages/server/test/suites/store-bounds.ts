import { describe, expect, it } from 'vitest';
import type { NewEvent } from '#src/domain/event.ts';
import { createId } from '#src/lib/ids.ts';
import type { EndedSession } from '#src/store/bounds.ts';
import type { Store } from '#src/store/store.ts';
import type { CreateDatabase } from './store-suite.ts';
import { createClaimed, messageEvent, newSession, newWork, stateEvent, T0, TENANT } from './samples.ts';
import { withStore } from './with-store.ts';

export function describeBounds(createDatabase: CreateDatabase): void {
  describe('bounds', () => {
    it(
      'counts the bytes of a log, and those of outputs that are kept beside it',
      withStore(createDatabase, async (store) => {
        const { session } = newWork();
        await store.createSession(TENANT, { session, wakeAt: null });
        const events = [messageEvent('äöü'), stateEvent()];
        const bytes = events.reduce((sum, { body }) => sum + Buffer.byteLength(JSON.stringify(body)), 0);
        expect(await store.commit(TENANT, session.id, { events })).toMatchObject({ logBytes: bytes });

        const large = toolResult({ name: 'a.txt', bytes: 5000 });
        const more = Buffer.byteLength(JSON.stringify(large.body)) + 5000;
        expect(await store.commit(TENANT, session.id, { events: [large] })).toMatchObject({
          logBytes: bytes + more,
        });
        expect((await store.readSession(TENANT, session.id))?.head.logBytes).toBe(bytes + more);
      }),
    );

    it(
      'counts who waits for a slot and who has one, up to a limit',
      withStore(createDatabase, async (store, clock) => {
        await createClaimed(store);
        for (let i = 0; i < 3; i++) await store.createSession(TENANT, newWork());
        // These wait for nothing, or for no slot.
        await store.createSession(TENANT, { session: newSession(), wakeAt: null });
        const idle = newWork();
        await store.createSession(TENANT, idle);
        await store.commit(TENANT, idle.session.id, { head: { needsSlot: false } });

        const read = (limit: number) => store.readQueue({ maxWaiting: limit, maxLeased: limit });
        expect(await read(10)).toEqual({ waiting: 3, leased: 1 });
        expect(await read(2)).toEqual({ waiting: 2, leased: 1 });
        // A lease that has run out is none.
        await clock.set(T0 + 10_000);
        expect(await read(10)).toEqual({ waiting: 4, leased: 0 });
      }),
    );

    it(
      'leases one session, if it is still what was seen and nobody holds it',
      withStore(createDatabase, async (store, clock) => {
        const { session } = newWork({ state: 'completed', endedAt: T0 });
        await store.createSession(TENANT, { session, wakeAt: null });
        const request = { expectedVersion: 1, owner: 'a', leaseMs: 1000 };
        expect(await store.takeLease(TENANT, session.id, { ...request, expectedVersion: 2 })).toBeUndefined();
        const epoch = await store.takeLease(TENANT, session.id, request);
        expect(epoch).toBe(1);
        // Who decided before that has to decide again.
        expect(await store.commit(TENANT, session.id, { expectedVersion: 1 })).toMatchObject({
          conflict: 'version',
        });
        const second = { ...request, expectedVersion: 2, owner: 'b' };
        expect(await store.takeLease(TENANT, session.id, second)).toBeUndefined();
        await clock.set(T0 + 1000);
        expect(await store.takeLease(TENANT, session.id, second)).toBe(2);
        expect(await store.commit(TENANT, session.id, { epoch: 1 })).toMatchObject({ conflict: 'lease' });
        expect(await store.takeLease(TENANT, 'unknown', request)).toBeUndefined();
      }),
    );

    it(
      'removes a transcript, if the session is still what was seen, and says when',
      withStore(createDatabase, async (store) => {
        const { session } = newWork({ state: 'completed', endedAt: T0 });
        await store.createSession(TENANT, { session, wakeAt: null });
        const part = { agentSessionId: 'claude', subpath: '' };
        await store.appendTranscript(TENANT, session.id, 0, part, [{ uuid: null, entry: '{}' }]);
        const remove = (expectedVersion: number) =>
          store.removeTranscript(TENANT, session.id, { expectedVersion, now: T0 + 7 });
        expect(await remove(2)).toBe(false);
        expect(await store.loadTranscript(TENANT, session.id, part)).toEqual(['{}']);
        expect(await remove(1)).toBe(true);
        expect(await store.loadTranscript(TENANT, session.id, part)).toBeNull();
        expect((await store.readSession(TENANT, session.id))?.head).toMatchObject({
          version: 2,
          transcriptRemovedAt: T0 + 7,
        });
      }),
    );

    it(
      'lists sessions by the time of their end, page by page, without missing or repeating one',
      withStore(createDatabase, async (store) => {
        const ids: string[] = [];
        for (const end of [5, 1, 3, 3, 3, 2, 9]) {
          const session = newSession({ state: 'completed', endedAt: T0 + end, homeNode: 'n' });
          await store.createSession(TENANT, { session, wakeAt: null });
          ids.push(session.id);
        }
        await store.createSession(TENANT, newWork());
        const expected = [1, 5, 2, 3, 4, 0].map((index) => ids[index]);
        const pages = await collectEnded(store, T0 + 9);
        expect(pages.map(({ sessionId }) => sessionId)).toEqual(expected);
        expect(pages[0]).toEqual({
          sessionId: ids[1],
          isDeleting: false,
          endedAt: T0 + 1,
          homeNode: 'n',
          version: 1,
          transcriptRemovedAt: null,
          workspaceRemovedAt: null,
        });
      }),
    );

    it(
      'knows what it takes on disk',
      withStore(createDatabase, async (store) => {
        const before = await store.databaseBytes();
        expect(before).toBeGreaterThan(0);
        const { session } = newWork();
        await store.createSession(TENANT, { session, wakeAt: null });
        // What compresses well would take no space.
        const content = Array.from({ length: 40_000 }, () => createId(T0)).join('');
        await store.commit(TENANT, session.id, { events: [messageEvent(content)] });
        expect(await store.databaseBytes()).toBeGreaterThan(before);
      }),
    );
  });
}

async function collectEnded(store: Store, before: number): Promise<EndedSession[]> {
  const all: EndedSession[] = [];
  for (let after = { endedAt: 0, sessionId: '' }; ;) {
    const page = await store.listEnded(TENANT, { before, after, limit: 2 });
    const last = page.at(-1);
    if (!last) return all;
    all.push(...page);
    after = last;
  }
}

function toolResult(fullOutput: { name: string; bytes: number }): NewEvent {
  const { id, threadId, createdAt } = stateEvent();
  const body = { toolUseId: 't', content: 'x', isError: false, uuid: null, parentToolUseId: null };
  return { id, threadId, createdAt, body: { type: 'agent.tool_result', ...body, fullOutput } };
}
