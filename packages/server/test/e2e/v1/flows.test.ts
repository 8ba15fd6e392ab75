import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { officialClient } from '../../api/sdk/recording-client.ts';
import { until } from '../../support/until.ts';
import { makeDataDir, startBullpen } from '../../support/bullpen-process.ts';
import { createManaged, openManaged, tell, KEY, KEYED, story } from '../../support/managed-sessions.ts';
import { ASKING, DECIDE, TOOLS, message } from '../../support/managed-tools.ts';
import { shareServer } from '../../support/shared-server.ts';

const PIXEL =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

const server = shareServer(['--demo'], KEYED);

const connect = () => officialClient('1.12', { baseURL: server.url, apiKey: KEY });

describe('an answer', () => {
  it('may come as soon as the call is seen: then the session does not wait at all', async () => {
    const session = await createManaged(connect(), { tools: ASKING });
    const done = session.listen((event) => tell(event) === 'status_idle end_turn');
    await session.say('[[tool=Bash {"command":"echo hi"}]] [[tokens=10 rate=20]] [[text=Done]]');
    const heard = await session.listen(({ type }) => type === 'agent.tool_use');
    const call = heard.at(-1)?.id ?? '';
    await session.send([{ type: 'user.tool_confirmation', tool_use_id: call, result: 'allow' }]);
    await done;
    const told = await story(session);
    expect(told).toContain('tool_result "hi"');
    expect(told.filter((word) => word.startsWith('user.tool_confirmation'))).toHaveLength(1);
    await expect(
      session.send([{ type: 'user.tool_confirmation', tool_use_id: call, result: 'deny' }]),
    ).rejects.toThrow(/does not wait for an answer any more/);
  });

  it('to a call that does not wait, or of the wrong kind, is refused, and nothing else of the request is done', async () => {
    const session = await createManaged(connect(), { tools: [DECIDE, ...TOOLS] });
    await session.say('[[tool=mcp__custom__decide {}]] [[text=Done]]');
    const heard = await session.untilIdle();
    const call = heard.find(({ type }) => type === 'agent.custom_tool_use')?.id ?? '';
    const confirmation = {
      type: 'user.tool_confirmation' as const,
      tool_use_id: call,
      result: 'allow' as const,
    };
    await expect(session.send([message('Hello?'), confirmation])).rejects.toThrow(
      /not answered with this type/,
    );
    await expect(
      session.send([{ ...confirmation, tool_use_id: session.id.replace('sesn', 'sevt') }]),
    ).rejects.toThrow(/no event/);
    await expect(session.send([{ ...confirmation, tool_use_id: 'sevt_1' }])).rejects.toThrow(
      /no event sevt_1/,
    );
    expect((await story(session)).filter((word) => word.startsWith('user.'))).toHaveLength(1);
    await session.send([{ type: 'user.custom_tool_result', custom_tool_use_id: call, is_error: true }]);
    await session.untilIdle();
    expect(await story(session)).toContain('user.custom_tool_result error ""');
  });
});

describe('a message', () => {
  it('that comes while a call waits is heard after the answer, in the same turn', async () => {
    const session = await createManaged(connect(), { tools: ASKING });
    await session.say('[[tool=Bash {"command":"echo hi"}]] [[text=Done]]');
    const asked = await session.untilIdle();
    const call = asked.find(({ type }) => type === 'agent.tool_use')?.id ?? '';
    await session.send([message('Are you there?')]);
    await session.send([{ type: 'user.tool_confirmation', tool_use_id: call, result: 'allow' }]);
    await session.listen((event) => tell(event) === 'status_idle end_turn');
    const told = await story(session);
    expect(told.indexOf('user.message "Are you there?"')).toBeGreaterThan(told.indexOf('tool_result "hi"'));
    expect(told.filter((word) => word === 'status_running')).toHaveLength(2);
  });

  it('that the agent had not taken survives an interrupt', async () => {
    const session = await createManaged(connect());
    await session.say('[[tokens=400 rate=20]]');
    await session.listen(({ type }) => type === 'span.model_request_start');
    await session.send([message('[[text=Second]]')]);
    await session.send([{ type: 'user.interrupt' }]);
    await session.listen((event) => tell(event) === 'message "Second"');
    await session.listen((event) => tell(event) === 'status_idle end_turn');
    const told = await story(session);
    expect(told.filter((word) => word === 'user.message "[[text=Second]]"')).toHaveLength(1);
    expect(told.indexOf('user.interrupt')).toBeLessThan(told.indexOf('message "Second"'));
  });

  it('may hold an image, and many come in one request, in order', async () => {
    const session = await createManaged(connect());
    await session.send([
      {
        type: 'user.message',
        content: [
          { type: 'text', text: '[[text=One]]' },
          { type: 'image', source: { type: 'base64', media_type: 'image/png', data: PIXEL } },
        ],
      },
      message('[[text=Two]]'),
      message('[[text=Three]]'),
    ]);
    await session.listen((event) => tell(event) === 'status_idle end_turn');
    const told = await story(session);
    expect(told.filter((word) => word.startsWith('user.message'))).toEqual([
      'user.message "[[text=One]]|?"',
      'user.message "[[text=Two]]"',
      'user.message "[[text=Three]]"',
    ]);
    expect(told.filter((word) => word === 'status_running')).toHaveLength(1);
  });

  it('of a new session starts it at once', async () => {
    const client = connect();
    const agent = await client.beta.agents.create({ name: 'Quick', model: 'claude-opus-5-5' });
    const environment = await client.beta.environments.create({ name: 'Quick' });
    const created = await client.beta.sessions.create({
      agent: agent.id,
      environment_id: environment.id,
      initial_events: [message('[[text=Hello]]')],
    });
    expect(created.status).toBe('running');
    const session = openManaged(client, created.id);
    await session.untilIdle();
    expect(await story(session)).toContain('message "Hello"');
  });
});

