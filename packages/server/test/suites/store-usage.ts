import { describe, expect, it } from 'vitest';
import { createFailure } from '#src/domain/failure.ts';
import { DAY } from '#src/lib/duration.ts';
import { createId } from '#src/lib/ids.ts';
import type { Store } from '#src/store/store.ts';
import { createClaimed, newSession, newUsage, newWork, T0, TENANT } from './samples.ts';
import type { CreateDatabase } from './store-suite.ts';
import { withStore } from './with-store.ts';

const TODAY = Math.floor(T0 / DAY);
const SPAN = { from: TODAY - 10, to: TODAY + 10 };
const AGENT = createId(T0);

/** A session that is there, and whose it is. */
async function createSession(store: Store, agentId: string | null = null): Promise<string> {
  const session = newSession({ agentId });
  await store.createSession(TENANT, { session, wakeAt: null });
  return session.id;
}

/** What is kept of usage day by day. */
export function describeUsage(createDatabase: CreateDatabase): void {
  describe('usage by day', () => {
    it(
      'is summed up by agent and model, on the day on which a request ended, and a repeated row counts once',
      withStore(createDatabase, async (store) => {
        const [own, none] = [await createSession(store, AGENT), await createSession(store)];
        const first = newUsage(own, 'run');
        await store.recordUsage(first);
        await store.recordUsage(first);
        await store.recordUsage({ ...newUsage(own, 'run'), status: 529, outputTokens: 0, costUsd: 0 });
        await store.recordUsage({ ...newUsage(own, 'run'), model: 'other', status: 0 });
        const tomorrow = (TODAY + 1) * DAY;
        await store.recordUsage({ ...newUsage(none, 'run'), startedAt: tomorrow - 1, endedAt: tomorrow });
        // Its session is not there.
        await store.recordUsage(newUsage(createId(T0), 'run'));
        const all = await store.readDailyUsage({ ...SPAN, by: 'all' });
        const counts = {
          tenantId: TENANT,
          requests: 1,
          failedRequests: 0,
          inputTokens: 10,
          outputTokens: 20,
          cacheReadInputTokens: 30,
          cacheCreationInputTokens: 40,
          costUsd: 0.0125,
        };
        expect(all).toHaveLength(3);
        expect(all).toEqual(
          expect.arrayContaining([
            {
              ...counts,
              day: TODAY,
              agentId: AGENT,
              model: 'claude-demo',
              requests: 2,
              failedRequests: 1,
              inputTokens: 20,
              cacheReadInputTokens: 60,
              cacheCreationInputTokens: 80,
            },
            { ...counts, day: TODAY, agentId: AGENT, model: 'other', failedRequests: 1 },
            { ...counts, day: TODAY + 1, agentId: '', model: 'claude-demo' },
          ]),
        );
        expect(await store.readDailyUsage({ from: TODAY, to: TODAY, by: 'tenant' })).toEqual([
          expect.objectContaining({ day: TODAY, tenantId: TENANT, agentId: '', model: '', requests: 3 }),
        ]);
        expect(await store.readDailyUsage({ ...SPAN, by: 'model', agentId: '' })).toEqual([
          expect.objectContaining({ model: 'claude-demo', agentId: '', tenantId: '', requests: 1 }),
        ]);
        expect(await store.readDailyUsage({ ...SPAN, by: 'agent', model: 'other' })).toEqual([
          expect.objectContaining({ agentId: AGENT, model: '', requests: 1 }),
        ]);
      }),
    );

    it(
      'stays when its sessions are deleted, and so do failures, which count once',
      withStore(createDatabase, async (store, clock) => {
        for (let index = 0; index < 2; index++) {
          const { session, head, run } = await createClaimed(store);
          await store.recordUsage(newUsage(session.id, 'run'));
          const failure = createFailure('billing', 'because "of" this');
          const end = { id: run?.id ?? '', state: 'failed' as const, failure };
          // A state that is not the end is none.
          await store.commit(TENANT, session.id, { updateRun: { ...end, state: 'running' } });
          await store.commit(TENANT, session.id, { epoch: head.leaseEpoch, updateRun: end });
          await store.commit(TENANT, session.id, { expectedVersion: 1, updateRun: end });
          await store.deleteSession(TENANT, session.id, head.leaseEpoch);
        }
        await clock.set(T0 + DAY);
        const { session, run } = await createClaimed(store);
        const ended = { state: 'failed' as const, failure: createFailure('internal') };
        await store.commit(TENANT, session.id, { updateRun: { id: run?.id ?? '', ...ended } });
        expect(await store.readDailyFailures(SPAN)).toEqual([
          { day: TODAY, kind: 'billing', runs: 2 },
          { day: TODAY + 1, kind: 'internal', runs: 1 },
        ]);
        expect(await store.readDailyFailures({ from: TODAY + 1, to: TODAY + 1 })).toHaveLength(1);
        expect(await store.readDailyUsage({ ...SPAN, by: 'model' })).toEqual([
          expect.objectContaining({ requests: 2, costUsd: 0.025 }),
        ]);
      }),
    );

    it(
      'counts what many record at the same moment',
      withStore(createDatabase, async (store) => {
        const sessions = await Promise.all(Array.from({ length: 20 }, () => createSession(store, AGENT)));
        const rows = sessions.flatMap((id) =>
          ['a', 'b', 'c'].map((model) => ({ ...newUsage(id, 'run'), model })),
        );
        await Promise.all(rows.map((row) => store.recordUsage(row)));
        const found = await store.readDailyUsage({ ...SPAN, by: 'model' });
        expect(Object.fromEntries(found.map(({ model, requests }) => [model, requests]))).toEqual({
          a: 20,
          b: 20,
          c: 20,
        });
      }),
    );
  });

  describe('the costliest sessions', () => {
    it(
      'are those that cost most so far, of those that are there and last cost something in the span',
      withStore(createDatabase, async (store, clock) => {
        const spend = async (id: string, totalCostUsd: number): Promise<void> => {
          await store.commit(TENANT, id, { session: { totalCostUsd } });
        };
        const [dear, cheap, later] = [
          await createSession(store, AGENT),
          await createSession(store),
          await createSession(store),
        ];
        await spend(dear, 1);
        await spend(cheap, 2);
        await spend(cheap, 3);
        await spend(later, 9);
        await spend(dear, 5);
        await clock.set(T0 + DAY);
        await spend(later, 10);
        await store.commit(TENANT, later, { session: { title: 'Later "on"' } });
        const gone = await createClaimed(store);
        await spend(gone.session.id, 99);
        await store.deleteSession(TENANT, gone.session.id, gone.head.leaseEpoch);
        const leaving = newWork();
        await store.createSession(TENANT, leaving);
        await store.commit(TENANT, leaving.session.id, { session: { totalCostUsd: 99, state: 'deleting' } });

        const find = async (from: number, to: number, limit = 9): Promise<[string, number, number][]> =>
          (await store.readCostliestSessions(TENANT, { from, to, limit })).map(({ id, costUsd, day }) => [
            id,
            costUsd,
            day,
          ]);
        expect(await find(TODAY - 1, TODAY + 1)).toEqual([
          [later, 10, TODAY + 1],
          [dear, 5, TODAY],
          [cheap, 3, TODAY],
        ]);
        expect(await find(TODAY, TODAY, 1)).toEqual([[dear, 5, TODAY]]);
        expect(await find(TODAY + 2, TODAY + 9)).toEqual([]);
        const [first] = await store.readCostliestSessions(TENANT, { ...SPAN, limit: 1 });
        expect(first).toEqual({
          id: later,
          title: 'Later "on"',
          state: 'queued',
          agentId: null,
          createdAt: T0,
          costUsd: 10,
          day: TODAY + 1,
        });
      }),
    );
  });
}
