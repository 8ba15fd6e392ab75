import { describe, expect, it } from 'vitest';
import { planCutTurn, type CutTurn, type CutTurnPlan } from '#src/agent/cut-turn.ts';
import type { ApprovalDecision } from '#src/domain/approval.ts';

const PROMPT = { type: 'user', uuid: 'prompt', message: { role: 'user', content: 'Go' } };

function assistant(uuid: string, content: unknown[], more: Record<string, unknown> = {}) {
  const { stop_reason = 'tool_use', ...entry } = more;
  return {
    type: 'assistant',
    uuid,
    message: { id: `msg_${uuid}`, model: 'm', content, stop_reason },
    ...entry,
  };
}
function toolUse(uuid: string, id: string) {
  return assistant(uuid, [{ type: 'tool_use', id, name: 'Bash', input: { command: 'ls' } }]);
}
function toolResult(uuid: string, id: string) {
  return {
    type: 'user',
    uuid,
    message: { role: 'user', content: [{ type: 'tool_result', tool_use_id: id, content: 'ok' }] },
  };
}
const allow: ApprovalDecision = { behavior: 'allow', by: 'Ada', remember: false };

function plan(entries: object[], change: Partial<CutTurn> = {}): CutTurnPlan {
  let uuids = 0;
  return planCutTurn(
    entries.map((entry) => JSON.stringify(entry)),
    {
      runId: 'run',
      agentSessionId: 'agent-session',
      promptId: 'prompt',
      decisions: new Map(),
      results: new Map(),
      messages: [],
      isManaged: false,
      lostTasks: [],
      startedAt: 0,
      now: 1000,
      createUuid: () => `new-${++uuids}`,
      ...change,
    },
  );
}

function appended(found: CutTurnPlan): Record<string, unknown>[] {
  if (found.how === 'send_again') return [];
  return found.append.map(({ entry }) => JSON.parse(entry) as Record<string, unknown>);
}

describe('the plan for a turn that was cut', () => {
  it('sends the prompt again when the transcript does not have it', () => {
    expect(plan([])).toEqual({ how: 'send_again' });
    expect(plan([{ ...PROMPT, uuid: 'an earlier one' }])).toEqual({ how: 'send_again' });
  });

  it('goes on by itself after the prompt and after a result, with nothing added', () => {
    for (const entries of [[PROMPT], [PROMPT, toolUse('a', 't1'), toolResult('b', 't1')]]) {
      expect(plan(entries)).toMatchObject({ how: 'continue', begin: { continues: 'cut_turn' }, append: [] });
    }
  });

  it('gives every open call an error result behind the entry that made it', () => {
    const found = plan([PROMPT, toolUse('a', 't1'), toolUse('b', 't2'), toolResult('c', 't1')]);
    expect(found).toMatchObject({ how: 'continue', begin: { continues: 'cut_turn' } });
    expect(appended(found)).toMatchObject([
      {
        type: 'user',
        uuid: 'new-1',
        parentUuid: 'b',
        sessionId: 'agent-session',
        message: { content: [{ type: 'tool_result', tool_use_id: 't2', is_error: true }] },
      },
    ]);
    // The log hears of it as of every other result.
    expect(found.how !== 'send_again' && found.events.at(-1)).toMatchObject({
      type: 'agent.tool_result',
      toolUseId: 't2',
      uuid: 'new-1',
      isError: true,
    });
  });

  it('takes a result that only the log has heard, under its own id', () => {
    const results = new Map([['t1', { uuid: 'heard', content: 'ok', isError: false }]]);
    expect(appended(plan([PROMPT, toolUse('a', 't1')], { results }))).toMatchObject([
      { uuid: 'heard', message: { content: [{ tool_use_id: 't1', content: 'ok', is_error: false }] } },
    ]);
  });

  it('holds the call that a person allowed, and tells that the one beside it was not made', () => {
    const found = plan([PROMPT, toolUse('a', 't1'), toolUse('b', 't2')], {
      decisions: new Map([['t1', allow]]),
    });
    expect(found).toMatchObject({ how: 'continue', begin: { continues: 'held_call' } });
    expect(appended(found)).toMatchObject([
      { message: { content: [{ tool_use_id: 't2', content: expect.stringContaining('not made') }] } },
      { type: 'attachment', attachment: { type: 'hook_deferred_tool', toolUseID: 't1', toolName: 'Bash' } },
    ]);
  });

  it('gives a denied call its message as the result', () => {
    const decisions = new Map([['t1', { ...allow, behavior: 'deny' as const, message: 'No.' }]]);
    const found = plan([PROMPT, toolUse('a', 't1')], { decisions });
    expect(found).toMatchObject({ begin: { continues: 'cut_turn' } });
    expect(appended(found)).toMatchObject([{ message: { content: [{ content: 'No.', is_error: true }] } }]);
  });

  it('is to finish what the agent had finished', () => {
    const said = assistant('b', [{ type: 'text', text: 'Done.' }], { stop_reason: 'end_turn' });
    const found = plan([PROMPT, toolUse('a', 't1'), toolResult('r', 't1'), said]);
    expect(found).toMatchObject({
      how: 'finished',
      append: [],
      result: { subtype: 'success', result: 'Done.', numTurns: 2, agentSessionId: 'agent-session' },
    });
  });

  it.each([
    ['was cut short', { stop_reason: 'max_tokens' }],
    ['is a failed request', { stop_reason: 'stop_sequence', isApiErrorMessage: true }],
  ])('asks for more when the last answer %s', (_what, more) => {
    const found = plan([PROMPT, assistant('a', [{ type: 'text', text: 'Do' }], more)]);
    expect(found).toMatchObject({
      how: 'continue',
      begin: { nudge: 'Continue from where you left off.' },
      append: [],
    });
  });

  it('tells of background work that is lost, also when the main line had finished', () => {
    const said = assistant('b', [{ type: 'text', text: 'Launched.' }], { stop_reason: 'end_turn' });
    const found = plan([PROMPT, said], { lostTasks: ['Look around'] });
    expect(found).toMatchObject({
      how: 'continue',
      begin: { nudge: expect.stringContaining('Look around') },
    });
  });

  it('leaves out what subagents wrote, and everything before the prompt', () => {
    const earlier = assistant('x', [{ type: 'tool_use', id: 't0', name: 'Bash', input: {} }]);
    const inner = { ...toolUse('y', 't9'), isSidechain: true };
    const found = plan([earlier, PROMPT, inner]);
    expect(appended(found)).toEqual([]);
  });
});
