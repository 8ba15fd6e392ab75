import { expect, it } from 'vitest';
import type { Approval } from '../../../src/live/fleet-frames.ts';
import { nextWaiting, stepFrom, toEntries, toScopes } from '../../../src/pages/approvals/inbox-entries.ts';

function call(id: string, part: Partial<Approval> = {}): Approval {
  return {
    id,
    session_id: 'one',
    status: 'open',
    kind: 'permission',
    tool_name: 'Bash',
    tool_use_id: id,
    parent_tool_use_id: null,
    input: {},
    questions: null,
    rules: [],
    reason: null,
    created_at: `2026-01-01T00:00:0${id}.000Z`,
    closed_at: null,
    decision: null,
    ...part,
  };
}

const settled = (approval: Approval) => ({ approval, at: 0, record: undefined });
const idsOf = (entries: readonly { approval: Approval }[]) => entries.map(({ approval }) => approval.id);

it('what was answered stays where it was among what waits', () => {
  const entries = toEntries([call('1'), call('3')], [settled(call('2'))]);
  expect(idsOf(entries)).toEqual(['1', '2', '3']);
  expect(entries.map((entry) => entry.settled !== undefined)).toEqual([false, true, false]);
});

it('what waits again is not answered', () => {
  expect(toEntries([call('1')], [settled(call('1'))])).toMatchObject([{ settled: undefined }]);
});

it('after an answer comes the next one that waits, then the oldest, and never the same', () => {
  const entries = toEntries([call('1'), call('4')], [settled(call('2')), settled(call('3'))]);
  expect(nextWaiting(entries, '1')?.approval.id).toBe('4');
  expect(nextWaiting(entries, '4')?.approval.id).toBe('1');
  expect(nextWaiting(toEntries([call('1')], []), '1')).toBeUndefined();
});

it('steps stop at both ends', () => {
  const entries = toEntries([call('1'), call('2')], []);
  expect(stepFrom(entries, '1', -1)?.approval.id).toBe('1');
  expect(stepFrom(entries, '1', 1)?.approval.id).toBe('2');
  expect(stepFrom(entries, '1', Infinity)?.approval.id).toBe('2');
  expect(stepFrom([], undefined, 1)).toBeUndefined();
});

it('offers together what is of one tool and session, of one session, and of one tool everywhere', () => {
  const open = [
    call('1'),
    call('2'),
    call('3', { tool_name: 'Write' }),
    call('4', { session_id: 'two' }),
    call('5', { kind: 'question', tool_name: 'AskUserQuestion' }),
  ];
  expect(toScopes(open, call('1')).map(({ scope, calls }) => [scope, calls.map(({ id }) => id)])).toEqual([
    ['sameTool', ['1', '2']],
    ['session', ['1', '2', '3']],
    ['everywhere', ['1', '2', '4']],
  ]);
});

it('answers questions and plans one by one', () => {
  const question = call('1', { kind: 'question', tool_name: 'AskUserQuestion' });
  const plan = call('2', { tool_name: 'ExitPlanMode' });
  expect(toScopes([question, plan, { ...plan, id: '3' }], question)).toEqual([]);
  expect(toScopes([question, plan, { ...plan, id: '3' }], plan)).toEqual([]);
});
