import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Anthropic } from '@anthropic-ai/sdk';
import { describe, expect, it } from 'vitest';
import { formatPrefixedId, parseId } from '#src/lib/ids.ts';
import { officialClient } from '../../api/sdk/recording-client.ts';
import {
  call,
  execute,
  waitForEnd,
  type Answer,
  type ListedSession,
  type StatusBody,
} from '../../support/api-client.ts';
import { createManaged, openManaged, tell, type ManagedSession } from '../../support/managed-sessions.ts';
import { readStream } from '../../support/sse-client.ts';
import { until } from '../../support/until.ts';
import { shareServer } from '../../support/shared-server.ts';

const server = shareServer(['--demo']);

/** Who may decide about calls on a server without API keys. */
const readKey = (): string => readFileSync(join(server.dataDir, 'approval-key'), 'utf8').trim();
const connect = (): Anthropic => officialClient('1.12', { baseURL: server.url, apiKey: readKey() });
const idle = 'status_idle end_turn';

/** A session as the simple API calls it, and as `/v1` does. */
const simpleId = (id: string): string => parseId('sesn', id) ?? '';
const publicId = (id: string): string => formatPrefixedId('sesn', id);

const statusOf = async (id: string): Promise<StatusBody> =>
  (await call<StatusBody>(server.url, 'GET', `/status/${id}`)).body;

async function story(session: ManagedSession): Promise<string[]> {
  return (await session.events()).map(tell);
}

interface Approval {
  id: string;
  session_id: string;
  tool_name: string;
}

const asPerson = <T>(method: string, path: string, body?: unknown): Promise<Answer<T>> =>
  call<T>(server.url, method, path, body, { authorization: `Bearer ${readKey()}` });

describe('a session that POST /execute/ started', () => {
  it('that is cancelled before its agent has begun shows first what was asked, then the interrupt', async () => {
    const id = await execute(server.url, { prompt: '[[tokens=400 rate=20]]' });
    await until('it runs', async () => (await statusOf(id)).status === 'running');
    await call(server.url, 'POST', `/cancel/${id}`);
    const told = await story(openManaged(connect(), publicId(id)));
    expect(told.filter((text) => text.startsWith('user.'))).toEqual([
      'user.message "[[tokens=400 rate=20]]"',
      'user.interrupt',
    ]);
  });

  it('is listed, read and streamed in /v1, and what is sent to it there is in its status', async () => {
    const client = connect();
    const id = await execute(server.url, { prompt: '[[text=Hello]]', metadata: { team: 7 } });
    const session = openManaged(client, publicId(id));
    expect((await session.untilIdle()).map(tell)).toContain('message "Hello"');
    const listed = (await client.beta.sessions.list()).data.find((one) => one.id === session.id);
    expect(listed).toMatchObject({ status: 'idle', metadata: { team: '7' } });
    const { environment_id = '', agent } = listed ?? {};
    expect(await client.beta.environments.retrieve(environment_id)).toMatchObject({ id: environment_id });
    expect(await client.beta.agents.retrieve(agent?.id ?? '')).toMatchObject({ name: agent?.name });

    await session.say('[[text=Again]]');
    expect((await session.untilIdle()).map(tell).at(-1)).toBe(idle);
    const status = await waitForEnd(server.url, id);
    expect(status).toMatchObject({ status: 'completed', result: { result: 'Again' } });
    expect(JSON.stringify(status.messages)).toMatch(/Hello.*\[\[text=Again\]\].*Again/);
    const frames: string[] = [];
    for await (const { event } of readStream(`${server.url}/sessions/${id}/stream`)) frames.push(event);
    expect(frames.filter((name) => name === 'message')).toHaveLength(status.message_count);
  });

  it('is interrupted in /v1, and cancelled for the simple API', async () => {
    const id = await execute(server.url, { prompt: '[[tokens=4000 rate=20]]' });
    const session = openManaged(connect(), publicId(id));
    await session.listen(({ type }) => type === 'span.model_request_start');
    await session.send([{ type: 'user.interrupt' }]);
    expect((await session.untilIdle()).map(tell).slice(-4)).toEqual([
      'user.interrupt',
      'thread_status_idle end_turn',
      'usage',
      idle,
    ]);
    expect(await statusOf(id)).toMatchObject({ status: 'cancelled' });
  });

  it('that waits for a person is answered in /v1', async () => {
    const prompt = '[[tool=Bash {"command":"echo hi > out.txt"}]] [[text=Done]]';
    const id = await execute(server.url, { prompt, on_ask: 'wait' });
    const session = openManaged(connect(), publicId(id));
    const asked = await session.untilIdle();
    const call_ = asked.find(({ type }) => type === 'agent.tool_use')?.id ?? '';
    expect(asked.at(-1)).toMatchObject({ stop_reason: { type: 'requires_action', event_ids: [call_] } });
    await session.send([{ type: 'user.tool_confirmation', tool_use_id: call_, result: 'allow' }]);
    await session.untilIdle();
    expect(await statusOf(id)).toMatchObject({ status: 'completed', pending_approvals: [] });
    expect(await story(session)).toContain('user.tool_confirmation allow');
  });
});

