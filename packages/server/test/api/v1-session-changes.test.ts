import { describe, expect, it } from 'vitest';
import type { SessionChanges } from '#src/domain/managed-events.ts';
import { DEFAULT_TENANT } from '#src/store/records.ts';
import type { Store } from '#src/store/store.ts';
import { call, execute } from '../support/api-client.ts';
import { createResult } from '../support/scripted-worker.ts';
import { BUDGET, HELLO, startSessionLab, uuidOf } from './sdk/session-lab.ts';

const HIGHER = { ...BUDGET, max_list_cost: { ...BUDGET.max_list_cost, amount: '300' } };

async function eventsOf(store: Store, sessionId: string) {
  return (await store.readEvents(DEFAULT_TENANT, uuidOf(sessionId), 0, 99)).map(({ body }) => body);
}

/** What the log says that clients changed. */
async function changesOf(store: Store, sessionId: string): Promise<SessionChanges[]> {
  return (await eventsOf(store, sessionId)).flatMap((body) =>
    body.type === 'session.updated' ? [body.changes] : [],
  );
}

function refused(message: unknown, code?: string) {
  return {
    status: 400,
    error: {
      error: { type: 'invalid_request_error', message, ...(code && { details: { error_code: code } }) },
    },
  };
}

describe('/v1 sessions: an update', () => {
  it('changes what it names, keeps the rest, and tells the log what is different', async () => {
    await using lab = await startSessionLab();
    const { client, made, app } = lab;
    const { id } = await client.beta.sessions.create({ ...made, metadata: { a: '1', b: '2' } });
    const update = (body: Parameters<typeof client.beta.sessions.update>[1]) =>
      client.beta.sessions.update(id, body);
    expect(await update({ title: 'New' })).toMatchObject({ title: 'New', metadata: { a: '1', b: '2' } });
    expect(await update({ metadata: { a: null, c: '3' } })).toMatchObject({
      title: 'New',
      metadata: { b: '2', c: '3' },
    });
    expect(await update({ title: null, metadata: null, vault_ids: [] })).toMatchObject({ title: null });
    const before = await client.beta.sessions.retrieve(id);
    // Nothing is different.
    const same = await update({
      title: null,
      metadata: { b: '2', x: null },
      agent: { tools: [] },
      budget: null,
    });
    expect(same.updated_at).toBe(before.updated_at);
    expect(await update({ metadata: { b: null, c: null } })).toMatchObject({ metadata: {} });
    expect(await changesOf(app.store, id)).toEqual([
      { title: 'New' },
      { metadata: { b: '2', c: '3' } },
      { title: null },
      {},
    ]);
    expect((await client.beta.sessions.retrieve(id)).updated_at >= before.updated_at).toBe(true);
  });

  it('loses nothing of others that come at the same time', async () => {
    await using lab = await startSessionLab();
    const { client, made } = lab;
    const { id } = await client.beta.sessions.create(made);
    const keys = Array.from({ length: 16 }, (_, index) => `key${index}`);
    await Promise.all(keys.map((key) => client.beta.sessions.update(id, { metadata: { [key]: key } })));
    const { metadata } = await client.beta.sessions.retrieve(id);
    expect(metadata).toEqual(Object.fromEntries(keys.map((key) => [key, key])));
    await expect(client.beta.sessions.update(id, { metadata: { one: 'more' } })).rejects.toMatchObject(
      refused('metadata: at most 16 keys are allowed, and there are 17'),
    );
  });

  it('replaces tools and servers of its agent while it is idle, and names what is wrong with them', async () => {
    await using lab = await startSessionLab();
    const { client, made, app } = lab;
    const { id } = await client.beta.sessions.create({ ...made, initial_events: [HELLO] });
    const tools = [{ type: 'agent_toolset_20260401' as const }];
    const running =
      'agent: Cannot be changed while the session is running. Send an interrupt event or wait until it is idle.';
    await expect(client.beta.sessions.update(id, { agent: { tools } })).rejects.toMatchObject(
      refused(running),
    );
    // The rest may be changed at any time.
    expect(await client.beta.sessions.update(id, { title: 'Busy' })).toMatchObject({ status: 'running' });
    await (await app.worker.take(uuidOf(id))).end('completed');
    const changed = await client.beta.sessions.update(id, { agent: { tools } });
    expect(changed.agent).toMatchObject({ version: 1, system: 'Write.', tools: [{ configs: [] }] });
    expect(await client.beta.agents.retrieve(made.agent)).toMatchObject({ tools: [] });
    expect((await changesOf(app.store, id)).at(-1)).toMatchObject({
      agent: { version: 1, config: { system: 'Write.', tools: [{ type: 'agent_toolset_20260401' }] } },
    });
    const servers = {
      mcp_servers: [{ type: 'url' as const, name: 'docs', url: 'https://docs.example.com' }],
    };
    await expect(client.beta.sessions.update(id, { agent: servers })).rejects.toMatchObject(
      refused(expect.stringMatching(/^agent\.mcp_servers/)),
    );
    const simple = await execute(app.url, { prompt: 'x' });
    await expect(client.beta.sessions.update(simple, { agent: { tools } })).rejects.toMatchObject(
      refused('agent: This session was started by POST /execute/, whose requests say what its agent is'),
    );
  });

  it('raises a budget or removes it, one way', async () => {
    await using lab = await startSessionLab();
    const { client, made, app } = lab;
    const { id } = await client.beta.sessions.create({ ...made, budget: BUDGET, initial_events: [HELLO] });
    const run = await app.worker.take(uuidOf(id));
    await run.result(createResult(), 2.5);
    const set = (budget: typeof BUDGET | null) => client.beta.sessions.update(id, { budget });
    const lower = { ...BUDGET, max_list_cost: { ...BUDGET.max_list_cost, amount: '249' } };
    await expect(set(lower)).rejects.toMatchObject(refused(expect.anything(), 'budget_not_raised'));
    // As it is, it says nothing new.
    expect((await set(BUDGET)).budget).toEqual(BUDGET);
    expect((await set(HIGHER)).budget).toEqual(HIGHER);
    await run.end('completed');
    expect((await set(null)).budget).toBeNull();
    await expect(set(HIGHER)).rejects.toMatchObject(refused(expect.anything(), 'budget_create_only'));
    expect(await changesOf(app.store, id)).toEqual([{ budget: HIGHER }, { budget: null }]);
    const never = await client.beta.sessions.create(made);
    await expect(client.beta.sessions.update(never.id, { budget: BUDGET })).rejects.toMatchObject(
      refused(expect.anything(), 'budget_create_only'),
    );
  });

  it('of the budget has a session go on that waits', async () => {
    await using lab = await startSessionLab();
    const { client, made, app } = lab;
    const { id } = await client.beta.sessions.create({ ...made, budget: BUDGET, initial_events: [HELLO] });
    await app.worker.take(uuidOf(id));
    const release = { session: { state: 'waiting' as const }, head: { wakeAt: null }, releaseLease: true };
    await app.store.commit(DEFAULT_TENANT, uuidOf(id), release);
    const claim = () => app.store.claim({ owner: 'other', leaseMs: 1000, slots: 9, limit: 9 });
    await client.beta.sessions.update(id, { title: 'x' });
    expect(await claim()).toEqual([]);
    await client.beta.sessions.update(id, { budget: HIGHER });
    expect(await claim()).toMatchObject([{ session: { id: uuidOf(id), budget: HIGHER } }]);
  });
});

