import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunEnd } from '#src/agent/agent.ts';
import { createAgentLab, eventsOf, runPrompt, type AgentLab } from '../support/agent-lab.ts';

let lab: AgentLab;
beforeAll(async () => (lab = await createAgentLab()));
afterAll(async () => await lab[Symbol.asyncDispose]());

describe('a session that is resumed in another process', () => {
  it('remembers, in another directory, with nothing but the store, and counts its cost from there', async () => {
    const spec = await lab.spec();
    const first = lab.start(spec);
    const begun = await runPrompt(first, 'My name is Ada. [[text=Hello Ada]]');
    await first.kill();

    const elsewhere = join(lab.directory, 'data', 'elsewhere');
    await mkdir(elsewhere);
    const second = lab.start({ ...spec, resume: true, cwd: elsewhere });
    const { outputs, end } = await runPrompt(second, '[[text=Yes]]');

    expect(lab.requests.at(-1)?.body).toContain('My name is Ada.');
    expect(lab.requests.at(-1)?.body).toContain('Hello Ada');
    expect(end.failure).toBeNull();
    expect(end.result?.agentSessionId).toBe(spec.agentSessionId);
    expect(eventsOf(outputs, 'agent.system')[0]?.data['cwd']).toBe(elsewhere);
    expect(begun.end.result?.modelUsage).not.toEqual({});
    // Each result tells what was used since the last one, and the gateway saw the same.
    for (const [run, request] of [
      [begun, lab.usage.at(-2)],
      [{ outputs, end }, lab.usage.at(-1)],
    ] as const) {
      expect(usageOf(run.end)).toEqual([request?.inputTokens, request?.outputTokens]);
    }
  });

  it('remembers what its subagents did', async () => {
    const spec = await lab.spec({ allowedTools: ['Bash'] });
    const first = lab.start(spec);
    await runPrompt(first, '[[agent=Look [[text=The sub has seen it]]]] [[text=Launched]]');
    await first.kill();
    const second = lab.start({ ...spec, resume: true });
    const { end } = await runPrompt(second, '[[text=Back]]');
    expect(end.failure).toBeNull();
    expect(lab.requests.at(-1)?.body).toContain('Launched');
  });

  it('goes on after a kill in the middle of a run, once the prompt was recorded', async () => {
    const spec = await lab.spec({ allowedTools: ['Bash'] });
    const first = lab.start(spec);
    const cut = await runPrompt(first, 'Count. [[tool=Bash {"command":"while true; do sleep 1; done"}]]', {
      onOutput: ({ type }) => {
        if (type === 'recorded') void first.kill();
      },
    });
    expect(cut.end).toMatchObject({ failure: { type: 'process_died' }, reusable: false });
    const second = lab.start({ ...spec, resume: true });
    const { text, end } = await runPrompt(second, '[[text=Here]]');
    expect([text, end.failure]).toEqual(['Here', null]);
    expect(lab.requests.at(-1)?.body).toContain('Count.');
  });

  it('fails as transcript_missing when the store does not have its conversation', async () => {
    const agent = lab.start(await lab.spec({}, { resume: true }));
    const { end } = await runPrompt(agent, 'Hello?');
    expect(end).toMatchObject({ failure: { type: 'transcript_missing' }, reusable: false });
  });

  it('takes other options: a new system prompt is the one that counts', async () => {
    const spec = await lab.spec({ systemPrompt: 'You are a FIRST bot.' });
    const first = lab.start(spec);
    await runPrompt(first, '[[text=One]]');
    expect(lab.requests.at(-1)?.body).toContain('FIRST bot');
    await first.kill();
    const second = lab.start({ ...spec, resume: true, options: { systemPrompt: 'You are a SECOND bot.' } });
    await runPrompt(second, '[[text=Two]]');
    expect(lab.requests.at(-1)?.body).toContain('SECOND bot');
    expect(lab.requests.at(-1)?.body).not.toContain('FIRST bot');
  });
});

describe('a warm process', () => {
  it('tells with every result what was used since the last one', async () => {
    const agent = lab.start(await lab.spec());
    for (const prompt of ['[[text=One]]', '[[tokens=20]]', '[[text=Three]]']) {
      const { end } = await runPrompt(agent, prompt);
      const request = lab.usage.at(-1);
      expect(usageOf(end)).toEqual([request?.inputTokens, request?.outputTokens]);
    }
  });
});

function usageOf({ result }: RunEnd): [number, number] {
  const usages = Object.values(result?.modelUsage ?? {});
  return [
    usages.reduce((sum, { inputTokens }) => sum + inputTokens, 0),
    usages.reduce((sum, { outputTokens }) => sum + outputTokens, 0),
  ];
}
