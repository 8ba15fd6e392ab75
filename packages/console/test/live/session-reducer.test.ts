import { describe, expect, test } from 'vitest';
import type { WireEvent } from '../../src/live/session-events.ts';
import type { CallItem, ConversationItem } from '../../src/live/session-items.ts';
import { SessionReducer } from '../../src/live/session-reducer.ts';
import { answered, called, idle, returned, said, wire } from './wire.ts';

function reduce(...events: WireEvent[]): ReturnType<SessionReducer['snapshot']> {
  const reducer = new SessionReducer();
  for (const event of events) reducer.apply(event);
  return reducer.snapshot();
}

function callOf(items: readonly ConversationItem[], index = 0): CallItem {
  const call = items.filter((item) => item.kind === 'call')[index];
  if (!call) throw new Error('There is no such call.');
  return call;
}

describe('the conversation of a session', () => {
  test('holds each event once, however often it comes', () => {
    const hello = said('Hello');
    const { items, eventCount } = reduce(hello, hello, answered('Hi'), hello);
    expect(items.map(({ kind }) => kind)).toEqual(['user', 'text']);
    expect(eventCount).toBe(2);
  });

  test('shares what has not changed, so that only what has is drawn again', () => {
    const reducer = new SessionReducer();
    const call = called('bash', 'toolu_1');
    for (const event of [said('Go'), answered('I go'), call]) reducer.apply(event);
    const before = reducer.snapshot();
    expect(reducer.snapshot().items).toBe(before.items);
    reducer.apply(returned(call, 'done'));
    const after = reducer.snapshot();
    expect(after.items[0]).toBe(before.items[0]);
    expect(after.items[1]).toBe(before.items[1]);
    expect(after.items[2]).not.toBe(before.items[2]);
    expect(before.items[2]).toMatchObject({ state: 'running' });
    expect(after.items[2]).toMatchObject({ state: 'done' });
  });

  test('puts a result into its call, in whatever order results come', () => {
    const first = called('bash', 'toolu_1');
    const second = called('read', 'toolu_2');
    const { items } = reduce(
      said('Go'),
      first,
      second,
      returned(second, 'two'),
      returned(first, 'one', { is_error: true }),
    );
    expect(callOf(items, 0)).toMatchObject({ state: 'failed', result: { isError: true } });
    expect(callOf(items, 1)).toMatchObject({ state: 'done', tool: { kind: 'built_in', name: 'read' } });
  });

  test('nests what a subagent does under its call, also subagents of subagents', () => {
    const outer = called('Agent', 'toolu_a');
    const inner = called('Agent', 'toolu_b', { parent_tool_use_id: 'toolu_a' });
    const deep = called('bash', 'toolu_c', { parent_tool_use_id: 'toolu_b' });
    const { items } = reduce(
      said('Go'),
      outer,
      answered('I look', { parent_tool_use_id: 'toolu_a' }),
      inner,
      deep,
      returned(deep, 'x', { parent_tool_use_id: 'toolu_b' }),
      answered('Meanwhile'),
    );
    expect(items.map(({ kind }) => kind)).toEqual(['user', 'call', 'text']);
    const thread = callOf(items).thread;
    expect(thread?.items.map(({ kind }) => kind)).toEqual(['text', 'call']);
    const nested = callOf(thread?.items ?? []).thread;
    expect(callOf(nested?.items ?? [])).toMatchObject({ callId: 'toolu_c', state: 'done' });
  });

  test('says how far a subagent in the background is, and that it goes on after its call has returned', () => {
    const call = called('Agent', 'toolu_a');
    const task = { task_id: 't1', tool_use_id: 'toolu_a' };
    const reducer = new SessionReducer();
    reducer.apply(call);
    reducer.apply(
      wire('bullpen.agent_system', { subtype: 'task_started', data: { ...task, is_backgrounded: true } }),
    );
    reducer.apply(returned(call, 'Async agent launched'));
    const usage = { total_tokens: 900, tool_uses: 1, duration_ms: 40 };
    reducer.apply(
      wire('bullpen.agent_system', {
        subtype: 'task_progress',
        data: { ...task, usage, last_tool_name: 'Bash' },
      }),
    );
    expect(callOf(reducer.snapshot().items).thread).toMatchObject({
      state: 'running',
      isBackground: true,
      tokens: 900,
    });
    reducer.apply(
      wire('bullpen.agent_system', {
        subtype: 'task_notification',
        data: { ...task, status: 'completed', summary: 'Seen' },
      }),
    );
    expect(callOf(reducer.snapshot().items).thread).toMatchObject({ state: 'completed', summary: 'Seen' });
  });

  test('lists what waits for a person until it is answered, and keeps who answered', () => {
    const call = called('bash', 'toolu_1');
    const about = { approval_id: 'ap-1', tool_use_id: call.id, call_id: 'toolu_1', name: 'bash' };
    const reducer = new SessionReducer();
    for (const event of [said('Go'), call, wire('bullpen.approval_requested', about)]) reducer.apply(event);
    expect(reducer.snapshot().pending).toMatchObject([
      { state: 'waiting', approval: { approvalId: 'ap-1' } },
    ]);
    reducer.apply(
      wire('bullpen.approval_answered', {
        ...about,
        result: 'deny',
        decided_by: 'key 1',
        deny_message: 'Not here',
      }),
    );
    const { items, pending } = reducer.snapshot();
    expect(pending).toEqual([]);
    expect(callOf(items)).toMatchObject({
      state: 'denied',
      approval: { state: 'denied', decidedBy: 'key 1', denyMessage: 'Not here', approvalId: 'ap-1' },
    });
  });

  test('knows what waits from the session alone, where nothing else tells it', () => {
    const call = called('bash', 'toolu_1');
    const stop_reason = { type: 'requires_action', event_ids: [call.id] };
    const { pending, activity } = reduce(
      said('Go'),
      call,
      wire('session.status_idle', { stop_reason, state: 'waiting' }),
    );
    expect(pending).toMatchObject([{ id: call.id }]);
    expect(activity).toMatchObject({ state: 'waiting', waitsFor: 'approval' });
  });

  test('does not leave a call running when the work is over', () => {
    const { items, pending } = reduce(said('Go'), called('bash', 'toolu_1'), idle('cancelled'));
    expect(callOf(items).state).toBe('stopped');
    expect(pending).toEqual([]);
    expect(items.at(-1)).toMatchObject({ kind: 'notice', notice: { type: 'stopped' } });
  });

  test('says once that the work was stopped, however it is told', () => {
    const { items } = reduce(
      said('Go'),
      wire('user.interrupt'),
      answered('I was just'),
      wire('user.interrupt'),
      idle('cancelled'),
      wire('session.status_running'),
      wire('user.interrupt'),
      said('It was not read before'),
      idle('cancelled'),
    );
    expect(items.map((item) => (item.kind === 'notice' ? item.notice.type : item.kind))).toEqual([
      'user',
      'stopped',
      'text',
      'stopped',
      'user',
    ]);
  });

  test('counts retries of one request as one line, which becomes the error if none succeeds', () => {
    const error = (retry: string): WireEvent =>
      wire('session.error', {
        error: { type: 'model_overloaded_error', message: 'Busy', retry_status: { type: retry } },
      });
    const events = [said('Go'), error('retrying'), wire('session.status_rescheduled'), error('retrying')];
    expect(reduce(...events).items).toMatchObject([{ kind: 'user' }, { kind: 'error', times: 2 }]);
    const words = wire('bullpen.agent_error', { error: 'overloaded', text: 'Repeated 529' });
    const { items, activity } = reduce(
      ...events,
      words,
      error('exhausted'),
      idle('failed', { stop_reason: { type: 'retries_exhausted' } }),
    );
    expect(items).toMatchObject([
      { kind: 'user' },
      { kind: 'error', retry: 'exhausted', words: 'Repeated 529' },
    ]);
    expect(activity.state).toBe('failed');
  });

  test('knows of an error whether the work went on after it', () => {
    const stopped = wire('session.error', {
      error: { type: 'unknown_error', message: 'The server stopped.', retry_status: { type: 'retrying' } },
      failure_type: 'interrupted',
    });
    const before = [said('Go'), wire('session.status_running'), stopped, wire('session.status_rescheduled')];
    expect(reduce(...before).items.at(-1)).not.toMatchObject({ isOver: true });
    const after = reduce(
      ...before,
      wire('session.status_running'),
      wire('bullpen.run_recovered', { attempt: 1, how: 'continued', abandoned_event_ids: [] }),
    );
    expect(after.items).toMatchObject([
      { kind: 'user' },
      { kind: 'error', failureType: 'interrupted', isOver: true },
      { kind: 'notice', notice: { type: 'recovered' } },
    ]);
    const failed = wire('session.error', { error: { retry_status: { type: 'exhausted' } } });
    expect(reduce(said('Go'), failed, idle('failed')).items[1]).not.toMatchObject({ isOver: true });
    const again = reduce(said('Go'), failed, idle('failed'), said('Again'), wire('session.status_running'));
    expect(again.items[1]).toMatchObject({ kind: 'error', isOver: true });
  });

  test('strikes through what the agent does not remember', () => {
    const lost = answered('I was about to');
    const { items } = reduce(
      said('Go'),
      lost,
      wire('bullpen.run_recovered', { attempt: 1, how: 'continued', abandoned_event_ids: [lost.id] }),
    );
    expect(items[1]).toMatchObject({ kind: 'text', isAbandoned: true });
    expect(items[2]).toMatchObject({ notice: { type: 'recovered', abandoned: 1 } });
  });

  test('adds up requests to the model: what fills the context is the last', () => {
    const start = wire('span.model_request_start');
    const model_usage = {
      input_tokens: 10,
      output_tokens: 5,
      cache_read_input_tokens: 100,
      cache_creation_input_tokens: 1,
    };
    const { spans, contextTokens } = reduce(
      start,
      wire('span.model_request_end', {
        model_request_start_id: start.id,
        model_usage,
        model: 'm',
        cost_usd: 0.1,
        is_error: false,
      }),
      wire('span.model_request_start'),
    );
    expect(contextTokens).toBe(116);
    expect(spans).toMatchObject([
      { model: 'm', costUsd: 0.1, tokens: { cacheRead: 100 } },
      { id: expect.any(String) },
    ]);
    expect(spans[1]?.endedAt).toBeUndefined();
  });

  test('keeps the latest to-do list of the main line', () => {
    const list = (status: string): WireEvent =>
      called('TodoWrite', `toolu_${status}`, { input: { todos: [{ content: 'One', status }] } });
    expect(reduce(list('pending'), list('in_progress')).todos).toEqual([
      { content: 'One', status: 'in_progress' },
    ]);
  });

  test('begins a turn with what a person says after the agent was at rest', () => {
    const { items } = reduce(said('One'), answered('1'), said('And'), idle(), said('Two'), answered('2'));
    expect(items.map(({ turn }) => turn)).toEqual([0, 0, 0, 1, 1]);
    expect(items.flatMap((item) => (item.kind === 'user' ? [item.isFollowUp] : []))).toEqual([
      false,
      true,
      false,
    ]);
  });

  test('ignores what it does not know', () => {
    const { items, eventCount } = reduce(wire('bullpen.of_tomorrow', { anything: [1] }), said('Hello'));
    expect(items).toHaveLength(1);
    expect(eventCount).toBe(2);
  });
});

