import { describe, expect, it } from 'vitest';
import { parseId } from '#src/lib/ids.ts';
import { officialClient } from '../../api/sdk/recording-client.ts';
import {
  makeDataDir,
  processesOf,
  startBullpen,
  type BullpenProcess,
} from '../../support/bullpen-process.ts';
import {
  createManaged,
  expectOrder,
  openManaged,
  tell,
  type ManagedSession,
  type SeenEvent,
  KEY,
  KEYED,
  story,
} from '../../support/managed-sessions.ts';
import { ASKING, DECIDE, TOOLS, answer, confirm } from '../../support/managed-tools.ts';
import { countedCall, killAgents, runsOf, untilRun } from '../../support/recovery.ts';
import { until } from '../../support/until.ts';

function connect(server: BullpenProcess) {
  return officialClient('1.12', { baseURL: server.url, apiKey: KEY });
}

function uuidOf(session: ManagedSession): string {
  return parseId('sesn', session.id) ?? '';
}

/** The ids that the session waits for, at the end of what was heard. */
function pendingOf(heard: readonly SeenEvent[]): string[] {
  const reason = heard.at(-1)?.['stop_reason'];
  return Reflect.get(Object(reason), 'event_ids') ?? [];
}

describe('a session of /v1 that waits for its client', () => {
  it('survives a SIGKILL of the server with several calls: each that is allowed runs once, in order, under its id', async () => {
    await using dataDir = await makeDataDir();
    let id: string;
    let pending: string[];
    {
      await using server = await startBullpen(dataDir.path, [], KEYED);
      const session = await createManaged(connect(server), { tools: ASKING });
      await session.say(
        `[[parallel]] ${countedCall('one')} ${countedCall('two')} ${countedCall('three')} [[text=Done]]`,
      );
      pending = pendingOf(await session.untilIdle());
      id = session.id;
      await server.stop('SIGKILL');
    }
    expect(pending).toHaveLength(3);
    await using server = await startBullpen(dataDir.path, [], KEYED);
    const session = openManaged(connect(server), id);
    const [one = '', two = '', three = ''] = pending;
    await session.send([confirm(one, 'allow')]);
    await session.send([confirm(two, 'deny'), confirm(three, 'allow')]);
    await session.listen((event) => tell(event) === 'message "Done"');
    await session.untilIdle();
    expect(runsOf(dataDir.path, uuidOf(session))).toEqual({ one: 1, three: 1 });
    const events = await session.events();
    expectOrder(events);
    expect(events.flatMap((event) => (event.type === 'agent.tool_use' ? [event.id] : []))).toEqual(pending);
    const results = events.filter(({ type }) => type === 'agent.tool_result');
    expect(new Map(results.map((event) => [event['tool_use_id'], event['is_error']]))).toEqual(
      new Map([
        [one, false],
        [two, true],
        [three, false],
      ]),
    );
    expect(results).toHaveLength(3);
  });

  it('survives a SIGKILL of the server with several calls of custom tools, and costs no process meanwhile', async () => {
    await using dataDir = await makeDataDir();
    let id: string;
    let pending: string[];
    {
      await using server = await startBullpen(dataDir.path, ['--idle-ttl', '1s'], KEYED);
      const session = await createManaged(connect(server), { tools: [DECIDE] });
      await session.say(
        '[[parallel]] [[tool=mcp__custom__decide {"n":1}]] [[tool=mcp__custom__decide {"n":2}]] [[text=Done]]',
      );
      pending = pendingOf(await session.untilIdle());
      id = session.id;
      await until(
        'its process has gone',
        async () => (await processesOf(dataDir.path, [server.pid])).length === 0,
      );
      await server.stop('SIGKILL');
    }
    expect(pending).toHaveLength(2);
    await using server = await startBullpen(dataDir.path, [], KEYED);
    const session = openManaged(connect(server), id);
    const [first = '', second = ''] = pending;
    await session.send([answer(second, 'two')]);
    await expect(session.send([answer(second, 'again')])).rejects.toThrow(
      /does not wait for an answer any more/,
    );
    await session.send([answer(first, 'one')]);
    await session.listen((event) => tell(event) === 'message "Done"');
    await session.untilIdle();
    const told = await story(session);
    expect(told.filter((word) => word.startsWith('user.custom_tool_result'))).toEqual([
      'user.custom_tool_result "two"',
      'user.custom_tool_result "one"',
    ]);
    expect(told.filter((word) => word.startsWith('custom_tool_use'))).toHaveLength(2);
    expect(told.slice(-4)).toEqual([
      'model_request_end',
      'thread_status_idle end_turn',
      'usage',
      'status_idle end_turn',
    ]);
  });

  it('can be interrupted without its process, and hears the next message', async () => {
    await using dataDir = await makeDataDir();
    await using server = await startBullpen(dataDir.path, ['--idle-ttl', '1s'], KEYED);
    const session = await createManaged(connect(server), { tools: ASKING });
    await session.say(`${countedCall('one')} [[text=Done]]`);
    const [call = ''] = pendingOf(await session.untilIdle());
    await until(
      'its process has gone',
      async () => (await processesOf(dataDir.path, [server.pid])).length === 0,
    );
    await session.send([{ type: 'user.interrupt' }]);
    await until('it is interrupted', async () => (await story(session)).includes('user.interrupt'));
    const events = await session.events();
    expect(events.find(({ type }) => type === 'agent.tool_result')).toMatchObject({
      tool_use_id: call,
      is_error: true,
      content: [{ text: 'Tool execution was interrupted before completion. Please retry.' }],
    });
    await expect(session.send([confirm(call, 'allow')])).rejects.toThrow(
      /does not wait for an answer any more/,
    );
    await session.say('[[text=I am here]]');
    await session.listen((event) => tell(event) === 'message "I am here"');
    expect(runsOf(dataDir.path, uuidOf(session))).toEqual({});
  });
});

