import { describe, expect, it } from 'vitest';
import { createFailure } from '#src/domain/failure.ts';
import { parseId } from '#src/lib/ids.ts';
import { LocalHints } from '#src/store/hints.ts';
import { DEFAULT_TENANT, type SessionRecord } from '#src/store/records.ts';
import { call, execute } from '../support/api-client.ts';
import { APPROVAL_KEY, startApp, type TestApp } from '../support/app.ts';
import { FleetClient, type FleetRow } from '../support/fleet-client.ts';
import { createResult } from '../support/scripted-worker.ts';
import { StreamRefused } from '../support/sse-client.ts';
import { until } from '../support/until.ts';
import { messageEvent, newApproval, newWork } from '../suites/samples.ts';

/** Sessions as if they had been worked on, the oldest first; their ids. */
async function createSessions(app: TestApp, kinds: Partial<SessionRecord>[]): Promise<string[]> {
  const works = kinds.map((kind) => newWork(kind));
  await Promise.all(works.map((work) => app.store.createSession(DEFAULT_TENANT, { ...work, wakeAt: null })));
  return works.map(({ session }) => session.id);
}

const commit = (app: TestApp, id: string, change: Parameters<TestApp['store']['commit']>[2]) =>
  app.store.commit(DEFAULT_TENANT, id, change);