describe('a session of /v1', () => {
  it('is in the lists and the status of the simple API, which can go on with it and delete it', async () => {
    const session = await createManaged(connect());
    const id = simpleId(session.id);
    expect(await statusOf(id)).toMatchObject({ status: 'pending', messages: [] });
    await session.say('[[text=Hello]]');
    await session.untilIdle();
    const { body } = await call<ListedSession[]>(server.url, 'GET', '/sessions/');
    expect(body.find((one) => one.session_id === id)).toMatchObject({ status: 'completed' });
    await execute(server.url, { prompt: '[[text=Resumed]]', resume_session_id: id });
    await waitForEnd(server.url, id);
    expect(await story(session)).toEqual(
      expect.arrayContaining(['user.message "[[text=Resumed]]"', 'message "Resumed"']),
    );
    expect((await call(server.url, 'DELETE', `/sessions/${id}`)).status).toBe(200);
    await expect(session.events()).rejects.toMatchObject({ status: 404 });
  });

  it('is interrupted by POST /cancel/', async () => {
    const session = await createManaged(connect());
    const id = simpleId(session.id);
    await session.say('[[tokens=4000 rate=20]]');
    await session.listen(({ type }) => type === 'span.model_request_start');
    expect((await call(server.url, 'POST', `/cancel/${id}`)).status).toBe(200);
    expect((await story(session)).slice(-4)).toEqual([
      'user.interrupt',
      'thread_status_idle end_turn',
      'usage',
      idle,
    ]);
    expect(await statusOf(id)).toMatchObject({ status: 'cancelled' });
  });

  it('that waits for its client is answered by POST /approvals/{id}, but for results of custom tools', async () => {
    const session = await createManaged(connect(), {
      tools: [
        {
          type: 'agent_toolset_20260401',
          default_config: { permission_policy: { type: 'always_ask' } },
        },
        { type: 'custom', name: 'decide', description: 'Decides.', input_schema: { type: 'object' } },
      ],
    });
    const id = simpleId(session.id);
    await session.say('[[tool=Bash {"command":"echo hi"}]] [[tool=mcp__custom__decide]] [[text=Done]]');
    await session.untilIdle();
    const open = async (): Promise<Approval | undefined> =>
      (await asPerson<Approval[]>('GET', `/approvals?session_id=${id}`)).body[0];
    const asked = await until('a call waits', open);
    expect(asked).toMatchObject({ session_id: id, tool_name: 'Bash' });
    const allowed = await asPerson('POST', `/approvals/${asked.id}`, { decision: 'allow' });
    expect(allowed.status).toBe(200);
    const custom = await until('the custom tool waits', async () => {
      const next = await open();
      return next?.id === asked.id ? undefined : next;
    });
    expect(await story(session)).toEqual(
      expect.arrayContaining(['user.tool_confirmation allow', 'tool_result "hi"']),
    );
    const refused = await asPerson('POST', `/approvals/${custom.id}`, { decision: 'allow' });
    expect(refused.status).toBe(400);
    await session.send([
      { type: 'user.custom_tool_result', custom_tool_use_id: formatPrefixedId('sevt', custom.id) },
    ]);
    await session.listen((event) => tell(event) === idle);
    expect(await statusOf(id)).toMatchObject({ status: 'completed' });
  });
});
