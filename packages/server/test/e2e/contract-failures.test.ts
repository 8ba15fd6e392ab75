import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AgentProcess } from '#src/agent/agent.ts';
import type { FailureType } from '#src/domain/failure.ts';
import type { RunOptions } from '#src/domain/run-options.ts';
import { createAgentLab, runPrompt, type AgentLab } from '../support/agent-lab.ts';

let lab: AgentLab;
beforeAll(async () => (lab = await createAgentLab()));
afterAll(async () => await lab[Symbol.asyncDispose]());

const SCHEMA = { type: 'object', properties: { answer: { type: 'number' } }, required: ['answer'] };

const MODEL_FAILURES: [prompt: string, failure: FailureType][] = [
  ['[[status=400]]', 'invalid_request'],
  ['[[status=400 message="prompt is too long: 300000 tokens > 200000 maximum"]]', 'context_overflow'],
  ['[[status=401]]', 'authentication'],
  ['[[status=402]]', 'billing'],
  ['[[status=403]]', 'permission'],
  ['[[status=404]]', 'model_not_found'],
  ['[[status=413]]', 'context_overflow'],
  ['[[status=429 retry-after=3600]]', 'rate_limited'],
  ['[[status=500]]', 'provider_error'],
  ['[[status=529]]', 'overloaded'],
  ['[[drop]]', 'connection'],
  ['[[stop=refusal times=9]]', 'refusal'],
  ['[[text=More]] [[stop=max_tokens times=99]]', 'output_limit'],
];

describe('a model request that fails', () => {
  // One process for all: each of them must leave it usable for the next.
  let agent: AgentProcess;
  beforeAll(async () => (agent = lab.start(await lab.spec())));

  it.each(MODEL_FAILURES)('%s ends the run as %s, and the process stays usable', async (prompt, failure) => {
    const { end } = await runPrompt(agent, prompt);
    expect(end).toMatchObject({ failure: { type: failure }, reusable: true });
    expect((await runPrompt(agent, '[[text=Fine]]')).end.failure).toBeNull();
  });

  it('once is tried again without the client noticing more than an api_retry', async () => {
    const { outputs, end, text } = await runPrompt(agent, '[[text=Well]] [[status=529 times=1]]');
    expect([text, end.failure]).toEqual(['Well', null]);
    expect(JSON.stringify(outputs)).toContain('"api_retry"');
  });
});

describe('options that cannot be met', () => {
  it('an answer without the structured output that was asked for is structured_output', async () => {
    const agent = lab.start(await lab.spec({ outputSchema: SCHEMA }));
    const { end } = await runPrompt(agent, '[[text=No structure]]');
    expect(end).toMatchObject({ failure: { type: 'structured_output' }, reusable: true });
    const next = await runPrompt(agent, '[[structured={"answer":42}]]');
    expect(next.end).toMatchObject({ failure: null, result: { structuredOutput: { answer: 42 } } });
  });

  it.each<[string, RunOptions]>([
    ['a schema that is none', { outputSchema: { type: 'nonsense' } }],
    ['an MCP server without a way to reach it', { mcpServers: { lost: { type: 'http' } } }],
  ])('%s is invalid_options, with a detail', async (_, options) => {
    const { end } = await runPrompt(lab.start(await lab.spec(options)), 'Hello');
    expect(end).toMatchObject({ failure: { type: 'invalid_options' }, reusable: false });
    expect(end.failure?.message).toMatch(/\(.+\)$/);
  });

  it('an MCP server that is dead does not stop a run', async () => {
    const mcpServers = {
      dead: { type: 'http', url: 'http://127.0.0.1:9/' },
      none: { command: '/does/not/exist' },
    };
    const { end } = await runPrompt(lab.start(await lab.spec({ mcpServers })), '[[text=Well]]');
    expect(end.failure).toBeNull();
  });

  it('a directory that has gone is invalid_cwd', async () => {
    const spec = await lab.spec();
    await rm(spec.cwd, { recursive: true });
    expect((await runPrompt(lab.start(spec), 'Hello')).end.failure?.type).toBe('invalid_cwd');
  });
});

describe('an agent that does not answer', () => {
  it('is unresponsive when a model request stays silent, and is killed', async () => {
    const agent = lab.start(await lab.spec(), { limits: { silenceMs: 1500, maxRunMs: 60_000 } });
    const { end } = await runPrompt(agent, '[[no-headers]]');
    expect(end).toMatchObject({ failure: { type: 'unresponsive' }, reusable: false });
    await agent.exited;
  });

  it('is not unresponsive while a tool works in silence', async () => {
    const agent = lab.start(await lab.spec({ allowedTools: ['Bash'] }), {
      limits: { silenceMs: 2000, maxRunMs: 60_000 },
    });
    await agent.ready;
    const command = 'for i in 1 2 3 4; do sleep 1; done';
    const { end } = await runPrompt(agent, `[[tool=Bash {"command":"${command}"}]] [[text=Well]]`);
    expect(end.failure).toBeNull();
  });

  it('is stopped when the run takes too long', async () => {
    const agent = lab.start(await lab.spec({ allowedTools: ['Bash'] }), {
      limits: { silenceMs: 60_000, maxRunMs: 2500 },
    });
    const { end } = await runPrompt(agent, '[[tool=Bash {"command":"while true; do sleep 1; done"}]]');
    expect(end).toMatchObject({ failure: { type: 'timed_out' }, reusable: false });
  });
});
