import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AgentOutput, AgentSpec } from '#src/agent/agent.ts';
import { planCutTurn } from '#src/agent/cut-turn.ts';
import type { ApprovalDecision } from '#src/domain/approval.ts';
import { createAgentLab, eventsOf, runPrompt, toolResults, type AgentLab } from '../support/agent-lab.ts';
import { until } from '../support/until.ts';

// None of this is documented by the agent: what the plan for a cut turn writes, and what the binary makes of it.

let lab: AgentLab;
beforeAll(async () => (lab = await createAgentLab()));
afterAll(async () => await lab[Symbol.asyncDispose]());

const ALLOW: ApprovalDecision = { behavior: 'allow', by: 'test', remember: false };

/** Runs a prompt until `isEnough`, then kills the agent with SIGKILL; resolves with the outputs until then. */
async function runAndCut(
  spec: AgentSpec,
  inputId: string,
  prompt: string,
  isEnough: (output: AgentOutput) => boolean,
): Promise<AgentOutput[]> {
  const agent = lab.start(spec);
  const { outputs } = await runPrompt(agent, prompt, {
    inputId,
    onOutput: (output) => {
      if (isEnough(output)) void agent.kill();
    },
  });
  return outputs;
}

async function goOn(spec: AgentSpec, promptId: string, decisions = new Map<string, ApprovalDecision>()) {
  const plan = planCutTurn(await lab.transcript(spec), {
    runId: 'run',
    agentSessionId: spec.agentSessionId,
    promptId,
    decisions,
    results: new Map(),
    messages: [],
    isManaged: false,
    lostTasks: [],
    startedAt: 0,
    now: Date.now(),
    createUuid: randomUUID,
  });
  if (plan.how !== 'continue' || 'messages' in plan.begin)
    throw new Error(`Not to be continued: ${plan.how}`);
  const { begin } = plan;
  await lab.addToTranscript(spec, plan.append);
  if ('nudge' in begin) {
    const agent = lab.start({ ...spec, resume: true });
    return { plan, run: await runPrompt(agent, begin.nudge, { isNudge: true }) };
  }
  const agent = lab.start({ ...spec, resume: true, continues: begin.continues });
  for (const [toolUseId, decision] of decisions) agent.answer(toolUseId, decision);
  return { plan, run: await runPrompt(agent, 'never sent') };
}

function runsOf(spec: AgentSpec): string {
  const path = join(spec.cwd, 'runs.txt');
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}

describe('a turn that was cut in the middle of a call', () => {
  it('has the call in the transcript before it ran, and goes on without a prompt from an error result', async () => {
    const spec = await lab.spec({ allowedTools: ['Bash'] });
    const promptId = randomUUID();
    const call = '[[tool=Bash {"command":"echo run >> runs.txt; while true; do sleep 1; done"}]]';
    const agent = lab.start(spec);
    const running = runPrompt(agent, `Work. ${call} [[text=Done]]`, { inputId: promptId });
    await until('the call runs', () => runsOf(spec) !== '');
    const before = await lab.transcript(spec);
    await agent.kill();
    const { outputs } = await running;
    const [use] = eventsOf(outputs, 'agent.tool_use');
    expect(before.some((line) => line.includes(`"id":"${use?.toolUseId}"`))).toBe(true);
    // Log and transcript name a message alike.
    expect(before.some((line) => line.includes(`"uuid":"${use?.uuid}"`))).toBe(true);

    const { run } = await goOn(spec, promptId);
    expect([run.text, run.end.failure]).toEqual(['Done', null]);
    expect(lab.requests.at(-1)?.body).toContain('This call was cut off');
    expect(runsOf(spec)).toBe('run\n');
  });
});