describe('/v1 sessions: archiving', () => {
  it('ends a session at rest for good: it can be read, and nothing else', async () => {
    await using lab = await startSessionLab();
    const { client, made, app } = lab;
    const { id } = await client.beta.sessions.create({ ...made, initial_events: [HELLO] });
    await (await app.worker.take(uuidOf(id))).end('completed');
    const archived = await client.beta.sessions.archive(id);
    expect(archived).toMatchObject({ id, status: 'terminated', archived_at: archived.updated_at });
    // Its time has stopped.
    expect(await client.beta.sessions.retrieve(id)).toEqual(archived);
    expect(await client.beta.sessions.archive(id)).toEqual(archived);
    const types = (await eventsOf(app.store, id)).map(({ type }) => type);
    expect(types.filter((type) => type === 'session.archived')).toHaveLength(1);
    expect(types.at(-1)).toBe('session.archived');
    await expect(client.beta.sessions.update(id, { title: 'x' })).rejects.toMatchObject(
      refused(`Session ${id} is archived.`),
    );
    expect(
      await call(app.url, 'POST', '/execute/', { prompt: 'x', resume_session_id: uuidOf(id) }),
    ).toMatchObject({
      status: 400,
      body: { detail: `Session ${uuidOf(id)} is archived. It can be read, but not resumed` },
    });
    expect((await call(app.url, 'GET', `/status/${uuidOf(id)}`)).body).toMatchObject({ status: 'completed' });
  });

  it('asks a worker to remove what is left of its agent, which takes no slot', async () => {
    await using lab = await startSessionLab();
    const { client, made, app } = lab;
    const { id } = await client.beta.sessions.create(made);
    await client.beta.sessions.archive(id);
    expect(await app.store.claim({ owner: 'w', leaseMs: 1000, slots: 0, limit: 9 })).toHaveLength(1);
  });

  it('is refused while the session works, and closes the calls of one that waits', async () => {
    await using lab = await startSessionLab();
    const { client, made, app } = lab;
    const { id } = await client.beta.sessions.create({ ...made, initial_events: [HELLO] });
    const busy = (status: string) =>
      refused(
        `Session ${id} cannot be archived while its status is "${status}". Only pending or idle sessions may be archived.`,
      );
    await expect(client.beta.sessions.archive(id)).rejects.toMatchObject(busy('running'));
    const run = await app.worker.take(uuidOf(id));
    await expect(client.beta.sessions.archive(id)).rejects.toMatchObject(busy('running'));
    await app.store.commit(DEFAULT_TENANT, uuidOf(id), { session: { state: 'rescheduling' } });
    await expect(client.beta.sessions.archive(id)).rejects.toMatchObject(busy('rescheduling'));
    await app.store.commit(DEFAULT_TENANT, uuidOf(id), { session: { state: 'waiting' } });
    // Its worker hears that it is to end.
    const asked = new Promise((resolve) => app.store.hints.onInputs(uuidOf(id), () => resolve(undefined)));
    const archiving = client.beta.sessions.archive(id);
    await asked;
    expect(await app.store.readInputs(DEFAULT_TENANT, uuidOf(id))).toMatchObject([{ kind: 'cancel' }]);
    await run.end('cancelled');
    expect(await archiving).toMatchObject({ status: 'terminated' });
  });
});