test('keeps the list of what is to do, entry by entry', () => {
  const first = called('TaskCreate', 'toolu_1', {
    input: { subject: 'Parse', description: '', activeForm: 'Parsing' },
  });
  const second = called('TaskCreate', 'toolu_2', { input: { subject: 'Test', description: '' } });
  const begin = called('TaskUpdate', 'toolu_3', { input: { taskId: '1', status: 'in_progress' } });
  const drop = called('TaskUpdate', 'toolu_4', { input: { taskId: '2', status: 'deleted' } });
  const made = [
    first,
    returned(first, 'Task #1 created successfully: Parse'),
    second,
    returned(second, 'Task #2 created successfully: Test'),
    begin,
  ];
  const pending = { content: 'Parse', status: 'pending', activeForm: 'Parsing' };
  // What is asked for counts when it is done.
  expect(reduce(...made).todos).toEqual([pending, { content: 'Test', status: 'pending' }]);
  const after = reduce(
    ...made,
    returned(begin, 'Updated task #1 status'),
    drop,
    returned(drop, 'Updated task #2'),
  );
  expect(after.todos).toEqual([{ ...pending, status: 'in_progress' }]);
  expect(after.items.at(-2)).toMatchObject({ description: 'Parse' });
});

test('knows where the agent works', () => {
  const init = wire('bullpen.agent_system', { subtype: 'init', data: { cwd: '/work/app' } });
  expect(reduce(init).cwd).toBe('/work/app');
});
