import { describe, expect, it } from 'vitest';
import { FLEET_PROMPT_CHARACTERS, type FleetRecord } from '#src/store/fleet.ts';
import { NO_USAGE } from '#src/domain/managed-session.ts';
import type { SessionRecord } from '#src/store/records.ts';
import type { Store } from '#src/store/store.ts';
import { messageEvent, newApproval, newRun, newSession, newWork, T0, TENANT } from './samples.ts';
import type { CreateDatabase } from './store-suite.ts';
import { withStore } from './with-store.ts';

const AGENT = {
  name: 'A "good" é 😀 \\one',
  // What PostgreSQL's text cannot hold.
  description: 'NUL \0, half a pair \ud83d, and \\u0000',
  model: { id: 'claude-opus-5-5', speed: 'standard' as const },
  system: null,
  tools: [],
  mcp_servers: [],
};

export function describeFleet(createDatabase: CreateDatabase): void {
  describe('the fleet', () => {
    it(
      'gives what a table shows of a session that nothing has happened to',
      withStore(createDatabase, async (store) => {
        const session = newSession({ state: 'new' });
        await store.createSession(TENANT, { session, wakeAt: null });
        expect(await readOne(store, session)).toEqual({
          id: session.id,
          origin: 'execute',
          state: 'new',
          title: null,
          metadata: null,
          workspace: session.workspace,
          totalCostUsd: null,
          budget: null,
          usage: NO_USAGE,
          createdAt: T0,
          updatedAt: T0,
          endedAt: null,
          archivedAt: null,
          mark: expect.any(String) as string,
          agent: null,
          model: null,
          prompt: null,
          messageCount: 0,
          lastEventAt: null,
          startedAt: null,
          failure: null,
          calls: [],
          retryingSince: null,
          waitsForNode: false,
        });
      }),
    );

    it(
      'gives the agent, the model and the first prompt, and of the latest run how it went',
      withStore(createDatabase, async (store) => {
        const agentId = newSession().id;
        const managed = newWork({ agent: AGENT, agentId, agentVersion: 3, title: 'A \0 title' });
        const simple = newWork({ metadata: { a: ['\0'] }, state: 'completed' });
        for (const work of [managed, simple]) await store.createSession(TENANT, work);
        const failure = { type: 'overloaded' as const, message: 'Overloaded.' };
        await store.commit(TENANT, simple.session.id, {
          insertRun: newRun(simple.session.id, {
            ordinal: 1,
            prompt: 'And now?',
            options: { model: 'opus', systemPrompt: AGENT.description },
            startedAt: T0 + 5,
            failure,
          }),
          events: [messageEvent('a'), messageEvent('b')],
          session: { usage: { ...NO_USAGE, inputTokens: 7 }, totalCostUsd: 0.25, endedAt: T0 + 6 },
        });
        expect(await readOne(store, managed.session)).toMatchObject({
          agent: { id: agentId, name: AGENT.name, version: 3 },
          model: 'claude-opus-5-5',
          title: 'A \0 title',
          prompt: 'Say hello.',
        });
        expect(await readOne(store, simple.session)).toMatchObject({
          agent: null,
          model: 'opus',
          metadata: { a: ['\0'] },
          prompt: 'Say hello.',
          startedAt: T0 + 5,
          failure,
          messageCount: 2,
          lastEventAt: T0,
          usage: { inputTokens: 7 },
          totalCostUsd: 0.25,
          endedAt: T0 + 6,
        });
      }),
    );

    it(
      'gives the beginning of a prompt, whatever it is made of and wherever it is cut',
      withStore(createDatabase, async (store) => {
        const units = ['x', '"', '\\', '\n', 'é', '😀', '\\"', 'x"\n\\'];
        // So that the cut comes in each place of what repeats.
        const prompts = units.flatMap((unit) =>
          ['', 'a', 'ab', 'abc', 'abcd'].flatMap((before) =>
            [1, 60, 199, 201, 400, 5000].map((times) => before + unit.repeat(times)),
          ),
        );
        const works = prompts.map((prompt) => {
          const work = newWork();
          return { ...work, run: { ...work.run, prompt } };
        });
        await Promise.all(works.map((work) => store.createSession(TENANT, work)));
        const ids = works.map(({ session }) => session.id);
        const found = new Map(
          (await store.readFleet(TENANT, { ids })).map(({ id, prompt }) => [id, prompt ?? '']),
        );
        for (const [index, prompt] of prompts.entries()) {
          const start = found.get(ids[index] ?? '') ?? '';
          expect(start.slice(0, FLEET_PROMPT_CHARACTERS)).toBe(prompt.slice(0, FLEET_PROMPT_CHARACTERS));
          // Whether there is more can be seen, and no more is read than that takes.
          expect(start.length > FLEET_PROMPT_CHARACTERS).toBe(prompt.length > FLEET_PROMPT_CHARACTERS);
          expect(start.length).toBeLessThan(5 * FLEET_PROMPT_CHARACTERS);
        }
      }),
    );

    it(
      'pages newest first, by state or not, and leaves out what is being deleted',
      withStore(createDatabase, async (store) => {
        const states = ['queued', 'completed', 'deleting', 'waiting'] as const;
        const works = Array.from({ length: 23 }, (_, index) =>
          newWork({ state: states[index % 4] ?? 'new' }),
        );
        await Promise.all(works.map((work) => store.createSession(TENANT, work)));
        const idsOf = (...kept: string[]) =>
          works
            .filter(({ session }) => kept.includes(session.state))
            .map(({ session }) => session.id)
            .toReversed();
        const all = idsOf('queued', 'completed', 'waiting');
        expect(await collect(store)).toEqual(all);
        expect(await collect(store, 'waiting')).toEqual(idsOf('waiting'));
        const marks = await store.readFleetMarks(TENANT, { limit: 100 });
        const records = await store.readFleet(TENANT, { limit: 100 });
        expect(marks).toEqual(records.map(({ id, mark }) => ({ id, mark })));
        const asked = works.map(({ session }) => session.id);
        const byId = await store.readFleet(TENANT, { ids: [...asked, newSession().id] });
        expect(byId.map(({ id }) => id).toSorted()).toEqual(all.toSorted());
        expect(await store.readFleet(TENANT, { ids: [] })).toEqual([]);
      }),
    );

    it(
      'gives the calls that are open, of all kinds, and nothing of those that were',
      withStore(createDatabase, async (store) => {
        const works = [newWork({ state: 'waiting' }), newWork({ state: 'running' }), newWork()];
        for (const work of works) await store.createSession(TENANT, work);
        const [one = '', other = '', none = ''] = works.map(({ session }) => session.id);
        const calls = [0, 1, 2].map((index) => newApproval(one, index));
        const question = { ...newApproval(other, 9), kind: 'question' as const, name: 'AskUserQuestion' };
        await store.commit(TENANT, one, { openApprovals: calls });
        await store.commit(TENANT, other, { openApprovals: [question] });
        await store.commit(TENANT, one, {
          expireApprovals: { ids: [calls[0]?.id ?? ''], closedAt: T0 },
          answerApprovals: [
            {
              id: calls[1]?.id ?? '',
              decision: { behavior: 'allow', by: 'Ada', remember: false },
              closedAt: T0,
            },
          ],
        });
        const fleet = await store.readFleet(TENANT, { limit: 9 });
        expect(fleet.map(({ calls: open }) => open)).toEqual([
          [],
          [{ id: question.id, kind: 'question', name: 'AskUserQuestion', createdAt: T0 + 9 }],
          [{ id: calls[2]?.id, kind: 'permission', name: 'Bash', createdAt: T0 + 2 }],
        ]);
        expect(await store.readOpenApprovals(TENANT, [none, other, one])).toEqual([calls[2], question]);
        expect(await store.readOpenApprovals(TENANT, [])).toEqual([]);
      }),
    );

    it(
      'tells since when the model is asked again, until something else happens',
      withStore(createDatabase, async (store) => {
        const work = newWork({ state: 'running' });
        await store.createSession(TENANT, work);
        const retry = {
          ...messageEvent(''),
          createdAt: T0 + 3,
          body: { type: 'agent.system' as const, subtype: 'api_retry', data: { attempt: 1 } },
        };
        await store.commit(TENANT, work.session.id, { events: [messageEvent('a'), retry] });
        expect(await readOne(store, work.session)).toMatchObject({ retryingSince: T0 + 3 });
        await store.commit(TENANT, work.session.id, { events: [messageEvent('x'.repeat(5000))] });
        expect(await readOne(store, work.session)).toMatchObject({ retryingSince: null });
      }),
    );

    it(
      'has another mark after every write that changes what it gives, and rings for each',
      withStore(createDatabase, async (store) => {
        const work = newWork({ homeNode: 'node-1' });
        const { id } = work.session;
        const heard: (string | undefined)[] = [];
        const unsubscribe = store.hints.onAnySession((session) => heard.push(session));
        const marks = new Set<string>();
        const markAfter = async (write: Promise<unknown>): Promise<void> => {
          await write;
          expect(heard.splice(0)).toEqual([id]);
          const before = marks.size;
          marks.add((await readOne(store, work.session)).mark);
          expect(marks.size).toBe(before + 1);
        };
        await markAfter(store.createSession(TENANT, work));
        await markAfter(store.commit(TENANT, id, { session: { title: 'a' } }));
        await markAfter(store.commit(TENANT, id, { openApprovals: [newApproval(id, 1)] }));
        await markAfter(store.commit(TENANT, id, { head: { waitsFor: 'node-1' } }));
        expect(await readOne(store, work.session)).toMatchObject({ waitsForNode: true });
        await markAfter(store.beat({ id: 'node-1', name: 'first' }));
        expect(await readOne(store, work.session)).toMatchObject({ waitsForNode: false });

        const [claimed] = await store.claim({ owner: 'w', leaseMs: 9, slots: 1, limit: 1 });
        await store.deleteSession(TENANT, id, claimed?.head.leaseEpoch ?? 0);
        expect(heard.splice(0)).toEqual([id]);
        expect(await store.readFleetMarks(TENANT, { ids: [id] })).toEqual([]);
        unsubscribe();
        await store.createSession(TENANT, newWork());
        expect(heard).toEqual([]);
      }),
    );
  });
}

async function readOne(store: Store, { id }: Pick<SessionRecord, 'id'>): Promise<FleetRecord> {
  const [record] = await store.readFleet(TENANT, { ids: [id] });
  if (!record) throw new Error('The session is not there.');
  return record;
}

/** The ids of all pages, one after the other. */
async function collect(store: Store, state?: SessionRecord['state']): Promise<string[]> {
  const ids: string[] = [];
  for (;;) {
    const page = await store.readFleet(TENANT, { limit: 5, beyond: ids.at(-1), state });
    ids.push(...page.map(({ id }) => id));
    if (page.length < 5) return ids;
  }
}
