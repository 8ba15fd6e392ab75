import { describe, expect, it } from 'vitest';
import type { SessionState } from '#src/domain/session-state.ts';
import { createId, timeOfId } from '#src/lib/ids.ts';
import type { SessionRecord } from '#src/store/records.ts';
import type { SessionWalk } from '#src/store/session-walk.ts';
import type { Store } from '#src/store/store.ts';
import type { CreateDatabase } from './store-suite.ts';
import { newSession, newWork, T0, TENANT } from './samples.ts';
import { withStore } from './with-store.ts';

type Filter = Omit<SessionWalk, 'order' | 'limit' | 'from'>;

/** The list of `/v1`. */
export function describeWalks(createDatabase: CreateDatabase): void {
  describe('walks', () => {
    it(
      'go forward and back over every session once, while new ones come',
      withStore(createDatabase, async (store) => {
        const ids = await createSessions(
          store,
          Array.from({ length: 25 }, () => ({})),
        );
        for (const order of ['newest', 'oldest'] as const) {
          const listed = order === 'oldest' ? [...ids] : ids.toReversed();
          const { there, back } = await walk(store, { order, limit: 10, archived: false }, async () => {
            const [id = ''] = await createSessions(store, [{}]);
            ids.push(id);
          });
          // Of the new ones, those at the end that is still to come are listed too.
          expect(there.filter((id) => listed.includes(id))).toEqual(listed);
          expect(new Set(there).size).toBe(there.length);
          expect(back.slice(-there.length)).toEqual(there);
          expect(new Set(back).size).toBe(back.length);
        }
      }),
    );

    it(
      'list what fits every filter, and nothing else',
      withStore(createDatabase, async (store) => {
        const [agentA, agentB] = [createId(T0), createId(T0)];
        const states: SessionState[] = ['completed', 'queued', 'new', 'failed', 'deleting', 'running'];
        const records = Array.from({ length: 90 }, (_, index) => {
          const id = createId(T0 + index * 10);
          return newSession({
            id,
            createdAt: timeOfId(id),
            state: states[index % 6] ?? 'new',
            agentId: [agentA, agentB, null][index % 3] ?? null,
            agentVersion: index % 3 === 2 ? null : 1 + (index % 2),
            archivedAt: index % 4 === 0 ? T0 : null,
            metadata: { customer: index % 5, kind: index % 2 ? 'odd' : 'even', text: '\0ä"' },
          });
        });
        await Promise.all(records.map((session) => store.createSession(TENANT, { session, wakeAt: null })));
        const filters: Filter[] = [
          { archived: false },
          { archived: true },
          { archived: false, states: ['completed', 'new', 'failed', 'waiting', 'cancelled'] },
          { archived: false, states: ['queued', 'running', 'queued'] },
          { archived: true, states: ['queued', 'running'] },
          { archived: true, states: [] },
          { archived: false, states: [] },
          { archived: false, agentId: agentA },
          { archived: true, agentId: agentB },
          { archived: true, agentId: agentB, agentVersion: 2 },
          { archived: false, agentId: agentA, states: ['queued'] },
          { archived: false, agentId: createId(T0) },
          { archived: true, metadata: [['kind', 'odd']] },
          { archived: true, metadata: [['text', '\0ä"']] },
          { archived: false, metadata: [['customer', '3']], agentId: agentA },
          {
            archived: true,
            metadata: [
              ['kind', 'even'],
              ['customer', '3'],
            ],
          },
          {
            archived: true,
            metadata: [
              ['kind', 'even'],
              ['customer', '8'],
            ],
          },
        ];
        const times = [undefined, records[20]?.createdAt, records[70]?.createdAt];
        for (const filter of filters) {
          for (const from of times) {
            for (const to of times) {
              const query = { ...filter, created: { from, to } };
              const expected = records.filter((record) => fits(record, query)).map(({ id }) => id);
              const { there, back } = await walk(store, { order: 'oldest', limit: 7, ...query });
              expect({ query, ids: there }).toEqual({ query, ids: expected });
              expect({ query, ids: back }).toEqual({ query, ids: expected });
            }
          }
          const expected = records.filter((record) => fits(record, filter)).map(({ id }) => id);
          const newest = await walk(store, { order: 'newest', limit: 7, ...filter });
          expect(newest.there).toEqual(expected.toReversed());
        }
      }),
    );

    it(
      'give sessions as reading each gives them',
      withStore(createDatabase, async (store) => {
        const ids = await createSessions(store, [{}, {}]);
        const views = await Promise.all(ids.map((id) => store.readSession(TENANT, id)));
        const page = await store.walkSessions(TENANT, { order: 'oldest', limit: 9, archived: false });
        expect(page).toEqual({ sessions: views, further: undefined });
      }),
    );

    it(
      'read a bounded number of rows for a page, and find what is rare all the same',
      withStore(createDatabase, async (store) => {
        const agentId = createId(T0);
        const rare = (index: number): boolean => index % 1500 === 1499;
        const ids = await createSessions(
          store,
          Array.from({ length: 4500 }, (_, index) => ({ agentId, agentVersion: rare(index) ? 2 : 1 })),
        );
        const query = { order: 'oldest', limit: 2, archived: false, agentId, agentVersion: 2 } as const;
        const first = await store.walkSessions(TENANT, query);
        expect(first.sessions.map(({ session }) => session.id)).toEqual([ids[1499]]);
        expect(first.further).toBeDefined();
        const { there, back } = await walk(store, query);
        expect(there).toEqual(ids.filter((_, index) => rare(index)));
        expect(back).toEqual(there);
      }),
    );

    it(
      'find sessions by their metadata as it is now, and not those that are gone',
      withStore(createDatabase, async (store) => {
        const work = newWork({ metadata: { a: 'x', b: 'y' } });
        await store.createSession(TENANT, work);
        const find = async (key: string, value: string) => {
          const metadata = [[key, value]] as const;
          const query = { order: 'newest', limit: 9, archived: false, metadata } as const;
          return (await store.walkSessions(TENANT, query)).sessions.length;
        };
        expect(await find('a', 'x')).toBe(1);
        await store.commit(TENANT, work.session.id, { session: { metadata: { a: 'z', b: 'y' } } });
        expect([await find('a', 'x'), await find('a', 'z'), await find('b', 'y')]).toEqual([0, 1, 1]);
        await store.commit(TENANT, work.session.id, { session: { title: 'Kept' } });
        expect(await find('a', 'z')).toBe(1);
        const [claimed] = await store.claim({ owner: 'worker', leaseMs: 9_000, slots: 9, limit: 9 });
        await store.deleteSession(TENANT, work.session.id, claimed?.head.leaseEpoch ?? 0);
        expect(await find('a', 'z')).toBe(0);
      }),
    );
  });
}

