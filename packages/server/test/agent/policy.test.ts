import { describe, expect, it } from 'vitest';
import { decide } from '#src/agent/policy.ts';

const call = { toolUseId: 't', name: 'Bash', input: {} };

describe('the policy for tools, when nobody can be asked', () => {
  it('leaves a call to the permission mode and the rules', () => {
    expect(decide({ onAsk: 'deny' }, { ...call, asked: false })).toEqual({ behavior: 'pass' });
  });

  it('denies a call that needs a person, and says how the caller can allow it', () => {
    const decision = decide({ onAsk: 'deny' }, { ...call, asked: true });
    expect(decision).toMatchObject({ behavior: 'deny', message: expect.stringContaining('allowed_tools') });
  });

  it.each(['AskUserQuestion', 'SendMessage', 'ListAgents'])('denies %s at both doors alike', (name) => {
    const [before, asked] = [false, true].map((isAsked) =>
      decide({ onAsk: 'deny' }, { ...call, name, asked: isAsked }),
    );
    expect(before?.behavior).toBe('deny');
    expect(before).toEqual(asked);
  });
});

describe('the policy for tools, when a person can be asked', () => {
  const wait = { onAsk: 'wait' as const };

  it.each(['Bash', 'AskUserQuestion', 'ExitPlanMode'])(
    'lets the rules decide about %s, and then a person',
    (name) => {
      expect(decide(wait, { ...call, name, asked: false })).toEqual({ behavior: 'pass' });
      expect(decide(wait, { ...call, name, asked: true })).toEqual({ behavior: 'ask' });
    },
  );

  it('does what was decided, at both doors alike and however often it is asked', () => {
    const input = { command: 'ls' };
    const allowed = { behavior: 'allow' as const, by: 'Ada', input, remember: false };
    const denied = { behavior: 'deny' as const, by: 'Ada', message: 'No.', remember: false };
    for (const asked of [false, true, true]) {
      expect(decide(wait, { ...call, asked, decided: allowed })).toEqual({ behavior: 'allow', input });
      expect(decide(wait, { ...call, asked, decided: denied })).toEqual({ behavior: 'deny', message: 'No.' });
    }
  });

  it('does not let a person allow what reaches other agents', () => {
    const decided = { behavior: 'allow' as const, by: 'Ada', remember: false };
    expect(decide(wait, { ...call, name: 'SendMessage', asked: true, decided }).behavior).toBe('deny');
  });
});