describe('an interrupt', () => {
  it('of an idle session changes nothing', async () => {
    const session = await createManaged(connect());
    await session.send([{ type: 'user.interrupt' }]);
    expect(await story(session)).toEqual(['user.interrupt']);
  });

  it('stops a command at work, and its result says so', async () => {
    const session = await createManaged(connect(), { tools: TOOLS });
    await session.say('[[tool=Bash {"command":"echo hi; sleep 60"}]] [[text=Done]]');
    await session.listen(({ type }) => type === 'agent.tool_use');
    await session.send([{ type: 'user.interrupt' }]);
    await session.listen((event) => tell(event) === 'status_idle end_turn');
    const told = await story(session);
    expect(told).not.toContain('message "Done"');
    await session.say('[[text=Next]]');
    await session.listen((event) => tell(event) === 'message "Next"');
  });
});

describe('a tool', () => {
  it('that the agent does not have is refused, and the agent goes on', async () => {
    const session = await createManaged(connect(), {
      tools: [{ type: 'agent_toolset_20260401', configs: [{ name: 'bash', enabled: false }] }],
    });
    await session.say('[[tool=Bash {"command":"echo hi"}]] [[text=Done]]');
    await session.untilIdle();
    expect((await story(session)).slice(4, 8)).toEqual([
      'tool_use bash deny',
      'model_request_end',
      expect.stringMatching(/^tool_result error/),
      'model_request_start',
    ]);
  });

  it('under the policy auto reads by itself and asks for the rest', async () => {
    const session = await createManaged(connect(), {
      tools: [
        {
          type: 'agent_toolset_20260401',
          default_config: { permission_policy: { type: 'auto' } },
        },
      ],
    });
    await session.say('[[tool=Glob {"pattern":"*"}]] [[tool=Bash {"command":"echo hi"}]] [[text=Done]]');
    const heard = await session.untilIdle();
    const calls = heard.filter(({ type }) => type === 'agent.tool_use');
    expect(calls).toMatchObject([
      { name: 'glob', evaluation: { type: 'auto', evaluated_permission: { type: 'allow' } } },
      {
        name: 'bash',
        evaluation: { type: 'auto', evaluated_permission: { type: 'ask', reason_code: 'indeterminate' } },
      },
    ]);
  });
});

describe('a stream', () => {
  it('that is opened late begins with the redirected work, though the end of the work before was seen', async () => {
    const session = await createManaged(connect());
    await session.say('[[tokens=400 rate=20]]');
    await session.listen(({ type }) => type === 'span.model_request_start');
    await session.send([{ type: 'user.interrupt' }, message('[[text=Other way]]')]);
    const first = await session.untilIdle();
    expect(first.map(tell)).toContain('user.interrupt');
    // Seen by another client, which does not count.
    await until('it has ended', async () => {
      const answer = await fetch(`${server.url}/status/${session.id}`, { headers: { 'x-api-key': KEY } });
      return ((await answer.json()) as { status: string }).status === 'completed';
    });
    const second = await session.untilIdle();
    expect(second.map(tell)).toContain('message "Other way"');
    expect(second.map(tell)).not.toContain('user.interrupt');
  });
});

describe('a confirmation', () => {
  it('needs a key on a server that asks for none: an agent of this machine must not answer for a person', async () => {
    await using path = await makeDataDir();
    await using open = await startBullpen(path.path, ['--demo']);
    const anybody = officialClient('1.12', { baseURL: open.url });
    const session = await createManaged(anybody, { tools: ASKING });
    await session.say('[[tool=Bash {"command":"echo hi"}]] [[text=Done]]');
    const call = (await session.untilIdle()).find(({ type }) => type === 'agent.tool_use')?.id ?? '';
    const allow = { type: 'user.tool_confirmation' as const, tool_use_id: call, result: 'allow' as const };
    await expect(session.send([allow])).rejects.toMatchObject({ status: 403, type: 'permission_error' });
    const apiKey = (await readFile(join(path.path, 'approval-key'), 'utf8')).trim();
    const person = openManaged(officialClient('1.12', { baseURL: open.url, apiKey }), session.id);
    await person.send([allow]);
    await person.listen((event) => tell(event) === 'message "Done"');
  });
});
