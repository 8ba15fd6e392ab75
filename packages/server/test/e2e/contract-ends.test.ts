import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AgentProcess, AgentSpec } from '#src/agent/agent.ts';
import { createAgentLab, eventsOf, runPrompt, toolResults, type AgentLab } from '../support/agent-lab.ts';

const LONG_COMMAND = 'for i in $(seq 100); do sleep 1; done';

let lab: AgentLab;
beforeAll(async () => (lab = await createAgentLab()));
afterAll(async () => await lab[Symbol.asyncDispose]());

describe('the end of a run', () => {
  it('comes after the work of a background agent, whose late result belongs to the run', async () => {
    const agent = lab.start(await lab.spec({ allowedTools: ['Bash'] }));
    const { outputs, end } = await runPrompt(
      agent,
      '[[agent=Look [[tool=Bash {"command":"sleep 0.5; echo seen"}]] [[text=Seen]]]] [[text=Launched]]',
    );
    const results = eventsOf(outputs, 'run.result');
    expect(results.map(({ result }) => result.isError)).toEqual([false, false]);
    expect(results[0]?.result.result).toBe('Launched');
    expect(end.failure).toBeNull();
    expect(end.reusable).toBe(true);
    const isBelowCall = eventsOf(outputs, 'agent.tool_result').some(
      ({ parentToolUseId }) => parentToolUseId !== null,
    );
    expect(isBelowCall).toBe(true);
  });

  it('does not wait for a background shell, and the agent does not go on by itself when that ends', async () => {
    const agent = lab.start(await lab.spec({ allowedTools: ['Bash'] }));
    const { end, text } = await runPrompt(
      agent,
      '[[tool=Bash {"command":"sleep 1","run_in_background":true}]] [[text=Started]]',
    );
    expect(text).toBe('Started');
    expect(end).toMatchObject({ failure: null, reusable: true });
    const before = lab.requests.length;
    await agent.exited;
    expect(agent.isUsable).toBe(false);
    expect(lab.usage.slice(before).filter(({ status }) => status === 200)).toEqual([]);
  });

  it('is the agent’s answer to max_turns, counted for each run of a warm process', async () => {
    const agent = lab.start(await lab.spec({ allowedTools: ['Bash'], maxTurns: 2 }));
    const call = '[[tool=Bash {"command":"echo 1"}]]';
    expect((await runPrompt(agent, call.repeat(3))).end.failure?.type).toBe('max_turns');
    const second = await runPrompt(agent, `${call} [[text=Fine]]`);
    expect(second.end).toMatchObject({ failure: null, reusable: true });
  });

  it('makes the process unusable for another run when the budget is per process', async () => {
    const agent = lab.start(await lab.spec({ maxBudgetUsd: 0.000_001 }));
    const { end } = await runPrompt(agent, '[[text=Dear]]');
    expect(end).toMatchObject({ failure: { type: 'budget' }, reusable: false });
  });

  it('is at once when a text is interrupted, and the next run goes on as if nothing had been', async () => {
    const agent = lab.start(await lab.spec());
    const cut = await runPrompt(agent, '[[tokens=2000 rate=50]]', {
      onOutput: (output) => {
        if (output.type === 'preview' && output.preview.offset > 20) void agent.interrupt();
      },
    });
    expect(cut.end).toMatchObject({ failure: null, reusable: true, result: { isError: true } });
    const next = await runPrompt(agent, '[[text=Here again]]');
    expect(next).toMatchObject({ text: 'Here again', end: { failure: null } });
  });

  it('is at once when a tool is interrupted', async () => {
    const agent = lab.start(await lab.spec({ allowedTools: ['Bash'] }));
    const { end, outputs } = await runPrompt(agent, `[[tool=Bash {"command":"${LONG_COMMAND}"}]]`, {
      onOutput: (output) => {
        if (output.type === 'event' && output.body.type === 'agent.tool_use') void agent.interrupt();
      },
    });
    expect(end).toMatchObject({ failure: null, reusable: true });
    expect(toolResults(outputs)).toHaveLength(1);
  });

  it('takes an interrupt before, between and after runs without harm', async () => {
    const agent = lab.start(await lab.spec());
    await agent.interrupt();
    await runPrompt(agent, '[[text=One]]');
    await agent.interrupt();
    expect((await runPrompt(agent, '[[text=Two]]')).text).toBe('Two');
    await agent.kill();
    await agent.interrupt();
  });
});

describe('a prompt', () => {
  let agent: AgentProcess;
  let spec: AgentSpec;
  beforeAll(async () => {
    spec = await lab.spec();
    agent = lab.start(spec);
  });

  it('is said to be taken before anything else comes', async () => {
    const { outputs } = await runPrompt(agent, '[[text=Yes]]');
    expect(outputs[0]?.type).toBe('taken');
    expect(outputs.filter(({ type }) => type === 'taken')).toHaveLength(1);
    expect(outputs.filter(({ type }) => type === 'recorded')).toHaveLength(1);
  });

  it('that the transcript has already is not done again', async () => {
    const inputId = randomUUID();
    const own = await lab.spec();
    const first = lab.start(own);
    await runPrompt(first, '[[text=Once]]', { inputId });
    await first.kill();
    const before = lab.requests.length;
    const second = lab.start({ ...own, resume: true });
    const { end } = await runPrompt(second, '[[text=Once]]', { inputId });
    expect(end.failure?.type).toBe('interrupted');
    expect(lab.requests.length).toBe(before);
  });

  it('of /clear does not move the session to another conversation', async () => {
    const { end } = await runPrompt(agent, '/clear');
    expect(end.result?.agentSessionId).toBe(spec.agentSessionId);
  });

  it('is answered piece by piece, and the pieces make up the text', async () => {
    const { outputs } = await runPrompt(agent, '[[thinking=Let me see]] [[tokens=30 rate=200]]');
    const written = { text: '', thinking: '' };
    for (const output of outputs) {
      if (output.type !== 'preview') continue;
      const { kind, offset, text } = output.preview;
      expect(offset).toBe(written[kind].length);
      written[kind] += text;
    }
    expect(written.text).toBe(eventsOf(outputs, 'agent.message')[0]?.text);
    expect(written.thinking).toBe(eventsOf(outputs, 'agent.thinking')[0]?.thinking);
  });
});
