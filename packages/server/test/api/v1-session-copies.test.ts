import type { Anthropic } from '@anthropic-ai/sdk';
import { lstat, mkdir, readFile, readlink, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DEFAULT_TENANT } from '#src/store/records.ts';
import type { TestApp } from '../support/app.ts';
import { BUDGET, HELLO, startSessionLab, uuidOf, type SessionLab } from './sdk/session-lab.ts';

type Session = Anthropic.Beta.BetaManagedAgentsSession;

const JSONL = { 'content-type': 'application/jsonl' };

function fork(client: Anthropic, id: string, body: object = {}, headers: Record<string, string> = {}) {
  return client.post<Session>(`/v1/sessions/${id}/fork`, { body, headers });
}

async function exportOf(
  app: TestApp,
  id: string,
): Promise<{ text: string; lines: Record<string, unknown>[] }> {
  const response = await fetch(new URL(`/v1/sessions/${id}/transcript`, app.url));
  expect(response.headers.get('content-type')).toBe('application/jsonl; charset=utf-8');
  const text = await response.text();
  const lines = text.split('\n').slice(0, -1);
  return { text, lines: lines.map((line): Record<string, unknown> => JSON.parse(line)) };
}

/** A session whose agent has said something and remembers it. */
async function createSpoken({ client, made, app }: SessionLab, fields: object = {}): Promise<Session> {
  const session = await client.beta.sessions.create({ ...made, ...fields, initial_events: [HELLO] });
  const id = uuidOf(session.id);
  const run = await app.worker.take(id);
  const view = await app.store.readSession(DEFAULT_TENANT, id);
  const agentSessionId = view?.session.agentSessionId ?? '';
  const add = (subpath: string, ...entries: object[]) =>
    app.store.appendTranscript(
      DEFAULT_TENANT,
      id,
      view?.head.leaseEpoch ?? 0,
      { agentSessionId, subpath },
      entries.map((entry) => ({
        uuid: null,
        entry: JSON.stringify({ ...entry, sessionId: agentSessionId }),
      })),
    );
  await add(
    '',
    { type: 'user', message: 'Hello' },
    { type: 'last-prompt' },
    { type: 'assistant', message: 'Hi' },
  );
  await add('subagents/agent-1', { type: 'agent_metadata' }, { type: 'user', message: 'Look' });
  await run.end('completed');
  return session;
}