describe('a session of /v1 whose process or server is killed in the middle of a tool call', () => {
  it('says so, goes on, and runs nothing twice', async () => {
    await using dataDir = await makeDataDir();
    let id: string;
    let before: SeenEvent[];
    {
      await using server = await startBullpen(dataDir.path, [], KEYED);
      const session = await createManaged(connect(server), { tools: TOOLS });
      await session.say(`${countedCall('one', '; sleep 30')} [[text=Done]]`);
      await untilRun(dataDir.path, uuidOf(session), 'one');
      before = await session.events();
      id = session.id;
      await server.stop('SIGKILL');
    }
    await using server = await startBullpen(dataDir.path, [], KEYED);
    const session = openManaged(connect(server), id);
    await session.listen((event) => tell(event) === 'message "Done"');
    await session.untilIdle();
    const events = await session.events();
    expect(events.slice(0, before.length)).toEqual(before);
    const told = (await story(session)).slice(before.length);
    expect(told).toEqual([
      'error unknown_error retrying',
      'thread_status_rescheduled',
      'status_rescheduled',
      'status_running',
      'thread_status_running',
      expect.stringMatching(/^tool_result error/),
      'model_request_start',
      'message "Done"',
      'model_request_end',
      'thread_status_idle end_turn',
      'usage',
      'status_idle end_turn',
    ]);
    expect(runsOf(dataDir.path, uuidOf(session))).toEqual({ one: 1 });
  });

  it('keeps a message that came in the middle, and gives it once', async () => {
    await using dataDir = await makeDataDir();
    await using server = await startBullpen(dataDir.path, [], KEYED);
    const session = await createManaged(connect(server), { tools: TOOLS });
    await session.say(`${countedCall('one', '; sleep 30')} [[text=Done]]`);
    await untilRun(dataDir.path, uuidOf(session), 'one');
    await session.send([
      { type: 'user.message', content: [{ type: 'text', text: 'What is 1 + 1?' }] },
      { type: 'user.message', content: [{ type: 'text', text: 'And 2 + 2?' }] },
    ]);
    await killAgents(dataDir.path, server);
    await session.untilIdle();
    const told = await story(session);
    expect(told.filter((word) => word.startsWith('user.message')).slice(1)).toEqual([
      'user.message "What is 1 + 1?"',
      'user.message "And 2 + 2?"',
    ]);
    expect(told.slice(-3)).toEqual(['thread_status_idle end_turn', 'usage', 'status_idle end_turn']);
    expect(runsOf(dataDir.path, uuidOf(session))).toEqual({ one: 1 });
  });
});
