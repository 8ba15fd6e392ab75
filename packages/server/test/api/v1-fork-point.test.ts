import type { Anthropic } from '@anthropic-ai/sdk';
import { describe, expect, it } from 'vitest';
import type { EventBody } from '#src/domain/event.ts';
import { createId, formatPrefixedId } from '#src/lib/ids.ts';
import { DEFAULT_TENANT } from '#src/store/records.ts';
import type { ScriptedRun } from '../support/scripted-worker.ts';
import { HELLO, startSessionLab, uuidOf, type SessionLab } from './sdk/session-lab.ts';

type Session = Anthropic.Beta.BetaManagedAgentsSession;

const MODEL = { messageId: 'msg_1', model: 'demo', parentToolUseId: null };

function fork(client: Anthropic, id: string, event_id: string) {
  return client.post<Session>(`/v1/sessions/${id}/fork`, { body: { event_id } });
}

interface Talk {
  id: string;
  run: ScriptedRun;
  /** Something happens, and the log has it. */
  emit(body: EventBody): Promise<string>;
  /** The agent's transcript has this, as its only part. */
  record(...entries: object[]): Promise<void>;
}

/** A session that is at work. */
async function beginTalk({ client, made, app }: SessionLab): Promise<Talk> {
  const { id } = await client.beta.sessions.create({ ...made, initial_events: [HELLO] });
  const run = await app.worker.take(uuidOf(id));
  const view = await app.store.readSession(DEFAULT_TENANT, uuidOf(id));
  const part = { agentSessionId: view?.session.agentSessionId ?? '', subpath: '' };
  return {
    id,
    run,
    async emit(body) {
      const [event] = await run.emit(body);
      return formatPrefixedId('sevt', event?.id ?? '');
    },
    async record(...entries) {
      const lines = entries.map((entry) => ({ uuid: null, entry: JSON.stringify(entry) }));
      await app.store.appendTranscript(DEFAULT_TENANT, uuidOf(id), view?.head.leaseEpoch ?? 0, part, lines);
    },
  };
}

/** The uuids in what the agent of a session remembers. */
async function memoryOf({ app }: SessionLab, id: string): Promise<(string | undefined)[]> {
  const response = await fetch(`${app.url}/v1/sessions/${id}/transcript`);
  const lines = (await response.text()).split('\n').slice(1, -1);
  return lines.map((line) => (JSON.parse(line) as { entry: { uuid?: string } }).entry.uuid);
}

function answer(uuid: string, messageId: string, block: object): object {
  return { type: 'assistant', uuid, message: { id: messageId, content: [block] } };
}

function result(uuid: string, id: string): object {
  return { type: 'user', uuid, message: { content: [{ type: 'tool_result', tool_use_id: id }] } };
}