describe('a turn whose request to the model was never answered', () => {
  const CALL = '[[tool=Bash {"command":"echo run >> runs.txt"}]]';

  it.each([
    ['the prompt', '[[text=Done]]', 1],
    ['the results', `[[parallel]] ${CALL} ${CALL} [[text=Done]]`, 2],
  ])('goes on without a prompt where the transcript ends with %s', async (_name, prompt, requests) => {
    const spec = await lab.spec({ allowedTools: ['Bash'] });
    const promptId = randomUUID();
    const before = lab.requests.length;
    lab.provider.intercept = () => lab.requests.length === before + requests;
    const agent = lab.start(spec);
    const running = runPrompt(agent, `Work. ${prompt}`, { inputId: promptId });
    await until('it waits, and all is stored', async () => {
      const stored = (await lab.transcript(spec)).join();
      const results = stored.split('"type":"tool_result"').length - 1;
      return (
        lab.requests.length === before + requests &&
        stored.includes(promptId) &&
        results === (requests - 1) * 2
      );
    });
    await agent.kill();
    await running;
    lab.provider.intercept = undefined;

    const { plan, run } = await goOn(spec, promptId);
    expect(plan.how === 'continue' && plan.append).toEqual([]);
    expect([run.text, run.end.failure]).toEqual(['Done', null]);
    expect(runsOf(spec)).toBe('run\nrun\n'.repeat(requests - 1));
  });

  it('is told to go on where the agent has written down that it was refused', async () => {
    const spec = await lab.spec({ allowedTools: ['Bash'] });
    const promptId = randomUUID();
    const before = lab.requests.length;
    lab.provider.intercept = (response) => {
      if (lab.requests.length < before + 2) return false;
      response.writeHead(401, { 'content-type': 'application/json' });
      response.end('{"type":"error","error":{"type":"authentication_error","message":"Not known."}}');
      return true;
    };
    const agent = lab.start(spec);
    const { end } = await runPrompt(agent, `Work. ${CALL} [[text=Done]]`, { inputId: promptId });
    expect(end.failure).toMatchObject({ type: 'authentication' });
    await agent.kill();
    lab.provider.intercept = undefined;
    expect((await lab.transcript(spec)).at(-1)).toContain('isApiErrorMessage');

    const { run } = await goOn(spec, promptId);
    expect([run.text, run.end.failure]).toEqual(['Done', null]);
    expect(runsOf(spec)).toBe('run\n');
  });

  it('needs no note either where it was a later prompt', async () => {
    const spec = await lab.spec();
    const first = lab.start(spec);
    await runPrompt(first, '[[text=Before]]');
    lab.provider.intercept = () => true;
    const promptId = randomUUID();
    const running = runPrompt(first, '[[text=Done]]', { inputId: promptId });
    await until('it is stored', async () => (await lab.transcript(spec)).join().includes(promptId));
    await first.kill();
    await running;
    lab.provider.intercept = undefined;
    expect((await goOn(spec, promptId)).run.text).toBe('Done');
  });
});

describe('a call that waited for a person when its process was killed', () => {
  it.each([
    ['alone', ''],
    ['with another one of the same message behind it', '[[tool=Bash {"command":"echo other >> runs.txt"}]]'],
  ])(
    'is asked for again under its id, %s, and runs once with the input that was decided',
    async (_name, other) => {
      const spec = await lab.spec({ onAsk: 'wait' });
      const promptId = randomUUID();
      const call = '[[tool=Bash {"command":"echo run >> runs.txt"}]]';
      const cut = await runAndCut(
        spec,
        promptId,
        `[[parallel]] ${call} ${other} [[text=Done]]`,
        ({ type }) => type === 'ask',
      );
      const asked = cut.find((output) => output.type === 'ask');
      const id = asked?.type === 'ask' ? asked.ask.toolUseId : '';
      const decision = { ...ALLOW, input: { command: 'echo edited >> runs.txt' } };
      const { plan, run } = await goOn(spec, promptId, new Map([[id, decision]]));
      expect(plan.how === 'continue' && plan.begin).toEqual({ continues: 'held_call' });
      expect([run.text, run.end.failure]).toEqual(['Done', null]);
      expect(run.outputs.filter(({ type }) => type === 'ask')).toEqual([]);
      expect(toolResults(run.outputs)).toHaveLength(1);
      expect(runsOf(spec)).toBe('edited\n');
    },
  );
});
