import { describe, expect, it } from 'vitest';
import { createId } from '#src/lib/ids.ts';
import type { CreateDatabase } from './store-suite.ts';
import {
  createClaimed,
  messageEvent,
  newInput,
  newRun,
  newSession,
  newUsage,
  newWork,
  T0,
  TENANT,
} from './samples.ts';
import { withStore } from './with-store.ts';

export function describeSessions(createDatabase: CreateDatabase): void {
  describe('sessions', () => {
    it(
      'gives back a session as it was created',
      withStore(createDatabase, async (store) => {
        const work = newWork({
          title: 'A title with \0, "quotes" and 🎈',
          metadata: { nested: { list: [1, null, 'x'] } },
          totalCostUsd: 0.1,
        });
        await store.createSession(TENANT, work);

        expect(await store.readSession(TENANT, work.session.id)).toEqual({
          session: work.session,
          head: {
            version: 1,
            lastSeq: 0,
            messageCount: 0,
            openInputs: 1,
            wakeAt: T0,
            needsSlot: true,
            leaseOwner: null,
            leaseUntil: null,
            leaseEpoch: 0,
            logBytes: 0,
            transcriptRemovedAt: null,
            workspaceRemovedAt: null,
            sent: {},
          },
          run: work.run,
        });
        expect(await store.readInputs(TENANT, work.session.id)).toEqual([{ ...work.input, pos: 1 }]);
      }),
    );

    it(
      'creates a session without work, which nobody can claim',
      withStore(createDatabase, async (store) => {
        const session = newSession({ state: 'new' });
        await store.createSession(TENANT, { session, wakeAt: null });

        expect(await store.readSession(TENANT, session.id)).toMatchObject({
          session,
          run: null,
          head: { openInputs: 0, wakeAt: null },
        });
        expect(await store.claim({ owner: 'w', leaseMs: 1, slots: 9, limit: 9 })).toEqual([]);
      }),
    );

    it(
      'shows a session to its own tenant only',
      withStore(createDatabase, async (store) => {
        const { session, head, run } = await createClaimed(store);
        await store.commit(TENANT, session.id, { events: [messageEvent('secret')] });
        const part = { agentSessionId: 'a', subpath: '' };
        await store.appendTranscript(TENANT, session.id, head.leaseEpoch, part, [
          { uuid: null, entry: '{}' },
        ]);
        await store.recordUsage(newUsage(session.id, run?.id ?? ''));
        await store.commit(TENANT, session.id, { inputs: [newInput('run')] });

        expect(await store.readSession('other', session.id)).toBeUndefined();
        expect(await store.listSessions('other', { limit: 9, order: 'newest' })).toEqual([]);
        expect(await store.readEvents('other', session.id, 0, 9)).toEqual([]);
        expect(await store.readMessages('other', session.id, 0, 9)).toEqual([]);
        expect(await store.readInputs('other', session.id)).toEqual([]);
        expect(await store.readRuns('other', [session.id])).toEqual([]);
        expect(await store.loadTranscript('other', session.id, part)).toBeNull();
        expect(await store.listTranscriptSubpaths('other', session.id, 'a')).toEqual([]);
        expect(await store.readUsage('other', session.id, run?.id ?? '')).toEqual([]);
        expect(await store.commit('other', session.id, {})).toEqual({ ok: false, conflict: 'gone' });
        expect(await store.deleteSession('other', session.id, head.leaseEpoch)).toBe(false);
      }),
    );

    it(
      'changes only what a commit names',
      withStore(createDatabase, async (store) => {
        const { session, head, run } = await createClaimed(store);
        const runId = run?.id ?? '';
        const failure = { type: 'budget', message: 'Too dear.' } as const;
        await store.commit(TENANT, session.id, {
          session: {
            state: 'failed',
            totalCostUsd: 1.25,
            endedAt: T0 + 9,
            metadata: { a: 1 },
            updatedAt: T0 + 9,
          },
          updateRun: { id: runId, state: 'failed', failure, endedAt: T0 + 9, costUsd: 1.25 },
          head: { wakeAt: T0 + 60, needsSlot: false },
        });

        expect(await store.readSession(TENANT, session.id)).toEqual({
          session: {
            ...session,
            state: 'failed',
            totalCostUsd: 1.25,
            endedAt: T0 + 9,
            metadata: { a: 1 },
            updatedAt: T0 + 9,
          },
          head: { ...head, version: head.version + 1, wakeAt: T0 + 60, needsSlot: false },
          run: { ...run, state: 'failed', failure, endedAt: T0 + 9, costUsd: 1.25 },
        });
        await store.commit(TENANT, session.id, {
          session: { metadata: null, endedAt: null },
          updateRun: { id: runId, failure: null },
          head: { wakeAt: null },
        });
        expect(await store.readSession(TENANT, session.id)).toMatchObject({
          session: { metadata: null, endedAt: null, state: 'failed' },
          head: { wakeAt: null, needsSlot: false },
          run: { failure: null, state: 'failed' },
        });
      }),
    );

    it(
      'shows the latest run of a session, and all of them by ordinal',
      withStore(createDatabase, async (store) => {
        const [first, second] = [newWork(), newWork()];
        await store.createSession(TENANT, first);
        await store.createSession(TENANT, second);
        const next = newRun(first.session.id, { ordinal: 1, prompt: 'And now?', options: {} });
        await store.commit(TENANT, first.session.id, { insertRun: next });

        expect((await store.readSession(TENANT, first.session.id))?.run).toEqual(next);
        const runs = await store.readRuns(TENANT, [second.session.id, first.session.id, 'unknown']);
        expect(runs).toEqual([first.run, next, second.run]);
        expect(await store.readRuns(TENANT, [])).toEqual([]);
      }),
    );

    it(
      'reads the runs of a thousand sessions at once',
      withStore(createDatabase, async (store) => {
        const works = Array.from({ length: 100 }, () => newWork());
        await Promise.all(works.map((work) => store.createSession(TENANT, work)));
        const unknown = Array.from({ length: 900 }, () => createId(T0));

        const runs = await store.readRuns(TENANT, [...unknown, ...works.map(({ session }) => session.id)]);
        expect(runs).toEqual(works.map(({ run }) => run));
      }),
    );

    it(
      'deletes every row of a session, for the holder of its lease only',
      withStore(createDatabase, async (store) => {
        const { session, head, run } = await createClaimed(store);
        const neighbour = newWork();
        await store.createSession(TENANT, neighbour);
        const part = { agentSessionId: 'a', subpath: '' };
        await store.commit(TENANT, session.id, { events: [messageEvent('x')], inputs: [newInput('r')] });
        await store.appendTranscript(TENANT, session.id, head.leaseEpoch, part, [
          { uuid: null, entry: '{}' },
        ]);
        await store.recordUsage(newUsage(session.id, run?.id ?? ''));

        expect(await store.deleteSession(TENANT, session.id, head.leaseEpoch - 1)).toBe(false);
        expect(await store.readSession(TENANT, session.id)).toBeDefined();
        expect(await store.deleteSession(TENANT, session.id, head.leaseEpoch)).toBe(true);
        expect(await store.deleteSession(TENANT, session.id, head.leaseEpoch)).toBe(false);

        // What comes too late is dropped.
        expect(
          await store.appendTranscript(TENANT, session.id, head.leaseEpoch, part, [
            { uuid: null, entry: '{}' },
          ]),
        ).toBe(false);
        await store.recordUsage(newUsage(session.id, run?.id ?? ''));
        expect(await store.readSession(TENANT, session.id)).toBeUndefined();
        expect(await store.readEvents(TENANT, session.id, 0, 9)).toEqual([]);
        expect(await store.readInputs(TENANT, session.id)).toEqual([]);
        expect(await store.readRuns(TENANT, [session.id])).toEqual([]);
        expect(await store.loadTranscript(TENANT, session.id, part)).toBeNull();
        expect(await store.readUsage(TENANT, session.id, run?.id ?? '')).toEqual([]);
        expect(await store.readSession(TENANT, neighbour.session.id)).toBeDefined();
      }),
    );

    it(
      'stores one usage row per model request, once',
      withStore(createDatabase, async (store) => {
        const work = newWork();
        await store.createSession(TENANT, work);
        const [first, second] = [
          newUsage(work.session.id, work.run.id),
          newUsage(work.session.id, work.run.id),
        ];
        await store.recordUsage(first);
        await store.recordUsage({ ...second, requestId: null, status: 0 });
        await store.recordUsage(first);

        expect(await store.readUsage(TENANT, work.session.id, work.run.id)).toEqual([
          first,
          { ...second, requestId: null, status: 0 },
        ]);
        expect(await store.readUsage(TENANT, work.session.id, 'other run')).toEqual([]);
      }),
    );
  });
}