describe('/v1 sessions: a fork at an event', () => {
  it('ends with the message of the agent, or before the one of the client, while the session works or waits', async () => {
    await using lab = await startSessionLab();
    const { client, app } = lab;
    const { id, run, emit, record } = await beginTalk(lab);
    const [prompt] = (await client.beta.sessions.events.list(id, { types: ['user.message'] })).data;
    const said = await emit({ type: 'agent.message', ...MODEL, uuid: 'b', text: 'Hi' });
    await expect(fork(client, id, said)).rejects.toMatchObject({
      status: 400,
      error: {
        error: { message: expect.stringMatching(/^event_id: The agent does not remember event sevt_/) },
      },
    });
    const next = createId(1);
    await record(
      { type: 'user', uuid: 'a' },
      answer('b', 'm1', { type: 'text' }),
      { type: 'attachment', uuid: 'c', attachment: { source_uuid: next } },
      answer('d', 'm2', { type: 'text' }),
    );
    const forked = await fork(client, id, said);
    expect(forked).toMatchObject({
      status: 'idle',
      title: 'Hello (fork)',
      forked_from: { session_id: id, event_id: said },
    });
    expect(await memoryOf(lab, forked.id)).toEqual(['a', 'b']);
    // The transcript has our prompt under its own name only.
    await expect(fork(client, id, prompt?.id ?? '')).rejects.toMatchObject({ status: 400 });
    await app.store.commit(DEFAULT_TENANT, uuidOf(id), { session: { state: 'waiting' } });
    expect(await memoryOf(lab, (await fork(client, id, said)).id)).toEqual(['a', 'b']);
    await app.store.commit(DEFAULT_TENANT, uuidOf(id), { session: { state: 'running' } });
    await run.end('completed');
    expect(await memoryOf(lab, (await fork(client, id, said)).id)).toEqual(['a', 'b']);
    expect(await app.store.isLeased(DEFAULT_TENANT, uuidOf(id))).toBe(false);
  });

  it('before the first message remembers nothing, and can begin', async () => {
    await using lab = await startSessionLab();
    const { client, app } = lab;
    const { id, record, run } = await beginTalk(lab);
    const [prompt] = (await client.beta.sessions.events.list(id, { types: ['user.message'] })).data;
    const uuid = (await app.store.readEvents(DEFAULT_TENANT, uuidOf(id), 0, 9)).find(
      ({ body }) => body.type === 'user.message',
    )?.id;
    await record({ type: 'queue-operation' }, { type: 'user', uuid }, answer('b', 'm1', { type: 'text' }));
    await run.end('completed');
    const forked = await fork(client, id, prompt?.id ?? '');
    expect(await memoryOf(lab, forked.id)).toEqual([]);
    await client.beta.sessions.events.send(forked.id, { events: [HELLO] });
    await (await app.worker.take(uuidOf(forked.id))).end('completed');
  });

  it('is refused with the reason where the agent could not go on, or has said nothing', async () => {
    await using lab = await startSessionLab();
    const { client } = lab;
    const { id, emit, record } = await beginTalk(lab);
    const call = { type: 'agent.tool_use' as const, toolUseId: 't', name: 'Bash', input: {} };
    const text = { type: 'agent.message' as const, text: 'Hi' };
    const between = await emit({ ...text, ...MODEL, uuid: 'between' });
    const behind = await emit({ ...text, ...MODEL, uuid: 'behind' });
    const cases: [eventId: string, message: string][] = [
      ['sevt_none', 'There is no event sevt_none in this session.'],
      [formatPrefixedId('sevt', createId(1)), 'There is no event '],
      [await emit({ ...call, ...MODEL, uuid: 'x' }), 'is no message of the main conversation'],
      [await emit({ ...text, ...MODEL, uuid: 'x', parentToolUseId: 'p' }), 'is no message of the main'],
      [await emit({ ...text, ...MODEL }), 'The agent does not remember'],
      [await emit({ ...text, ...MODEL, uuid: 'behind', error: 'rate_limit' }), 'The agent does not remember'],
      [await emit({ ...text, ...MODEL, uuid: 'abandoned' }), 'The agent does not remember'],
      [between, 'calls of the agent have no result yet'],
    ];
    await record(
      { type: 'user', uuid: 'a' },
      answer('b', 'm1', { type: 'tool_use', id: 't0' }),
      { type: 'user', uuid: 'c' },
      answer('d', 'm2', { type: 'tool_use', id: 't1' }),
      answer('between', 'm2', { type: 'text' }),
      result('e', 't1'),
      answer('behind', 'm2', { type: 'text' }),
    );
    for (const [eventId, message] of cases) {
      await expect(fork(client, id, eventId), message).rejects.toMatchObject({
        status: 400,
        error: {
          error: {
            type: 'invalid_request_error',
            message: expect.stringMatching(new RegExp(`^event_id: .*${message}`)),
          },
        },
      });
    }
    // A call of an earlier message that never got a result is none of this one's.
    const forked = await fork(client, id, behind);
    expect(await memoryOf(lab, forked.id)).toEqual(['a', 'b', 'c', 'd', 'between', 'e', 'behind']);
  });

  it('is made once for an Idempotency-Key', async () => {
    await using lab = await startSessionLab();
    const { client } = lab;
    const { id, emit, record } = await beginTalk(lab);
    const event_id = await emit({ type: 'agent.message', ...MODEL, uuid: 'b', text: 'Hi' });
    await record({ type: 'user', uuid: 'a' }, answer('b', 'm1', { type: 'text' }));
    const options = { body: { event_id }, headers: { 'idempotency-key': 'one' } };
    const made = await Promise.all(
      [1, 2, 3].map(() => client.post<Session>(`/v1/sessions/${id}/fork`, options)),
    );
    expect(new Set(made.map((one) => one.id)).size).toBe(1);
  });
});