describe('GET /fleet/stream', () => {
  it('tells a session from its creation to its end, with what it costs, and that it is gone', async () => {
    await using app = await startApp();
    await using fleet = await FleetClient.open(app.url);
    expect(await fleet.untilReady()).toEqual({ truncated: false });
    expect(fleet.rows.size).toBe(0);
    const id = await execute(app.url, {
      prompt: 'p'.repeat(300),
      model: 'sonnet',
      metadata: { team: 'ops' },
    });
    const created = await fleet.untilRow('it is there', id, () => true);
    expect(created).toMatchObject({
      status: 'pending',
      state: { status: 'running', stop_reason: null },
      origin: 'simple',
      prompt: `${'p'.repeat(199)}…`,
      model: 'sonnet',
      metadata: { team: 'ops' },
      agent: null,
      title: null,
      cost_usd: 0,
      workspace: 'own',
      waits_for: null,
      error: null,
      started_at: null,
      ended_at: null,
      archived_at: null,
    });
    expect(parseId('sesn', String(created['id']))).toBe(id);

    const run = await app.worker.take(id);
    await fleet.untilRow('it runs', id, ({ status }) => status === 'running');
    await run.say('one');
    await run.result(createResult({ totalCostUsd: 0.25 }));
    await run.end('completed');
    const ended = await fleet.untilRow('it has ended', id, ({ status }) => status === 'completed');
    expect(ended).toMatchObject({
      state: { status: 'idle', stop_reason: 'end_turn' },
      cost_usd: 0.25,
      message_count: 3,
      created_at: created['created_at'],
    });
    expect(ended['ended_at']).not.toBeNull();

    const deleted = call(app.url, 'DELETE', `/sessions/${id}`);
    await app.worker.remove(id);
    await deleted;
    await until('it is gone', () => !fleet.rows.has(id));
    expect(fleet.events.slice(0, 2)).toEqual(['approvals', 'ready']);
  });

  it('says in the words of both APIs how each session is, and what it waits for', async () => {
    await using app = await startApp();
    const spent = { type: 'limit' as const, max_list_cost: { amount: '10', currency: 'USD' as const } };
    const states: [Partial<SessionRecord>, Record<string, unknown>][] = [
      [{ state: 'new' }, { status: 'pending', state: { status: 'idle', stop_reason: null } }],
      [{ state: 'running' }, { status: 'running', state: { status: 'running', stop_reason: null } }],
      [
        { state: 'rescheduling' },
        // It was cut, and goes on by itself.
        { state: { status: 'rescheduling', stop_reason: null }, waits_for: null },
      ],
      [
        { state: 'waiting', budget: spent, totalCostUsd: 0.1 },
        {
          status: 'running',
          state: { status: 'idle', stop_reason: 'budget_reached' },
          waits_for: { kind: 'budget', tools: [] },
        },
      ],
      [
        { state: 'cancelled' },
        { status: 'cancelled', state: { status: 'idle', stop_reason: 'end_turn' }, error: null },
      ],
      [
        { state: 'completed', archivedAt: 1 },
        { status: 'completed', state: { status: 'terminated' } },
      ],
    ];
    const ids = await createSessions(
      app,
      states.map(([kind]) => kind),
    );
    const failed = await execute(app.url, { prompt: 'fail' });
    await (await app.worker.take(failed)).end('failed', createFailure('refusal', 'why '.repeat(200)));
    const [away = '', asking = ''] = await createSessions(app, [
      { state: 'rescheduling' },
      { state: 'waiting' },
    ]);
    await commit(app, away, { head: { waitsFor: 'node-2' } });
    const calls = [0, 1, 2].map((index) => newApproval(asking, index));
    await commit(app, asking, {
      openApprovals: calls.map((one, index) =>
        index === 1 ? { ...one, kind: 'question', name: 'AskUserQuestion' } : one,
      ),
    });
    await using fleet = await FleetClient.open(app.url);
    await fleet.untilReady();
    for (const [index, [, row]] of states.entries())
      expect(fleet.rows.get(ids[index] ?? '')).toMatchObject(row);
    const error = fleet.rows.get(failed)?.['error'] as { type: string; message: string };
    expect(fleet.rows.get(failed)).toMatchObject({ status: 'error', state: { stop_reason: 'refusal' } });
    expect(error.type).toBe('refusal');
    expect(error.message).toHaveLength(300);
    expect(fleet.rows.get(away)?.waits_for).toMatchObject({ kind: 'node', tools: [], count: 0 });
    expect(fleet.rows.get(asking)?.waits_for).toEqual({
      kind: 'approval',
      tools: ['Bash', 'AskUserQuestion'],
      count: 3,
      since: new Date(calls[0]?.createdAt ?? 0).toISOString(),
    });
  });

  it('tells keys that may answer of the calls that wait, whole, when they come and when they go', async () => {
    await using app = await startApp();
    const [early = '', late = ''] = await createSessions(app, [{ state: 'waiting' }, { state: 'running' }]);
    const calls = [0, 1].map((index) => newApproval(early, index));
    await commit(app, early, { openApprovals: calls });
    await using fleet = await FleetClient.open(app.url, { key: APPROVAL_KEY });
    await using other = await FleetClient.open(app.url, { key: 'another key' });
    await Promise.all([fleet.untilReady(), other.untilReady()]);
    const headers = { 'x-api-key': APPROVAL_KEY };
    const listed = await call<unknown[]>(app.url, 'GET', '/approvals', undefined, headers);
    expect(listed.body).toHaveLength(2);
    expect(fleet.approvals.get(early)).toEqual(listed.body);
    expect(fleet.isLocked).toBe(false);

    await call(app.url, 'POST', `/approvals/${calls[0]?.id}`, { decision: 'allow' }, headers);
    await until('one is answered', () => fleet.approvals.get(early)?.length === 1);
    expect(fleet.approvals.get(early)).toMatchObject([{ id: calls[1]?.id }]);
    await commit(app, early, { expireApprovals: { ids: [calls[1]?.id ?? ''], closedAt: 1 } });
    await until('none is left', () => !fleet.approvals.has(early));
    await commit(app, late, { openApprovals: [newApproval(late, 5)] });
    await until('another session asks', () => fleet.approvals.get(late)?.length === 1);

    await other.untilRow(
      'the other one sees that it waits',
      late,
      (row) => row.waits_for?.kind === 'approval',
    );
    expect(other.isLocked).toBe(true);
    expect(other.approvals.size).toBe(0);
    expect(other.events.filter((event) => event === 'approvals')).toHaveLength(1);
  });

  it('costs one row in an interval, however often a session changes, and the last one is how it is', async () => {
    await using app = await startApp();
    const id = await execute(app.url, { prompt: 'go' });
    const run = await app.worker.take(id);
    await using fleet = await FleetClient.open(app.url);
    await fleet.untilReady();
    const began = performance.now();
    for (let index = 0; index < 100; index++) await run.say('more');
    await fleet.untilRow('the last change', id, (row) => row['message_count'] === 101);
    const intervals = Math.ceil((performance.now() - began) / 200);
    expect(fleet.told.get(id)).toBeLessThanOrEqual(2 + intervals);
  });

  it('gives 10,000 sessions whole and once, newest first, in pages', async () => {
    await using app = await startApp();
    const ids = await createSessions(
      app,
      Array.from({ length: 10_000 }, (_, index) => ({ state: index % 9 === 0 ? 'running' : 'completed' })),
    );
    await using fleet = await FleetClient.open(app.url);
    expect(await fleet.untilReady()).toEqual({ truncated: false });
    expect([...fleet.rows.keys()]).toEqual(ids.toReversed());
    expect(Math.max(...fleet.told.values())).toBe(1);
    expect(fleet.events.filter((event) => event === 'session')).toHaveLength(50);
  });

  it('beyond the limit gives the sessions that are busy, and says whether others are missing', async () => {
    await using app = await startApp();
    const ids = await createSessions(
      app,
      Array.from({ length: 30 }, (_, index) => ({
        state: index === 3 ? 'waiting' : index === 7 ? 'queued' : 'completed',
      })),
    );
    const open = async (query: string) => {
      await using fleet = await FleetClient.open(app.url, { query });
      return { ...(await fleet.untilReady()), ids: [...fleet.rows.keys()].toSorted() };
    };
    const expected = ids.filter((_, index) => index >= 20 || index === 3 || index === 7);
    expect(await open('?limit=10')).toEqual({ truncated: true, ids: expected });
    expect(await open('?limit=30')).toEqual({ truncated: false, ids });
    await using fleet = await FleetClient.open(app.url, { query: '?limit=10' });
    await fleet.untilReady();
    const [oldest = ''] = ids;
    await commit(app, oldest, { session: { title: 'Changed' } });
    await fleet.untilRow('an old one that changes', oldest, ({ title }) => title === 'Changed');
  });

  it('of sessions that all wait, says that none is missing', async () => {
    await using app = await startApp();
    await createSessions(
      app,
      Array.from({ length: 5 }, () => ({ state: 'waiting' })),
    );
    await using fleet = await FleetClient.open(app.url, { query: '?limit=2' });
    expect(await fleet.untilReady()).toEqual({ truncated: false });
    expect(fleet.rows.size).toBe(5);
  });

  it('leaves every reader with how things are, whatever happens while it connects, and a new one alike', async () => {
    await using app = await startApp();
    const ids = await createSessions(
      app,
      Array.from({ length: 1500 }, () => ({ state: 'running' })),
    );
    const fleets = await Promise.all(
      Array.from({ length: 4 }, () => FleetClient.open(app.url, { key: APPROVAL_KEY })),
    );
    for (let round = 0; round < 40; round++) {
      const at = (step: number): string => ids[(round * step) % ids.length] ?? '';
      await Promise.all([
        commit(app, at(37), { session: { title: `Round ${round}` } }),
        commit(app, at(101), { openApprovals: [newApproval(at(101), round)] }),
        commit(app, at(211), { session: { state: round % 2 ? 'deleting' : 'completed' } }),
        createSessions(app, [{ title: `New in ${round}` }]),
      ]);
    }
    await using fresh = await FleetClient.open(app.url, { key: APPROVAL_KEY });
    await fresh.untilReady();
    for (const fleet of fleets) {
      await fleet.untilReady();
      await until(
        'it has caught up',
        () => JSON.stringify(stateOf(fleet)) === JSON.stringify(stateOf(fresh)),
      );
      await fleet[Symbol.asyncDispose]();
    }
  });

  it('finds what has changed, come and gone when hints were lost', async () => {
    await using app = await startApp();
    const [kept = '', changed = '', gone = ''] = await createSessions(app, [{}, {}, {}]);
    await using fleet = await FleetClient.open(app.url, { query: '?limit=2' });
    await fleet.untilReady();
    const { hints } = app.store;
    if (!(hints instanceof LocalHints)) throw new Error('These hints cannot be lost.');
    const ring = hints.ringSession;
    hints.ringSession = () => undefined;
    await commit(app, changed, { session: { title: 'Changed' } });
    await commit(app, gone, { session: { state: 'deleting' } });
    const [come = ''] = await createSessions(app, [{}]);
    hints.ringSession = ring;
    hints.ringEverybody();
    await until('one has come', () => fleet.rows.has(come));
    expect(fleet.rows.has(gone)).toBe(false);
    expect(fleet.rows.get(changed)).toMatchObject({ title: 'Changed' });
    expect(fleet.told.get(kept)).toBe(1);
  });

  it('keeps no frames for a reader that takes none: what it reads later is new', async () => {
    await using app = await startApp();
    const ids = await createSessions(
      app,
      // More than the buffers of a connection hold.
      Array.from({ length: 6000 }, () => ({ metadata: { long: 'x'.repeat(2000) }, state: 'running' })),
    );
    await using fleet = await FleetClient.open(app.url, { isPaused: true });
    // The first that is told, and the last.
    const often = [ids.at(-1) ?? '', ids[0] ?? ''];
    for (let index = 0; index < 300; index++) {
      await Promise.all(often.map((id) => commit(app, id, { events: [messageEvent('more')] })));
    }
    fleet.read();
    await fleet.untilReady();
    for (const id of often)
      await fleet.untilRow('the last change', id, (row) => row['message_count'] === 300);
    expect(often.map((id) => fleet.told.get(id))).toEqual([2, 1]);
    expect(fleet.rows.size).toBe(ids.length);
  });

  it('counts as a stream, and needs a key where the server asks for one', async () => {
    await using app = await startApp({ bounds: { maxStreams: 1 }, config: { apiKeys: ['the key'] } });
    const refused = (error: unknown) => (error instanceof StreamRefused ? error.status : error);
    expect(await FleetClient.open(app.url).catch(refused)).toBe(401);
    await using fleet = await FleetClient.open(app.url, { key: 'the key' });
    await fleet.untilReady();
    expect(await FleetClient.open(app.url, { key: 'the key' }).catch(refused)).toBe(503);
    const wrong = await call(app.url, 'GET', '/fleet/stream?limit=0', undefined, { 'x-api-key': 'the key' });
    expect(wrong.status).toBe(422);
    await fleet[Symbol.asyncDispose]();
    const next = await until('its place is free', async () => {
      const opened = await FleetClient.open(app.url, { key: 'the key' }).catch(refused);
      return opened instanceof FleetClient && opened;
    });
    await next[Symbol.asyncDispose]();
  });
});

/** What a reader knows now, in an order of its own. */
function stateOf(fleet: FleetClient): unknown {
  const byId = ([a]: [string, unknown], [b]: [string, unknown]): number => (a < b ? -1 : 1);
  const rows: [string, FleetRow][] = [...fleet.rows];
  return [rows.toSorted(byId), [...fleet.approvals].toSorted(byId)];
}
