import { describe, expect, it } from 'vitest';
import { officialClient } from '../../api/sdk/recording-client.ts';
import { createManaged, KEY, tell, type SeenEvent, story } from '../../support/managed-sessions.ts';
import { ASKING, DECIDE, TOOLS } from '../../support/managed-tools.ts';

const RUNNING = ['status_running', 'thread_status_running'];

function idle(reason: string): string[] {
  return [`thread_status_idle ${reason}`, 'usage', `status_idle ${reason}`];
}

function idsOf(events: readonly SeenEvent[], type: string): string[] {
  return events.filter((event) => event.type === type).map(({ id }) => id);
}

/** The lists of events that programs of the hosted API know. `url`: of a server with the scripted model. */
export function describeGoldenLists(url: () => string): void {
  const connect = () => officialClient('1.12', { baseURL: url(), apiKey: KEY });

  describe('the events of', () => {
    it('a plain turn', async () => {
      const session = await createManaged(connect());
      await session.say('[[thinking=Well]] [[text=Hello]]');
      const heard = await session.untilIdle();
      expect(await story(session)).toEqual([
        ...RUNNING,
        'user.message "[[thinking=Well]] [[text=Hello]]"',
        'model_request_start',
        'thinking',
        'message "Hello"',
        'model_request_end',
        ...idle('end_turn'),
      ]);
      expect(heard.map(({ id }) => id)).toEqual((await session.events()).map(({ id }) => id));
    });

    it('a turn with a tool', async () => {
      const session = await createManaged(connect(), { tools: TOOLS });
      await session.say('[[text=Look]] [[tool=Bash {"command":"echo hi"}]] [[text=Done]]');
      await session.untilIdle();
      expect(await story(session)).toEqual([
        ...RUNNING,
        expect.stringMatching(/^user.message/),
        'model_request_start',
        'message "Look"',
        'tool_use bash allow',
        'model_request_end',
        'tool_result "hi"',
        'model_request_start',
        'message "Done"',
        'model_request_end',
        ...idle('end_turn'),
      ]);
    });

    it('a call that is asked for and allowed', async () => {
      const session = await createManaged(connect(), { tools: ASKING });
      await session.say('[[tool=Bash {"command":"echo hi"}]] [[text=Done]]');
      const asked = await session.untilIdle();
      const [call = ''] = idsOf(asked, 'agent.tool_use');
      expect(asked.at(-1)).toMatchObject({ stop_reason: { type: 'requires_action', event_ids: [call] } });
      const [echo] = await session.send([
        { type: 'user.tool_confirmation', tool_use_id: call, result: 'allow' },
      ]);
      expect(echo).toMatchObject({ processed_at: null, deny_message: null, session_thread_id: null });
      await session.untilIdle();
      expect(await story(session)).toEqual([
        ...RUNNING,
        expect.stringMatching(/^user.message/),
        'model_request_start',
        'tool_use bash ask',
        'model_request_end',
        ...idle('requires_action'),
        ...RUNNING,
        'user.tool_confirmation allow',
        'tool_result "hi"',
        'model_request_start',
        'message "Done"',
        'model_request_end',
        ...idle('end_turn'),
      ]);
      expect(idsOf(await session.events(), 'user.tool_confirmation')).toEqual([echo?.id]);
    });

    it('a call that is asked for and denied', async () => {
      const session = await createManaged(connect(), { tools: ASKING });
      await session.say('[[tool=Bash {"command":"echo hi"}]] [[text=Sorry]]');
      const [call = ''] = idsOf(await session.untilIdle(), 'agent.tool_use');
      await session.send([
        { type: 'user.tool_confirmation', tool_use_id: call, result: 'deny', deny_message: 'Not today' },
      ]);
      await session.untilIdle();
      const events = await session.events();
      expect((await story(session)).slice(9)).toEqual([
        ...RUNNING,
        'user.tool_confirmation deny',
        expect.stringMatching(/^tool_result error/),
        'model_request_start',
        'message "Sorry"',
        'model_request_end',
        ...idle('end_turn'),
      ]);
      expect(events.find(({ type }) => type === 'agent.tool_result')?.['content']).toEqual([
        {
          type: 'text',
          text: 'Permission to use bash has been rejected. Rejection message: Not today',
        },
      ]);
    });

    it('a custom tool', async () => {
      const session = await createManaged(connect(), { tools: [DECIDE] });
      await session.say('[[tool=mcp__custom__decide {"about":"tea"}]] [[text=Tea it is]]');
      const asked = await session.untilIdle();
      const [call = ''] = idsOf(asked, 'agent.custom_tool_use');
      expect(asked.at(-1)).toMatchObject({ stop_reason: { type: 'requires_action', event_ids: [call] } });
      await session.send([
        {
          type: 'user.custom_tool_result',
          custom_tool_use_id: call,
          content: [{ type: 'text', text: 'tea' }],
        },
      ]);
      await session.untilIdle();
      expect(await story(session)).toEqual([
        ...RUNNING,
        expect.stringMatching(/^user.message/),
        'model_request_start',
        'custom_tool_use decide',
        'model_request_end',
        ...idle('requires_action'),
        'user.custom_tool_result "tea"',
        ...RUNNING,
        'model_request_start',
        'message "Tea it is"',
        'model_request_end',
        ...idle('end_turn'),
      ]);
    });

    it('several calls that are asked for at once, and answered one by one', async () => {
      const session = await createManaged(connect(), { tools: [...ASKING, DECIDE] });
      await session.say(
        '[[parallel]] [[tool=Bash {"command":"echo one"}]] [[tool=Bash {"command":"echo two"}]] [[text=Both]]',
      );
      const asked = await session.untilIdle();
      const calls = idsOf(asked, 'agent.tool_use');
      expect(calls).toHaveLength(2);
      expect(asked.at(-1)).toMatchObject({ stop_reason: { type: 'requires_action', event_ids: calls } });
      const [first = '', second = ''] = calls;
      await session.send([{ type: 'user.tool_confirmation', tool_use_id: first, result: 'allow' }]);
      const again = await session.untilIdle();
      expect(again.at(-1)).toMatchObject({ stop_reason: { type: 'requires_action', event_ids: [second] } });
      await session.send([{ type: 'user.tool_confirmation', tool_use_id: second, result: 'deny' }]);
      await session.untilIdle();
      expect((await story(session)).slice(3)).toEqual([
        'model_request_start',
        'tool_use bash ask',
        'tool_use bash ask',
        'model_request_end',
        ...idle('requires_action'),
        ...RUNNING,
        'user.tool_confirmation allow',
        'tool_result "one"',
        ...idle('requires_action'),
        ...RUNNING,
        'user.tool_confirmation deny',
        expect.stringMatching(/^tool_result error/),
        'model_request_start',
        'message "Both"',
        'model_request_end',
        ...idle('end_turn'),
      ]);
    });

    it('a message in the middle of a turn', async () => {
      const session = await createManaged(connect(), { tools: TOOLS });
      await session.say('[[tool=Bash {"command":"sleep 1.5; echo hi"}]] [[text=Done]]');
      await session.listen(({ type }) => type === 'agent.tool_use');
      const [echo] = await session.send([
        { type: 'user.message', content: [{ type: 'text', text: 'And quickly' }] },
      ]);
      expect(echo).toMatchObject({ processed_at: null });
      await session.untilIdle();
      expect(await story(session)).toEqual([
        ...RUNNING,
        expect.stringMatching(/^user.message/),
        'model_request_start',
        'tool_use bash allow',
        'model_request_end',
        'tool_result "hi"',
        'user.message "And quickly"',
        'model_request_start',
        expect.stringMatching(/^message/),
        'model_request_end',
        ...idle('end_turn'),
      ]);
    });

    it('an interrupt', async () => {
      const session = await createManaged(connect());
      await session.say('[[tokens=400 rate=20]]');
      await session.listen(({ type }) => type === 'span.model_request_start');
      await session.send([{ type: 'user.interrupt' }]);
      await session.untilIdle();
      const told = await story(session);
      expect(told.slice(0, 4)).toEqual([
        ...RUNNING,
        expect.stringMatching(/^user.message/),
        'model_request_start',
      ]);
      expect(told.slice(-5)).toEqual([
        expect.stringMatching(/^model_request_end/),
        'user.interrupt',
        ...idle('end_turn'),
      ]);
    });

    it('an interrupt with a message that follows', async () => {
      const session = await createManaged(connect());
      await session.say('[[tokens=400 rate=20]]');
      await session.listen(({ type }) => type === 'span.model_request_start');
      await session.send([
        { type: 'user.interrupt' },
        { type: 'user.message', content: [{ type: 'text', text: '[[text=Other way]]' }] },
      ]);
      await session.listen((event) => tell(event) === 'message "Other way"');
      await session.untilIdle();
      const told = await story(session);
      expect(told.slice(told.indexOf('user.interrupt'))).toEqual([
        'user.interrupt',
        ...idle('end_turn'),
        ...RUNNING,
        'user.message "[[text=Other way]]"',
        'model_request_start',
        'message "Other way"',
        'model_request_end',
        ...idle('end_turn'),
      ]);
    });

    it('a model that fails and recovers', async () => {
      const session = await createManaged(connect());
      await session.say('[[status=529 times=1]] [[text=Here I am]]');
      await session.untilIdle();
      expect((await story(session)).slice(3)).toEqual([
        'model_request_start',
        'model_request_end error',
        'error model_overloaded_error retrying',
        'thread_status_rescheduled',
        'status_rescheduled',
        ...RUNNING,
        'model_request_start',
        'message "Here I am"',
        'model_request_end',
        ...idle('end_turn'),
      ]);
    });

    it('a model that refuses a request', async () => {
      const session = await createManaged(connect());
      await session.say('[[status=400 message="No such thing"]]');
      await session.untilIdle();
      expect((await story(session)).slice(-6)).toEqual([
        'model_request_start',
        'model_request_end error',
        'error model_request_failed_error exhausted',
        ...idle('retries_exhausted'),
      ]);
      await session.say('[[text=Still here]]');
      await session.untilIdle();
      expect((await story(session)).slice(-5)).toEqual([
        'message "Still here"',
        'model_request_end',
        ...idle('end_turn'),
      ]);
    });

    it('a model that declines to answer', async () => {
      const session = await createManaged(connect());
      await session.say('[[text=No]] [[stop=refusal]]');
      await session.untilIdle();
      const events = await session.events();
      expect((await story(session)).slice(-3)).toEqual(idle('refusal'));
      expect(events.at(-1)).toMatchObject({ stop_details: { type: 'refusal' } });
    });

    it('a budget that is reached, and raised', async () => {
      const client = connect();
      const session = await createManaged(client, {
        tools: TOOLS,
        budget: { type: 'limit', max_list_cost: { amount: '1', currency: 'USD' } },
      });
      await session.say(
        '[[model-usage input=4000 output=100]] [[tool=Bash {"command":"echo hi"}]] [[text=Done]]',
      );
      const stopped = await session.untilIdle();
      expect(stopped.at(-1)).toMatchObject({ stop_reason: { type: 'budget_reached' } });
      expect(await client.beta.sessions.retrieve(session.id)).toMatchObject({ status: 'idle' });
      await expect(session.say('More')).rejects.toThrow(/budget/);
      await client.beta.sessions.update(session.id, {
        budget: { type: 'limit', max_list_cost: { amount: '900', currency: 'USD' } },
      });
      await session.listen((event) => tell(event) === 'message "Done"');
      await session.untilIdle();
      const told = await story(session);
      expect(told.filter((word) => word.startsWith('tool_use'))).toHaveLength(1);
      expect(told.slice(-4)).toEqual(['model_request_end', ...idle('end_turn')]);
      expect(told).toContain('updated');
    });
  });
}
