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
