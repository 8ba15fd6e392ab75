import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AgentSpec } from '#src/agent/agent.ts';
import { toHeldSpec } from '#src/agent/held-spec.ts';
import { createAgentLab, eventsOf, runPrompt, toolResults, type AgentLab } from '../support/agent-lab.ts';

let lab: AgentLab;
beforeAll(async () => {
  lab = await createAgentLab();
});
afterAll(() => lab[Symbol.asyncDispose]());

const ALLOWED = { enabled: true, permission_policy: { type: 'always_allow' as const } };

/** Of an agent beside the session's own, with this shell or none. */
function graderSpec(): Promise<AgentSpec> {
  return lab.spec(
    {
      outputSchema: { type: 'object', properties: { result: { type: 'string' } }, required: ['result'] },
    },
    {
      role: 'grader',
      access: { builtIn: { Read: ALLOWED, Grep: ALLOWED, Bash: ALLOWED }, mcp: {}, custom: [] },
    },
  );
}

describe('the process of a grader', () => {
  it('gives a structured answer out of what its tools gave, with no other tools than its own', async () => {
    const spec = await graderSpec();
    await writeFile(join(spec.cwd, 'verdict.json'), '{"result":"fine"}\n');
    const agent = lab.start(spec);
    const { outputs, end } = await runPrompt(
      agent,
      '[[tool=Grep {"pattern":"result","path":"verdict.json","output_mode":"content"}]] [[structured]]',
    );
    expect(end.failure).toBeNull();
    expect(end.result?.structuredOutput).toEqual({ result: 'fine' });
    const init = eventsOf(outputs, 'agent.system').find(({ subtype }) => subtype === 'init');
    expect(init?.data['tools']).toEqual(['Bash', 'Grep', 'Read', 'StructuredOutput']);
  });

  it('changes nothing with its shell where it is held, and has none where it is not', async (context) => {
    const spec = await graderSpec();
    expect(Object.keys(toHeldSpec(spec, { hidesFiles: false }).access?.builtIn ?? {})).toEqual([
      'Read',
      'Grep',
    ]);
    if (!lab.sandbox.hidesFiles) return context.skip('nothing hides files here');
    const left = join(spec.cwd, 'left.txt');
    const agent = lab.start(toHeldSpec(spec, lab.sandbox));
    const command = `touch ${left}; touch ${spec.home}/left.txt; touch "$HOME/mine" && echo mine is there; ls /`;
    const { outputs } = await runPrompt(
      agent,
      `[[tool=Bash ${JSON.stringify({ command })}]] [[structured={"result":"x"}]]`,
    );
    const [result] = toolResults(outputs);
    expect(result).toContain('Read-only file system');
    expect(result).toContain('mine is there');
    expect(existsSync(left)).toBe(false);
    expect(existsSync(join(spec.home, 'left.txt'))).toBe(false);
  });
});
