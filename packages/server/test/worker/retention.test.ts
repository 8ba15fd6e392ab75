import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Clock } from '#src/lib/clock.ts';
import { HOUR } from '#src/lib/duration.ts';
import { createLog } from '#src/log.ts';
import type { SessionRecord } from '#src/store/records.ts';
import { openStore } from '#src/store/open.ts';
import type { SessionView } from '#src/store/store.ts';
import { Retention, type RetentionAges, type RetentionContext } from '#src/worker/retention.ts';
import { createLocalWorkspaces } from '#src/workspace/local.ts';
import { newRun, newSession, newWork, T0, TENANT } from '../suites/samples.ts';

const DAY = 24 * HOUR;
const PART = { agentSessionId: 'claude', subpath: '' };
const log = createLog({ level: 'silent', format: 'json' });

/** A store and directories of sessions that ended so many days after T0, and a clock that the test moves. */
async function createHouse(ages: Partial<RetentionAges>) {
  const directory = await mkdtemp(join(tmpdir(), 'bullpen-retention-'));
  let now = T0;
  const clock: Clock = { now: () => now, monotonic: () => now };
  const store = await openStore({ dataDir: directory, clock, log });
  const [root, trash] = [join(directory, 'sessions'), join(directory, 'tmp')];
  await mkdir(trash);
  const workspaces = createLocalWorkspaces(root, trash);
  const evicted: string[] = [];
  const context: RetentionContext = {
    sessions: { store, clock },
    workspaces,
    evict: async (sessionId) => void evicted.push(sessionId),
    ages: { keepSessionsMs: 0, keepTranscriptsMs: 0, keepWorkspacesMs: 0, ...ages },
    node: 'node-1',
    owner: 'retention',
    log,
  };
  return {
    store,
    context,
    evicted,
    workspaces,
    atDay: (day: number) => void (now = T0 + day * DAY),
    async create(endedAfterDays: number, fields: Partial<SessionRecord> = {}): Promise<string> {
      const session = newSession({
        state: 'completed',
        agentSessionId: 'claude',
        endedAt: T0 + endedAfterDays * DAY,
        ...fields,
      });
      await store.createSession(TENANT, { session, wakeAt: null, run: newRun(session.id) });
      await store.appendTranscript(TENANT, session.id, 0, PART, [{ uuid: null, entry: '{}' }]);
      const { home, workspace } = await workspaces.prepare(session.id);
      await writeFile(join(home, 'h'), 'h');
      await writeFile(join(workspace, 'w'), 'w');
      return session.id;
    },
    hasWorkspace: (id: string) => existsSync(workspaces.directoriesOf(id).workspace),
    hasTranscript: async (id: string) => (await store.loadTranscript(TENANT, id, PART)) !== null,
    async view(id: string): Promise<SessionView> {
      const view = await store.readSession(TENANT, id);
      if (!view) throw new Error('The session is gone.');
      return view;
    },
    async [Symbol.asyncDispose]() {
      await store[Symbol.asyncDispose]();
      await rm(directory, { recursive: true });
    },
  };
}

