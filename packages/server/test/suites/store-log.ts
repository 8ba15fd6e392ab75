import { describe, expect, it } from 'vitest';
import type { CreateDatabase } from './store-suite.ts';
import { createClaimed, messageEvent, newInput, newWork, stateEvent, T0, TENANT } from './samples.ts';
import { withStore } from './with-store.ts';

export function describeLog(createDatabase: CreateDatabase): void {
  describe('the log', () => {
    it(
      'numbers events without a gap, and messages by themselves',
      withStore(createDatabase, async (store) => {
        const { session } = await createClaimed(store);
        const events = [stateEvent(), messageEvent('a'), messageEvent('b'), stateEvent(), messageEvent('c')];
        const first = await store.commit(TENANT, session.id, { events: events.slice(0, 2) });
        const second = await store.commit(TENANT, session.id, { events: events.slice(2) });

        const stored = await store.readEvents(TENANT, session.id, 0, 100);
        expect(stored.map(({ seq, messageIndex }) => [seq, messageIndex])).toEqual([
          [1, null],
          [2, 0],
          [3, 1],
          [4, null],
          [5, 2],
        ]);
        expect(stored.map(({ seq: _seq, messageIndex: _index, atUs: _at, ...event }) => event)).toEqual(
          events,
        );
        expect(first).toMatchObject({ ok: true, version: 3, events: stored.slice(0, 2) });
        expect(second).toMatchObject({ ok: true, version: 4, events: stored.slice(2) });
        expect((await store.readSession(TENANT, session.id))?.head).toMatchObject({
          lastSeq: 5,
          messageCount: 3,
        });
      }),
    );

    it(
      'takes a hundred events in one commit',
      withStore(createDatabase, async (store) => {
        const { session } = await createClaimed(store);
        const events = Array.from({ length: 100 }, (_, index) => messageEvent(`${index}`));
        await store.commit(TENANT, session.id, { events });
        const stored = await store.readEvents(TENANT, session.id, 0, 1000);
        expect(stored.map(({ id, seq }) => [id, seq])).toEqual(
          events.map(({ id }, index) => [id, index + 1]),
        );
      }),
    );

    it(
      'pages through events and through messages',
      withStore(createDatabase, async (store) => {
        const { session } = await createClaimed(store);
        const events = [
          stateEvent(),
          messageEvent('a'),
          stateEvent(),
          stateEvent(),
          messageEvent('b'),
          messageEvent('c'),
        ];
        await store.commit(TENANT, session.id, { events });

        const seqs = async (after: number, limit: number) =>
          (await store.readEvents(TENANT, session.id, after, limit)).map(({ seq }) => seq);
        expect(await seqs(0, 2)).toEqual([1, 2]);
        expect(await seqs(2, 2)).toEqual([3, 4]);
        expect(await seqs(6, 2)).toEqual([]);

        const indexes = async (from: number, limit: number) =>
          (await store.readMessages(TENANT, session.id, from, limit)).map(({ messageIndex }) => messageIndex);
        expect(await indexes(0, 2)).toEqual([0, 1]);
        expect(await indexes(2, 2)).toEqual([2]);
        expect(await indexes(3, 2)).toEqual([]);
      }),
    );

    it(
      'gives back any text byte for byte',
      withStore(createDatabase, async (store) => {
        const { session } = await createClaimed(store);
        const content = `\0 \u2028 \ud800 é 🎈 "\\" ${'long '.repeat(50_000)}`;
        await store.commit(TENANT, session.id, { events: [messageEvent(content)] });
        expect((await store.readEvents(TENANT, session.id, 0, 9))[0]?.body).toMatchObject({ content });
      }),
    );

    it(
      'gives control inputs before messages, each in order of arrival',
      withStore(createDatabase, async (store) => {
        const work = newWork();
        await store.createSession(TENANT, work);
        const [second, cancel, third] = [
          newInput('run', { payload: { runId: 'run', content: 'second' } }),
          newInput('run', { kind: 'cancel', payload: { runId: 'run' } }),
          newInput('run', { payload: { runId: 'run', content: 'third' } }),
        ];
        await store.commit(TENANT, work.session.id, { inputs: [second, cancel] });
        await store.commit(TENANT, work.session.id, { inputs: [third] });

        expect(await store.readInputs(TENANT, work.session.id)).toEqual([
          { ...cancel, pos: 3 },
          { ...work.input, pos: 1 },
          { ...second, pos: 2 },
          { ...third, pos: 4 },
        ]);
      }),
    );

    it(
      'moves a taken input into the log and counts the open ones',
      withStore(createDatabase, async (store) => {
        const { session, inputs } = await createClaimed(store);
        const [input] = inputs;
        const id = input?.id ?? '';
        await store.commit(TENANT, session.id, {
          consumeInputIds: [id, 'unknown'],
          events: [{ ...messageEvent('Say hello.'), id }],
          inputs: [newInput('run')],
        });

        expect((await store.readEvents(TENANT, session.id, 0, 9)).map((event) => event.id)).toEqual([id]);
        expect((await store.readInputs(TENANT, session.id)).map(({ pos }) => pos)).toEqual([2]);
        // Consumed already: a repetition takes nothing away.
        await store.commit(TENANT, session.id, { consumeInputIds: [id] });
        expect((await store.readSession(TENANT, session.id))?.head.openInputs).toBe(1);
      }),
    );

    it(
      'refuses a commit whose version has passed, and stores nothing of it',
      withStore(createDatabase, async (store) => {
        const work = newWork();
        await store.createSession(TENANT, work);
        const attempt = {
          expectedVersion: 1,
          events: [stateEvent()],
          session: { state: 'cancelled' } as const,
        };
        expect(await store.commit(TENANT, work.session.id, attempt)).toMatchObject({ ok: true, version: 2 });
        expect(
          await store.commit(TENANT, work.session.id, { ...attempt, session: { state: 'failed' } }),
        ).toEqual({
          ok: false,
          conflict: 'version',
        });
        expect(await store.readEvents(TENANT, work.session.id, 0, 9)).toHaveLength(1);
        expect((await store.readSession(TENANT, work.session.id))?.session.state).toBe('cancelled');
        expect(await store.commit(TENANT, 'unknown', {})).toEqual({ ok: false, conflict: 'gone' });
      }),
    );

    it(
      'lets one of many commits on the same version win',
      withStore(createDatabase, async (store) => {
        const work = newWork();
        await store.createSession(TENANT, work);
        const results = await Promise.all(
          Array.from({ length: 20 }, () =>
            store.commit(TENANT, work.session.id, { expectedVersion: 1, events: [stateEvent()] }),
          ),
        );
        expect(results.filter(({ ok }) => ok)).toHaveLength(1);
        expect(await store.readEvents(TENANT, work.session.id, 0, 99)).toHaveLength(1);
      }),
    );

    it(
      'keeps commits that share a transaction apart: what one does wrong harms no other',
      withStore(createDatabase, async (store) => {
        const taken = newWork();
        await store.createSession(TENANT, taken);
        const works = Array.from({ length: 10 }, () => newWork());
        const outcomes = await Promise.allSettled([
          ...works.slice(0, 5).map((work) => store.createSession(TENANT, work)),
          store.createSession(TENANT, taken),
          store.commit(TENANT, taken.session.id, { expectedVersion: 99 }),
          ...works.slice(5).map((work) => store.createSession(TENANT, work)),
        ]);

        expect(outcomes.map(({ status }) => status)).toEqual([
          ...Array.from({ length: 5 }, () => 'fulfilled'),
          'rejected',
          ...Array.from({ length: 6 }, () => 'fulfilled'),
        ]);
        for (const { session, run } of works) {
          expect(await store.readSession(TENANT, session.id)).toMatchObject({ session, run });
        }
      }),
    );

    it(
      'rings after a commit, and work when there may be something to claim',
      withStore(createDatabase, async (store) => {
        const rings: string[] = [];
        const work = newWork();
        const { id } = work.session;
        store.hints.onSession(id, () => rings.push('session'));
        store.hints.onWork(() => rings.push('work'));
        const ringsOf = async (write: Promise<unknown>) => {
          await write;
          return rings.splice(0);
        };

        expect(await ringsOf(store.createSession(TENANT, work))).toEqual(['session', 'work']);
        expect(
          await ringsOf(store.createSession(TENANT, { session: newWork().session, wakeAt: null })),
        ).toEqual([]);
        const [claimed] = await store.claim({ owner: 'w', leaseMs: 1, slots: 1, limit: 1 });
        const epoch = claimed?.head.leaseEpoch ?? 0;
        rings.splice(0);
        expect(await ringsOf(store.commit(TENANT, id, { epoch, events: [stateEvent()] }))).toEqual([
          'session',
        ]);
        expect(await ringsOf(store.commit(TENANT, id, { expectedVersion: 77 }))).toEqual([]);
        expect(await ringsOf(store.commit(TENANT, id, { head: { wakeAt: T0 } }))).toEqual([
          'session',
          'work',
        ]);
        expect(await ringsOf(store.commit(TENANT, id, { epoch, releaseLease: true }))).toEqual([
          'session',
          'work',
        ]);
        expect(await ringsOf(store.commit(TENANT, id, { head: { wakeAt: null } }))).toEqual(['session']);
        expect(await ringsOf(store.commit(TENANT, id, { releaseLease: true }))).toEqual(['session']);
      }),
    );
  });

  describe('transcripts', () => {
    const main = { agentSessionId: 'agent', subpath: '' };

    it(
      'keep the order, and store a repeated entry once',
      withStore(createDatabase, async (store) => {
        const { session, head } = await createClaimed(store);
        const append = (...uuids: (string | null)[]) =>
          store.appendTranscript(
            TENANT,
            session.id,
            head.leaseEpoch,
            main,
            uuids.map((uuid, index) => ({ uuid, entry: JSON.stringify({ uuid, index }) })),
          );
        await append('a', 'b', null);
        await append('b', 'c', 'c', null);
        await append();

        expect(
          (await store.loadTranscript(TENANT, session.id, main))?.map((entry) => JSON.parse(entry)),
        ).toEqual([
          { uuid: 'a', index: 0 },
          { uuid: 'b', index: 1 },
          { uuid: null, index: 2 },
          { uuid: 'c', index: 1 },
          { uuid: null, index: 3 },
        ]);
      }),
    );

    it(
      'keep the order of appends that are not waited for',
      withStore(createDatabase, async (store) => {
        const { session, head } = await createClaimed(store);
        const entries = Array.from({ length: 100 }, (_, index) => `${index}`);
        await Promise.all(
          entries.map((entry) =>
            store.appendTranscript(TENANT, session.id, head.leaseEpoch, main, [{ uuid: `u${entry}`, entry }]),
          ),
        );
        expect(await store.loadTranscript(TENANT, session.id, main)).toEqual(entries);
      }),
    );

    it(
      'keep their parts apart, and list them',
      withStore(createDatabase, async (store) => {
        const { session, head } = await createClaimed(store);
        const part = { agentSessionId: 'agent', subpath: 'subagents/agent-1' };
        await store.appendTranscript(TENANT, session.id, head.leaseEpoch, main, [
          { uuid: 'a', entry: '"main"' },
        ]);
        await store.appendTranscript(TENANT, session.id, head.leaseEpoch, part, [
          { uuid: 'a', entry: '"sub"' },
        ]);

        expect(await store.loadTranscript(TENANT, session.id, main)).toEqual(['"main"']);
        expect(await store.loadTranscript(TENANT, session.id, part)).toEqual(['"sub"']);
        expect(await store.listTranscriptSubpaths(TENANT, session.id, 'agent')).toEqual([part.subpath]);
        expect(await store.listTranscriptSubpaths(TENANT, session.id, 'another')).toEqual([]);
        expect(
          await store.loadTranscript(TENANT, session.id, { ...main, agentSessionId: 'another' }),
        ).toBeNull();
      }),
    );
  });
}