describe('/v1 sessions: a fork', () => {
  it('is a session of its own with the same agent, environment and memory, and no events', async () => {
    await using lab = await startSessionLab();
    const { client, app } = lab;
    const source = await createSpoken(lab, { title: 'First', metadata: { a: 'b' }, budget: BUDGET });
    await client.beta.sessions.update(source.id, { agent: { tools: [{ type: 'agent_toolset_20260401' }] } });
    const before = await client.beta.sessions.retrieve(source.id);
    const forked = await fork(client, source.id);
    expect(forked).toMatchObject({
      agent: before.agent,
      environment_id: source.environment_id,
      title: 'First (fork)',
      forked_from: { session_id: source.id, event_id: null },
      metadata: { a: 'b' },
      budget: BUDGET,
      status: 'idle',
      usage: { list_cost: { amount: '0' } },
    });
    expect(forked.id).not.toBe(source.id);
    expect((await client.beta.sessions.events.list(forked.id)).data).toEqual([]);
    const view = await app.store.readSession(DEFAULT_TENANT, uuidOf(forked.id));
    const { lines } = await exportOf(app, forked.id);
    expect(lines).toMatchObject([
      { type: 'session', id: forked.id, title: 'First (fork)' },
      { part: '', entry: { type: 'user', message: 'Hello', sessionId: view?.session.agentSessionId } },
      { part: '', entry: { type: 'assistant', message: 'Hi' } },
      { part: 'subagents/agent-1', entry: { type: 'agent_metadata' } },
      { part: 'subagents/agent-1', entry: { message: 'Look' } },
    ]);
    // Both go on.
    for (const id of [source.id, forked.id]) {
      await client.beta.sessions.events.send(id, { events: [HELLO] });
      await (await app.worker.take(uuidOf(id))).end('completed');
    }
    const other = await fork(client, forked.id, { title: null, metadata: {}, budget: null });
    expect(other).toMatchObject({ title: null, metadata: {}, budget: null });
  });

  it('says where it comes from, in lists too and when that is gone, and is called after it', async () => {
    await using lab = await startSessionLab();
    const { client, app } = lab;
    const source = await createSpoken(lab);
    const first = await fork(client, source.id);
    const origin = { session_id: source.id, event_id: null };
    expect(first).toMatchObject({ title: 'Hello (fork)', forked_from: origin });
    const second = await fork(client, first.id);
    expect(second).toMatchObject({ title: 'Hello (fork 2)', forked_from: { session_id: first.id } });
    expect(await fork(client, second.id)).toMatchObject({ title: 'Hello (fork 3)' });
    expect(source).not.toHaveProperty('forked_from');
    const removed = client.beta.sessions.delete(source.id);
    await app.worker.remove(uuidOf(source.id));
    await removed;
    for (const shown of [
      await client.beta.sessions.retrieve(first.id),
      (await client.beta.sessions.list()).data.find(({ id }) => id === first.id),
      await client.beta.sessions.update(first.id, { title: 'Renamed' }),
    ]) {
      expect(shown).toMatchObject({ forked_from: origin });
    }
  });

  it('has a copy of the workspace, or works in the same directory', async () => {
    await using lab = await startSessionLab();
    const { client, app, made } = lab;
    const source = await createSpoken(lab);
    const directoryOf = (id: string) => join(app.root, 'data', 'sessions', uuidOf(id), 'workspace');
    await mkdir(join(directoryOf(source.id), 'deep'), { recursive: true });
    await writeFile(join(directoryOf(source.id), 'deep', 'a.txt'), 'one');
    await symlink('/etc/hostname', join(directoryOf(source.id), 'link'));
    for (const name of ['outputs', 'repositories']) {
      await mkdir(join(directoryOf(source.id), '..', 'mount', name), { recursive: true });
      await writeFile(join(directoryOf(source.id), '..', 'mount', name, 'a'), name);
    }
    const forked = await fork(client, source.id);
    const copy = join(directoryOf(forked.id), 'deep', 'a.txt');
    expect(await readFile(copy, 'utf8')).toBe('one');
    expect(await readlink(join(directoryOf(forked.id), 'link'))).toBe('/etc/hostname');
    for (const name of ['outputs', 'repositories'])
      expect(await readFile(join(directoryOf(forked.id), '..', 'mount', name, 'a'), 'utf8')).toBe(name);
    await writeFile(copy, 'two');
    expect(await readFile(join(directoryOf(source.id), 'deep', 'a.txt'), 'utf8')).toBe('one');

    await mkdir(join(app.root, 'project'));
    const path = join(app.root, 'project');
    const directory = await fetch(new URL('/v1/sessions', app.url), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...made, resources: [{ type: 'local_directory', path }] }),
    });
    const { id }: { id: string } = JSON.parse(await directory.text());
    const shared = await fetch(new URL(`/v1/sessions/${id}/fork`, app.url), { method: 'POST' });
    const answer: Record<string, unknown> = JSON.parse(await shared.text());
    expect(answer).toMatchObject({ resources: [{ type: 'local_directory', path }] });
    const view = await app.store.readSession(DEFAULT_TENANT, uuidOf(String(answer['id'])));
    expect(view?.session.workspace).toEqual({ kind: 'directory', ref: path });
  });

  it('is not made of a session that works or waits, and one that is archived has no files any more', async () => {
    await using lab = await startSessionLab();
    const { client, made, app } = lab;
    const { id } = await client.beta.sessions.create({ ...made, initial_events: [HELLO] });
    const run = await app.worker.take(uuidOf(id));
    const refused = (message: string) => ({ status: 400, error: { error: { message } } });
    await expect(fork(client, id)).rejects.toMatchObject(
      refused(`Session ${id} cannot be forked while its status is "running".`),
    );
    await app.store.commit(DEFAULT_TENANT, uuidOf(id), { session: { state: 'waiting' } });
    await expect(fork(client, id)).rejects.toMatchObject(
      refused(
        `Session ${id} cannot be forked while it waits for its client. Answer its calls, or interrupt it.`,
      ),
    );
    await app.store.commit(DEFAULT_TENANT, uuidOf(id), { session: { state: 'running' } });
    await run.end('completed');
    await client.beta.sessions.archive(id);
    const forked = await fork(client, id);
    expect(forked).toMatchObject({ status: 'idle', archived_at: null });
    await expect(lstat(join(app.root, 'data', 'sessions', uuidOf(forked.id)))).rejects.toThrow(/ENOENT/);
    await client.beta.environments.archive(made.environment_id);
    await expect(fork(client, id)).rejects.toMatchObject(
      refused(`Environment ${made.environment_id} is archived.`),
    );
    await expect(fork(client, 'sesn_none')).rejects.toMatchObject({ status: 404 });
  });

  it('is made once for an Idempotency-Key, and leaves the session that it comes from to others', async () => {
    await using lab = await startSessionLab();
    const { client, app } = lab;
    const source = await createSpoken(lab);
    const key = { 'idempotency-key': 'one' };
    const answers = await Promise.all([1, 2, 3].map(() => fork(client, source.id, {}, key)));
    expect(new Set(answers.map(({ id }) => id)).size).toBe(1);
    expect((await client.beta.sessions.list()).data).toHaveLength(2);
    expect(await app.store.isLeased(DEFAULT_TENANT, uuidOf(source.id))).toBe(false);
  });
});