describe('retention', () => {
  it('removes each kind of thing after its own time, and nothing before', async () => {
    await using house = await createHouse({
      keepWorkspacesMs: DAY,
      keepTranscriptsMs: 2 * DAY,
      keepSessionsMs: 3 * DAY,
    });
    const id = await house.create(0);
    const retention = new Retention(house.context);
    const look = async (day: number) => {
      house.atDay(day);
      await retention.round();
      const state = (await house.view(id)).session.state;
      return [house.hasWorkspace(id), await house.hasTranscript(id), state];
    };
    expect(await look(1)).toEqual([true, true, 'completed']);
    expect(await look(1.01)).toEqual([false, true, 'completed']);
    expect(await look(2.01)).toEqual([false, false, 'completed']);
    expect((await house.view(id)).head).toMatchObject({
      transcriptRemovedAt: T0 + 2.01 * DAY,
      workspaceRemovedAt: T0 + 1.01 * DAY,
      leaseOwner: null,
      wakeAt: null,
    });
    // From here on it is the worker's, as with DELETE.
    expect(await look(3.01)).toEqual([false, false, 'deleting']);
    expect((await house.view(id)).head).toMatchObject({ wakeAt: T0 + 3.01 * DAY, needsSlot: false });
  });

  it('never touches a session with a run under way, however old it is', async () => {
    await using house = await createHouse({ keepWorkspacesMs: 1, keepTranscriptsMs: 1, keepSessionsMs: 1 });
    const ids: string[] = [];
    for (const state of ['new', 'queued', 'running', 'waiting', 'rescheduling'] as const) {
      ids.push(await house.create(0, { state, endedAt: null }));
    }
    house.atDay(1000);
    await new Retention(house.context).round();
    for (const id of ids) {
      expect([house.hasWorkspace(id), await house.hasTranscript(id)]).toEqual([true, true]);
      expect((await house.view(id)).head.version).toBe(1);
    }
  });

  it('ends a warm process first, keeps a directory of the client, and leaves files of other nodes alone', async () => {
    await using house = await createHouse({ keepWorkspacesMs: DAY });
    const elsewhere = await house.create(0, { homeNode: 'node-2' });
    const clients = house.context.sessions;
    const own = await mkdtemp(join(tmpdir(), 'bullpen-client-'));
    const guest = await house.create(0, { workspace: { kind: 'directory', ref: own } });
    house.atDay(2);
    await new Retention({ ...house.context, sessions: clients }).round();
    expect(house.hasWorkspace(elsewhere)).toBe(true);
    expect(house.hasWorkspace(guest)).toBe(false);
    expect(existsSync(own)).toBe(true);
    expect(house.evicted).toEqual([guest]);
    await rm(own, { recursive: true });
  });

  it('of a session without a home, as all have on a single server, the files are here', async () => {
    await using house = await createHouse({ keepWorkspacesMs: DAY });
    const id = await house.create(0, { homeNode: null });
    house.atDay(2);
    await new Retention(house.context).round();
    expect(house.hasWorkspace(id)).toBe(false);
  });

  it('leaves the files alone when it was held up for so long that another may have the session', async () => {
    await using house = await createHouse({ keepWorkspacesMs: DAY });
    const id = await house.create(0);
    house.atDay(2);
    await new Retention({ ...house.context, evict: async () => house.atDay(3) }).round();
    expect(house.hasWorkspace(id)).toBe(true);
    expect((await house.view(id)).head).toMatchObject({ leaseOwner: null, workspaceRemovedAt: null });
    await new Retention(house.context).round();
    expect(house.hasWorkspace(id)).toBe(false);
  });

  it('goes through any number of sessions in rounds of bounded work', async () => {
    await using house = await createHouse({ keepTranscriptsMs: DAY });
    const ids = await Promise.all(Array.from({ length: 250 }, (_, index) => house.create(index / 1000)));
    house.atDay(2);
    const retention = new Retention(house.context);
    const left = async () => {
      const kept = await Promise.all(ids.map((id) => house.hasTranscript(id)));
      return kept.filter(Boolean).length;
    };
    expect([await retention.round(), await left()]).toEqual([true, 150]);
    expect([await retention.round(), await left()]).toEqual([true, 50]);
    expect([await retention.round(), await left()]).toEqual([false, 0]);
  });

  it('goes on after a crash, and tries again what failed', async () => {
    await using house = await createHouse({ keepWorkspacesMs: DAY });
    const ids = [await house.create(0), await house.create(0.1), await house.create(0.2)];
    const discard = house.workspaces.discard;
    let fails = true;
    const workspaces: RetentionContext['workspaces'] = {
      discard: async (id) => {
        if (fails && id === ids[1]) throw new Error('The disk does not answer.');
        return discard(id);
      },
    };
    const retention = new Retention({ ...house.context, workspaces });
    house.atDay(2);
    await retention.round();
    expect(ids.map(house.hasWorkspace)).toEqual([false, true, false]);
    expect((await house.view(ids[1] ?? '')).head).toMatchObject({
      leaseOwner: null,
      workspaceRemovedAt: null,
    });
    fails = false;
    await retention.round();
    expect(ids.map(house.hasWorkspace)).toEqual([false, false, false]);
    // Each was done once; a new process does none of it again.
    const versions = await Promise.all(ids.map(async (id) => (await house.view(id)).head.version));
    await new Retention(house.context).round();
    expect(await Promise.all(ids.map(async (id) => (await house.view(id)).head.version))).toEqual(versions);
  });

  it('a process that dies between taking and removing leaves the session to the next one', async () => {
    await using house = await createHouse({ keepWorkspacesMs: DAY });
    const id = await house.create(0);
    const died = { discard: () => new Promise<never>(() => undefined) };
    house.atDay(2);
    void new Retention({ ...house.context, workspaces: died }).round();
    while ((await house.view(id)).head.leaseOwner === null) await Promise.resolve();
    const next = new Retention(house.context);
    await next.round();
    expect(house.hasWorkspace(id)).toBe(true);
    house.atDay(2.1);
    await next.round();
    expect(house.hasWorkspace(id)).toBe(false);
  });

  it.each(['keepWorkspacesMs', 'keepTranscriptsMs', 'keepSessionsMs'] as const)(
    'with %s it loses to a run that began in the meantime',
    async (age) => {
      await using house = await createHouse({ [age]: DAY });
      const id = await house.create(0);
      house.atDay(2);
      const { store } = house;
      const resumed: typeof store.listEnded = async (...args) => {
        const found = await store.listEnded(...args);
        await store.commit(TENANT, id, { session: { state: 'queued', endedAt: null }, head: { wakeAt: T0 } });
        return found;
      };
      const sessions = { ...house.context.sessions, store: { ...store, listEnded: resumed } };
      await new Retention({ ...house.context, sessions }).round();
      expect([house.hasWorkspace(id), await house.hasTranscript(id)]).toEqual([true, true]);
      expect((await house.view(id)).session.state).toBe('queued');
    },
  );

  it('removes the directory of a session again that was resumed after it', async () => {
    await using house = await createHouse({ keepWorkspacesMs: DAY });
    const id = await house.create(0);
    const retention = new Retention(house.context);
    house.atDay(2);
    await retention.round();
    await house.store.commit(TENANT, id, { session: { endedAt: T0 + 3 * DAY } });
    await house.workspaces.prepare(id);
    house.atDay(3.5);
    await retention.round();
    expect(house.hasWorkspace(id)).toBe(true);
    house.atDay(5);
    await retention.round();
    expect(house.hasWorkspace(id)).toBe(false);
  });

  it('is off by default', async () => {
    await using house = await createHouse({});
    await house.create(0);
    await house.store.createSession(TENANT, newWork());
    house.atDay(100_000);
    expect(await new Retention(house.context).round()).toBe(false);
    expect(
      await house.store.listEnded(TENANT, {
        before: Infinity,
        after: { endedAt: 0, sessionId: '' },
        limit: 9,
      }),
    ).toMatchObject([{ version: 1 }]);
  });
});
