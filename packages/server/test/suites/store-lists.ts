import { describe, expect, it } from 'vitest';
import type { SessionRecord } from '#src/store/records.ts';
import type { SessionQuery, Store } from '#src/store/store.ts';
import type { CreateDatabase, TestDatabase } from './store-suite.ts';
import { newWork, T0, TENANT } from './samples.ts';
import { withStore } from './with-store.ts';

export function describeLists(createDatabase: CreateDatabase): void {
  describe('lists', () => {
    it(
      'pages in both directions without missing or repeating a session',
      withStore(createDatabase, async (store) => {
        const ids = await createSessions(
          store,
          Array.from({ length: 25 }, () => ({})),
        );
        expect(await collect(store, { limit: 10, order: 'oldest' })).toEqual(ids);
        expect(await collect(store, { limit: 10, order: 'newest' })).toEqual(ids.toReversed());
      }),
    );

    it(
      'tells the sessions that it knows from those that it does not',
      withStore(createDatabase, async (store) => {
        const ids = await createSessions(
          store,
          Array.from({ length: 40 }, (_, index) => (index === 0 ? { state: 'deleting' as const } : {})),
        );
        const found = await store.findKnownSessions(['unknown', ...ids, 'unknown too']);
        expect(found.toSorted()).toEqual(ids);
      }),
    );

    it('knows its database from another one', async () => {
      await using one = await createDatabase();
      await using other = await createDatabase();
      await other.clock.set(T0 + 1);
      const open = async (database: TestDatabase): Promise<string> => {
        const store = await database.open();
        try {
          return await store.readDatabaseId();
        } finally {
          await store[Symbol.asyncDispose]();
        }
      };
      const id = await open(one);
      expect(await open(one)).toBe(id);
      expect(await open(other)).not.toBe(id);
    });

    it(
      'gives sessions with head and latest run, as reading each gives them',
      withStore(createDatabase, async (store) => {
        const ids = await createSessions(store, [{}, {}]);
        const views = await Promise.all(ids.map((id) => store.readSession(TENANT, id)));
        expect(await store.listSessions(TENANT, { limit: 9, order: 'oldest' })).toEqual(views);
      }),
    );

    it(
      'filters by states, origin and end, page by page',
      withStore(createDatabase, async (store) => {
        const kinds: Partial<SessionRecord>[] = [
          { state: 'completed', endedAt: T0 + 10 },
          { state: 'failed', endedAt: T0 + 20 },
          { state: 'running' },
          { state: 'completed', endedAt: T0 + 30, origin: 'v1' },
        ];
        const ids = await createSessions(
          store,
          Array.from({ length: 24 }, (_, index) => kinds[index % 4] ?? {}),
        );
        const every = (...kept: number[]) => ids.filter((_, index) => kept.includes(index % 4));
        const oldest = (query: Partial<SessionQuery>) =>
          collect(store, { limit: 5, order: 'oldest', ...query });

        expect(await oldest({ states: ['completed'] })).toEqual(every(0, 3));
        expect(await oldest({ states: ['failed', 'running', 'failed'] })).toEqual(every(1, 2));
        expect(await oldest({ states: [] })).toEqual([]);
        expect(await oldest({ origin: 'v1' })).toEqual(every(3));
        expect(await oldest({ endedBefore: T0 + 20 })).toEqual(every(0));
        expect(await oldest({ endedBefore: T0 + 31, origin: 'execute' })).toEqual(every(0, 1));
        expect(await oldest({ endedBefore: T0 + 31, origin: 'execute', states: ['failed'] })).toEqual(
          every(1),
        );
        expect(await collect(store, { limit: 5, order: 'newest', states: ['completed', 'running'] })).toEqual(
          every(0, 2, 3).toReversed(),
        );
      }),
    );

    it(
      'leaves out sessions that are being deleted',
      withStore(createDatabase, async (store) => {
        const [kept] = await createSessions(store, [{}, { state: 'deleting' }]);
        expect(await collect(store, { limit: 9, order: 'newest' })).toEqual([kept]);
        expect(await collect(store, { limit: 9, order: 'newest', states: ['deleting', 'queued'] })).toEqual([
          kept,
        ]);
      }),
    );
  });
}

/** Their ids, oldest first. */
async function createSessions(store: Store, kinds: Partial<SessionRecord>[]): Promise<string[]> {
  const works = kinds.map((kind) => newWork(kind));
  await Promise.all(works.map((work) => store.createSession(TENANT, work)));
  return works.map(({ session }) => session.id);
}

/** All pages of a query, one after the other. */
async function collect(store: Store, query: SessionQuery): Promise<string[]> {
  const ids: string[] = [];
  for (;;) {
    const beyond = ids.at(-1);
    const page = await store.listSessions(TENANT, { ...query, ...(beyond !== undefined && { beyond }) });
    ids.push(...page.map(({ session }) => session.id));
    if (page.length < query.limit) return ids;
  }
}