describe('/v1 sessions: a transcript', () => {
  it('is exported and imported again: another session remembers it', async () => {
    await using lab = await startSessionLab();
    const { client, app, made } = lab;
    const source = await createSpoken(lab, { title: 'First', metadata: { a: 'b' } });
    const exported = await exportOf(app, source.id);
    const query = { agent: made.agent, environment_id: made.environment_id };
    const imported = await client.post<Session>('/v1/sessions/import', {
      body: exported.text,
      query,
      headers: JSONL,
    });
    expect(imported).toMatchObject({ title: 'First', metadata: { a: 'b' }, status: 'idle' });
    const again = await exportOf(app, imported.id);
    const entriesOf = ({ lines }: typeof again) =>
      lines.slice(1).map(({ part, entry }) => ({ part, entry: { ...(entry as object), sessionId: '' } }));
    expect(entriesOf(again)).toEqual(entriesOf(exported));
    expect((await client.beta.sessions.events.list(imported.id)).data).toEqual([]);
    const view = await app.store.readSession(DEFAULT_TENANT, uuidOf(imported.id));
    expect(again.lines[1]?.['entry']).toMatchObject({ sessionId: view?.session.agentSessionId });
  });

  it('of a session that never worked is one line', async () => {
    await using lab = await startSessionLab();
    const { id } = await lab.client.beta.sessions.create(lab.made);
    expect((await exportOf(lab.app, id)).lines).toMatchObject([{ type: 'session', version: 1, id }]);
  });

  it('that is none is refused with the line that is wrong, and nothing is made', async () => {
    await using lab = await startSessionLab();
    const { client, made } = lab;
    const query = { agent: made.agent, environment_id: made.environment_id };
    const first = { type: 'session', version: 1 };
    const said = { type: 'entry', part: '', entry: { type: 'user' } };
    const wrong: [lines: unknown[], message: string][] = [
      [[], 'List should have at least 2 items'],
      [[first, '{'], '1: Input should be JSON'],
      [[said, said], "0.type: Input should be 'session'"],
      [[{ ...first, version: 2 }, said], "0.version: Input should be '1'"],
      [[first, said, first], "2.type: Input should be 'entry'"],
      [
        [first, { ...said, entry: { type: 'mode', mode: 'bypassPermissions' } }],
        "1.entry.type: Input should be 'user' or 'assistant' or 'attachment' or 'system' or 'summary' or 'agent_metadata'",
      ],
      [[first, { ...said, color: 'red' }], '1.color: Extra inputs are not permitted'],
      [[first, { ...said, part: 'subagents/a' }], 'There is nothing in it that anybody said'],
      ...['../x', 'subagents/../../x', '/etc/x', 'subagents', 'subagents/a.b'].map(
        (part): [unknown[], string] => [
          [first, said, { ...said, part }],
          "2.part: Input should be '' or the name of a part, such as subagents/agent-1",
        ],
      ),
    ];
    for (const [lines, message] of wrong) {
      const body = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n');
      const sent = client.post('/v1/sessions/import', { body, query, headers: JSONL });
      await expect(sent).rejects.toMatchObject({
        status: 400,
        error: { error: { type: 'invalid_request_error', message } },
      });
    }
    const json = client.post('/v1/sessions/import', { body: { first, said }, query });
    await expect(json).rejects.toMatchObject({ status: 400 });
    expect((await client.beta.sessions.list()).data).toEqual([]);
  });
});
