import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StartedAgent } from '#src/agent/context.ts';
import { killLeftProcesses } from '#src/agent/directories.ts';
import { detectSandbox } from '#src/sandbox/detect.ts';
import { createAgentLab, runPrompt, toolResults, type AgentLab } from '../support/agent-lab.ts';
import { findProcesses } from '../support/processes.ts';
import { until } from '../support/until.ts';

let lab: AgentLab;
beforeAll(async () => (lab = await createAgentLab()));
afterAll(async () => await lab[Symbol.asyncDispose]());

/** Starts every kind of stray: a job, one that ignores hang-ups, one in a session of its own. */
function startStrays(mark: string): string {
  const stray = `sh -c 'while true; do sleep 1; done' ${mark} >/dev/null 2>&1 &`;
  return `${stray} nohup ${stray} setsid ${stray} echo started`;
}

const KINDS = ['bubblewrap', 'namespace', 'process-group'] as const;

describe.each(KINDS)('the tree of an agent process (%s)', async (kind) => {
  const sandbox = await detectSandbox(kind, process.env['PATH'] ?? '').then(
    (detected) => detected.sandbox,
    () => undefined,
  );
  const mark = `stray-${kind}-${process.pid}`;
  const prompt = `[[tool=Bash ${JSON.stringify({ command: startStrays(mark) })}]]
     [[tool=Bash {"command":"while true; do sleep 1; done"}]]`;
  const start = async (): Promise<StartedAgent> => {
    if (!sandbox) throw new Error('Not here.');
    return lab.start(await lab.spec({ allowedTools: ['Bash'] }), { sandbox });
  };

  it.skipIf(!sandbox)('leaves nothing when it is killed in the middle of a run', async () => {
    const agent = await start();
    const run = runPrompt(agent, prompt);
    await until('the strays run', async () => (await findProcesses(mark)).length >= 3);
    const root = agent.pid ?? 0;
    await agent.kill();
    expect(await findProcesses(mark)).toEqual([]);
    expect(() => process.kill(root, 0)).toThrow();
    expect((await run).end).toMatchObject({ failure: { type: 'process_died' }, reusable: false });
    expect(await readdir(join(lab.directory, 'data', 'run'))).toEqual([]);
  });

  it.skipIf(!sandbox)(
    'is gone when its root is killed from outside, and the run says process_died',
    async () => {
      const agent = await start();
      const run = runPrompt(agent, prompt);
      await until('the strays run', async () => (await findProcesses(mark)).length >= 3);
      process.kill(agent.pid ?? 0, 'SIGKILL');
      await agent.exited;
      expect(await findProcesses(mark)).toEqual([]);
      expect((await run).end).toMatchObject({ failure: { type: 'process_died' }, reusable: false });
      expect(await readdir(join(lab.directory, 'data', 'run'))).toEqual([]);
    },
  );
});

describe('an agent process', () => {
  it('can be killed at any moment of its start, and its run still has an end', async () => {
    for (const delayMs of [0, 5, 100, 300]) {
      const agent = lab.start(await lab.spec());
      const run = runPrompt(agent, '[[text=Never]]');
      await new Promise((resolve) => setTimeout(resolve, delayMs));
      await Promise.all([agent.kill(), agent.kill()]);
      expect((await run).end).toMatchObject({ failure: { type: 'process_died' }, reusable: false });
    }
    expect(await readdir(join(lab.directory, 'data', 'run'))).toEqual([]);
  });

  it('answers a run that comes after its end with that end', async () => {
    const agent = lab.start(await lab.spec());
    await agent.kill();
    const { outputs, end } = await runPrompt(agent, 'Too late');
    expect(outputs).toHaveLength(1);
    expect(end.reusable).toBe(false);
  });

  it.runIf(process.platform === 'linux')('that a killed server left is found by its mark', async () => {
    const runRoot = join(lab.directory, 'other', 'run');
    const child = spawn('sh', ['-c', 'setsid sleep 1000 & sleep 1000'], {
      env: { AGENT_PROCESS_TREE: join(runRoot, 'agent-abc') },
      stdio: 'ignore',
    });
    const exited = once(child, 'exit');
    await killLeftProcesses(runRoot);
    await exited;
    expect(child.signalCode).toBe('SIGKILL');
  });
  it('sees of the data directory only what is its own', async (context) => {
    if (!lab.sandbox.hidesFiles) context.skip('bubblewrap does not work here');
    const spec = await lab.spec({ allowedTools: ['Bash'] });
    const other = await lab.spec();
    const agent = lab.start(spec);
    const { outputs } = await runPrompt(
      agent,
      `[[tool=Bash ${JSON.stringify({ command: `cd ${lab.directory}/data; ls; ls sessions run; touch ${spec.cwd}/x` })}]]`,
    );
    const seen = toolResults(outputs)[0] ?? '';
    expect(seen).not.toContain('bullpen.sqlite');
    expect(seen).not.toContain(other.sessionId);
    expect(seen).toContain(spec.sessionId);
    expect(await readdir(spec.cwd)).toEqual(['x']);
  });

  it('that cannot have the memory it needs says out_of_memory', async () => {
    const agent = lab.start(await lab.spec(), { memoryBytes: 200 * 2 ** 20 });
    const { end } = await runPrompt(agent, 'Hello');
    expect(end.failure?.type).toBe('out_of_memory');
  });

  it('passes its memory cap on to what it starts', async () => {
    const agent = lab.start(await lab.spec({ allowedTools: ['Bash'] }), { memoryBytes: 2 * 2 ** 30 });
    const { outputs } = await runPrompt(agent, '[[tool=Bash {"command":"ulimit -d"}]]');
    expect(toolResults(outputs)[0]).toBe(String(2 * 2 ** 20));
  });
});