describe('/v1 sessions: deleting', () => {
  it('is refused while the session works; then it is gone with all that was kept of it', async () => {
    await using lab = await startSessionLab();
    const { client, made, app } = lab;
    const { id } = await client.beta.sessions.create({
      ...made,
      initial_events: [HELLO],
      metadata: { a: 'b' },
    });
    const busy = refused(
      'Cannot delete session while it is running. Send an interrupt event or wait for the session to complete.',
    );
    await expect(client.beta.sessions.delete(id)).rejects.toMatchObject(busy);
    const run = await app.worker.take(uuidOf(id));
    await expect(client.beta.sessions.delete(id)).rejects.toMatchObject(busy);
    await run.end('completed');
    for (const archive of [false, true]) {
      const { id: other } = await client.beta.sessions.create(made);
      if (archive) await client.beta.sessions.archive(other);
      const deleting = client.beta.sessions.delete(other);
      await app.worker.remove(uuidOf(other));
      expect(await deleting).toEqual({ id: other, type: 'session_deleted' });
      await expect(client.beta.sessions.retrieve(other)).rejects.toMatchObject({ status: 404 });
    }
    expect((await client.beta.sessions.list({ include_archived: true })).data).toHaveLength(1);
  });
});

describe('/v1 threads', () => {
  it('are the primary one, which is what its session is', async () => {
    await using lab = await startSessionLab();
    const { client, made, app } = lab;
    const { threads } = client.beta.sessions;
    const session = await client.beta.sessions.create(made);
    const { data } = await threads.list(session.id);
    const [thread] = data;
    const { multiagent: _, ...agent } = session.agent;
    expect(data).toEqual([
      {
        id: session.id.replace('sesn_', 'sthr_'),
        type: 'session_thread',
        session_id: session.id,
        parent_thread_id: null,
        agent,
        status: 'idle',
        stats: null,
        usage: null,
        workflow_run_id: null,
        created_at: session.created_at,
        updated_at: session.updated_at,
        archived_at: null,
      },
    ]);
    const retrieve = () => threads.retrieve(thread?.id ?? '', { session_id: session.id });
    expect(await retrieve()).toEqual(thread);
    expect((await threads.list(session.id, { statuses: ['idle', 'running'] })).data).toHaveLength(1);
    expect((await threads.list(session.id, { statuses: ['running'] })).data).toEqual([]);

    const busy = await client.beta.sessions.create({ ...made, initial_events: [HELLO] });
    const run = await app.worker.take(uuidOf(busy.id));
    const [running] = (await threads.list(busy.id)).data;
    expect(running).toMatchObject({ status: 'running', usage: null, stats: {} });
    await run.end('completed');
    const [idle] = (await threads.list(busy.id)).data;
    expect(idle).toMatchObject({ status: 'idle', usage: { input_tokens: 0 }, stats: running?.stats && {} });
    expect(idle?.stats?.startup_seconds).toBeGreaterThanOrEqual(0);

    await expect(threads.retrieve(running?.id ?? '', { session_id: session.id })).rejects.toMatchObject({
      status: 404,
      error: { error: { message: `Session thread ${running?.id} not found.` } },
    });
  });

  it('cannot be archived but with their session', async () => {
    await using lab = await startSessionLab();
    const { client, made } = lab;
    const { id } = await client.beta.sessions.create(made);
    const thread = id.replace('sesn_', 'sthr_');
    const archive = () => client.beta.sessions.threads.archive(thread, { session_id: id });
    await expect(archive()).rejects.toMatchObject(
      refused(
        `Thread ${thread} is the primary thread of its session and cannot be archived. Archive the session instead.`,
      ),
    );
    const { archived_at } = await client.beta.sessions.archive(id);
    expect(await archive()).toMatchObject({ id: thread, status: 'terminated', archived_at });
  });
});
