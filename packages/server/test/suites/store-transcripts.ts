import { describe, expect, it } from 'vitest';
import { createId } from '#src/lib/ids.ts';
import type { FirstTranscript, TranscriptPlace } from '#src/store/session-walk.ts';
import type { Store } from '#src/store/store.ts';
import type { CreateDatabase } from './store-suite.ts';
import { createClaimed, newSession, T0, TENANT } from './samples.ts';
import { withStore } from './with-store.ts';

const SUBPATHS = ['', 'subagents/agent-a', 'subagents/agent-b'];

function entryOf(agentSessionId: string, text: string): string {
  // A text that looks like the name of the session is none.
  return JSON.stringify({
    type: 'user',
    text: `"sessionId":"${agentSessionId}" \0 ${text}`,
    sessionId: agentSessionId,
  });
}

/** All of a transcript, page by page. */
async function readAll(store: Store, sessionId: string, agentSessionId: string) {
  const found = [];
  let after: TranscriptPlace | undefined;
  for (;;) {
    const page = await store.readTranscript(TENANT, sessionId, { agentSessionId, after, limit: 7 });
    found.push(...page);
    after = page.at(-1);
    if (page.length < 7) return found;
  }
}

/** A session that has said something, with the lease of it. */
async function createSource(store: Store) {
  const { session, head } = await createClaimed(store);
  const agentSessionId = createId(T0);
  for (const subpath of SUBPATHS) {
    const entries = Array.from({ length: 20 }, (_, index) => ({
      uuid: index % 3 === 0 ? null : createId(T0),
      entry: entryOf(agentSessionId, `${subpath} ${index}`),
    }));
    await store.appendTranscript(TENANT, session.id, head.leaseEpoch, { agentSessionId, subpath }, entries);
  }
  return { sessionId: session.id, agentSessionId, epoch: head.leaseEpoch };
}

/** Transcripts with which sessions begin, and how they are read. */
export function describeTranscripts(createDatabase: CreateDatabase): void {
  describe('transcripts', () => {
    it(
      'are read page by page, part by part, in order',
      withStore(createDatabase, async (store) => {
        const { sessionId, agentSessionId } = await createSource(store);
        const all = await readAll(store, sessionId, agentSessionId);
        expect(all.map(({ subpath, ordinal }) => `${subpath} ${ordinal}`)).toEqual(
          SUBPATHS.flatMap((subpath) => Array.from({ length: 20 }, (_, index) => `${subpath} ${index + 1}`)),
        );
        expect(all[0]?.entry).toBe(entryOf(agentSessionId, ' 0'));
        expect(await readAll(store, sessionId, createId(T0))).toEqual([]);
      }),
    );

    it(
      'are copied for a new session under its own id, by the holder of the other’s lease alone',
      withStore(createDatabase, async (store) => {
        const source = await createSource(store);
        const before = await readAll(store, source.sessionId, source.agentSessionId);
        const agentSessionId = createId(T0);
        const fork = newSession({ agentSessionId, state: 'new' });
        const create = (epoch: number) => {
          const transcript: FirstTranscript = { from: 'session', ...source, epoch };
          return store.createSession(TENANT, { session: fork, wakeAt: null, transcript });
        };
        expect(await create(source.epoch + 1)).toEqual({ ok: false, conflict: 'lease' });
        expect(await store.readSession(TENANT, fork.id)).toBeUndefined();
        expect(await create(source.epoch)).toEqual({ ok: true });
        const copy = await readAll(store, fork.id, agentSessionId);
        expect(copy.map(({ subpath, ordinal }) => [subpath, ordinal])).toEqual(
          before.map(({ subpath, ordinal }) => [subpath, ordinal]),
        );
        expect(JSON.parse(copy[0]?.entry ?? '')).toEqual({
          ...(JSON.parse(before[0]?.entry ?? '') as object),
          sessionId: agentSessionId,
        });
        expect(await readAll(store, source.sessionId, source.agentSessionId)).toEqual(before);
        // Both go on by themselves.
        const claimed = await store.takeLease(TENANT, fork.id, {
          expectedVersion: 1,
          owner: 'w',
          leaseMs: 1000,
        });
        const part = { agentSessionId, subpath: '' };
        await store.appendTranscript(TENANT, fork.id, claimed ?? 0, part, [{ uuid: null, entry: '{}' }]);
        expect(await readAll(store, fork.id, agentSessionId)).toHaveLength(before.length + 1);
        expect(await readAll(store, source.sessionId, source.agentSessionId)).toEqual(before);
      }),
    );

    it(
      'are copied up to an entry of each part by anybody, as long as they are there',
      withStore(createDatabase, async (store) => {
        const { sessionId, agentSessionId, epoch } = await createSource(store);
        const upTo = [
          { subpath: '', ordinal: 7 },
          { subpath: 'subagents/agent-b', ordinal: 2 },
        ];
        const create = async () => {
          const fork = newSession({ agentSessionId: createId(T0), state: 'new' });
          const transcript: FirstTranscript = { from: 'session', sessionId, agentSessionId, upTo };
          const result = await store.createSession(TENANT, { session: fork, wakeAt: null, transcript });
          return { result, copy: await readAll(store, fork.id, fork.agentSessionId ?? '') };
        };
        const { result, copy } = await create();
        expect(result).toEqual({ ok: true });
        expect(copy.map(({ subpath, ordinal }) => `${subpath} ${ordinal}`)).toEqual([
          ...[1, 2, 3, 4, 5, 6, 7].map((ordinal) => ` ${ordinal}`),
          ...[1, 2].map((ordinal) => `subagents/agent-b ${ordinal}`),
        ]);
        await store.deleteSession(TENANT, sessionId, epoch);
        expect(await create()).toEqual({ result: { ok: false, conflict: 'lease' }, copy: [] });
      }),
    );

    it(
      'of a client are stored with the session, an entry that is repeated once',
      withStore(createDatabase, async (store) => {
        const agentSessionId = createId(T0);
        const session = newSession({ agentSessionId, state: 'new' });
        const uuid = createId(T0);
        const entries = [
          ...Array.from({ length: 50 }, (_, index) => ({ uuid: null, entry: `{"n":${index}}` })),
          { uuid, entry: '{"n":50}' },
          { uuid, entry: '{"n":51}' },
        ];
        const transcript: FirstTranscript = {
          from: 'client',
          parts: [
            { subpath: '', entries },
            { subpath: 'subagents/agent-a', entries: [{ uuid, entry: '{"n":-1}' }] },
          ],
        };
        await store.createSession(TENANT, { session, wakeAt: null, transcript });
        const all = await readAll(store, session.id, agentSessionId);
        expect(all.map(({ entry }) => (JSON.parse(entry) as { n: number }).n)).toEqual([
          ...Array.from({ length: 51 }, (_, index) => index),
          -1,
        ]);
      }),
    );
  });
}