function fits(
  session: SessionRecord,
  { states, archived, agentId, agentVersion, metadata, created }: Filter,
) {
  const texts = new Set(
    Object.entries(session.metadata ?? {}).map(([key, value]) => `${key}=${String(value)}`),
  );
  return (
    session.state !== 'deleting' &&
    (session.archivedAt === null ? (states?.includes(session.state) ?? true) : archived) &&
    (agentId ?? session.agentId) === session.agentId &&
    (agentVersion ?? session.agentVersion) === session.agentVersion &&
    (metadata ?? []).every((pair) => texts.has(pair.join('='))) &&
    session.createdAt >= (created?.from ?? 0) &&
    session.createdAt <= (created?.to ?? Infinity)
  );
}

/** Their ids, oldest first. */
async function createSessions(store: Store, kinds: Partial<SessionRecord>[]): Promise<string[]> {
  const works = kinds.map((kind) => newWork(kind));
  await Promise.all(works.map((work) => store.createSession(TENANT, work)));
  return works.map(({ session }) => session.id);
}

/** All pages to the end, and from there all pages back: the ids of each way in the order of the list. */
async function walk(
  store: Store,
  query: SessionWalk,
  between: () => Promise<void> = async () => undefined,
): Promise<{ there: string[]; back: string[] }> {
  const there: string[] = [];
  let back: string[] = [];
  let boundary: string | undefined;
  let last: string[] = [];
  let lastFrom: string | undefined;
  for (;;) {
    const from = boundary === undefined ? undefined : ({ boundary, direction: 'next' } as const);
    const page = await store.walkSessions(TENANT, { ...query, from });
    last = page.sessions.map(({ session }) => session.id);
    lastFrom = boundary;
    there.push(...last);
    await between();
    if (page.further === undefined) break;
    boundary = page.further;
  }
  back = last;
  for (boundary = lastFrom; boundary !== undefined;) {
    const page = await store.walkSessions(TENANT, { ...query, from: { boundary, direction: 'prev' } });
    back = [...page.sessions.map(({ session }) => session.id), ...back];
    await between();
    boundary = page.further;
  }
  return { there, back };
}
