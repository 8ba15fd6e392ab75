import { describe, expect, it } from 'vitest';
import type { CallItem, SessionSnapshot } from '../../../src/live/session-items.ts';
import { costOf, tokensOf } from '../../../src/pages/session/header/costs.ts';
import { waitOf } from '../../../src/pages/session/header/words.ts';

const call: CallItem = {
  kind: 'call',
  id: 'sevt_1',
  at: 0,
  turn: 0,
  callId: 'toolu_1',
  tool: { kind: 'built_in', name: 'bash' },
  input: {},
  state: 'running',
};
const rest: Pick<SessionSnapshot, 'activity' | 'pending' | 'items' | 'spans' | 'connection'> = {
  activity: { state: 'completed', since: 0 },
  pending: [],
  items: [],
  spans: [],
  connection: { state: 'live' },
};

describe('What a session waits for', () => {
  it('is nothing at rest', () => {
    expect(waitOf(rest)).toBeUndefined();
  });

  it('is the server first, when it does not answer', () => {
    const connection = { state: 'reconnecting' } as const;
    expect(waitOf({ ...rest, connection, activity: { state: 'running', since: 0 } })).toEqual({
      for: 'reconnecting',
    });
  });

  it('is a person, with the tools that they are asked about, each once', () => {
    const pending = [call, { ...call, id: 'sevt_2' }];
    expect(
      waitOf({ ...rest, pending, activity: { state: 'waiting', since: 0, waitsFor: 'approval' } }),
    ).toEqual({
      for: 'approval',
      tools: 'Bash',
    });
    const question = { ...call, tool: { ...call.tool, name: 'AskUserQuestion' } };
    expect(
      waitOf({
        ...rest,
        pending: [question],
        activity: { state: 'waiting', since: 0, waitsFor: 'approval' },
      }),
    ).toEqual({ for: 'person' });
    expect(waitOf({ ...rest, activity: { state: 'waiting', since: 0, waitsFor: 'budget' } })).toEqual({
      for: 'budget',
    });
  });

  it('is the model provider, or the server that has the files', () => {
    expect(waitOf({ ...rest, activity: { state: 'rescheduling', since: 0, retryAt: 5 } })).toEqual({
      for: 'providerAt',
      at: 5,
    });
    expect(waitOf({ ...rest, activity: { state: 'rescheduling', since: 0, waitsForNode: 'b' } })).toEqual({
      for: 'node',
      node: 'b',
    });
  });

  it('is the tool at work, else the model', () => {
    const activity = { state: 'running', since: 0 } as const;
    expect(waitOf({ ...rest, activity, items: [call] })).toEqual({ for: 'tool', tool: 'Bash' });
    expect(waitOf({ ...rest, activity, spans: [{ id: 'a', startedAt: 0 }] })).toEqual({ for: 'model' });
    expect(waitOf({ ...rest, activity, spans: [{ id: 'a', startedAt: 0, endedAt: 1 }] })).toBeUndefined();
  });
});

describe('The cost of a session', () => {
  const session = (cents: number) => ({
    usage: { list_cost: { amount: String(cents), currency: 'USD' as const } },
  });
  const spans = (usd: number) => [{ id: 'a', startedAt: 0, costUsd: usd }];

  it('is told to the digit where the calls are all of it', () => {
    expect(costOf(session(1), spans(0.0127))).toBe(0.0127);
    expect(costOf(session(2), spans(0.0152))).toBe(0.0152);
  });

  it('has what subagents cost, which only the session knows', () => {
    expect(costOf(session(50), spans(0.0127))).toBe(0.5);
  });

  it('is not said before anything is known of it', () => {
    expect(costOf(undefined, [])).toBeUndefined();
    expect(costOf(session(0), [{ id: 'sevt_1', startedAt: 0 }])).toBeUndefined();
  });

  it('has what the session does not know yet', () => {
    expect(costOf(session(1), spans(0.5))).toBe(0.5);
    expect(costOf(undefined, spans(0.5))).toBe(0.5);
  });
});

it('Input tokens are all that the model was given, the cached ones too', () => {
  const cache_creation = { ephemeral_5m_input_tokens: 3, ephemeral_1h_input_tokens: 4 };
  const usage = { input_tokens: 1, cache_read_input_tokens: 2, cache_creation, output_tokens: 5 };
  expect(tokensOf({ usage })).toEqual({ input: 10, output: 5 });
});
