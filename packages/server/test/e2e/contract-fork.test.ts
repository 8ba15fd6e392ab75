import { afterAll, beforeAll, expect, it } from 'vitest';
import type { AgentSpec } from '#src/agent/agent.ts';
import { createAgentLab, runPrompt, type AgentLab } from '../support/agent-lab.ts';

let lab: AgentLab;
beforeAll(async () => (lab = await createAgentLab()));
afterAll(async () => await lab[Symbol.asyncDispose]());

/** Another session whose transcript is a copy under its own id. */
async function fork(source: AgentSpec): Promise<AgentSpec> {
  const spec = await lab.spec(source.options, { resume: true });
  const entries = (await lab.transcript(source)).map((line) => {
    const entry = line.replaceAll(
      `"sessionId":"${source.agentSessionId}"`,
      `"sessionId":"${spec.agentSessionId}"`,
    );
    const { uuid }: { uuid?: string } = JSON.parse(entry);
    return { uuid: uuid ?? null, entry };
  });
  await lab.addToTranscript(spec, entries);
  return spec;
}

it('a transcript that is copied under another id is a conversation of its own: both go on, neither hears of the other', async () => {
  const source = await lab.spec({ allowedTools: ['Bash'] });
  const first = lab.start(source);
  await runPrompt(first, 'My name is Ada. [[tool=Bash {"command":"echo seen-by-both"}]] [[text=Hello Ada]]');
  await first.kill();
  const before = await lab.transcript(source);

  const forked = await fork(source);
  const second = lab.start(forked);
  const { end, text } = await runPrompt(second, 'Only the fork hears this. [[text=Yes]]');
  expect([text, end.failure]).toEqual(['Yes', null]);
  // Its result is of this turn alone, under its own id.
  expect(end.result).toMatchObject({ agentSessionId: forked.agentSessionId, numTurns: 1 });
  const { body } = lab.requests.at(-1) ?? {};
  for (const words of ['My name is Ada.', 'seen-by-both', 'Hello Ada', 'Only the fork hears this.']) {
    expect(body).toContain(words);
  }
  await second.kill();
  const copied = await lab.transcript(forked);
  expect(copied.length).toBeGreaterThan(before.length);
  expect(copied.join('\n')).not.toContain(`"sessionId":"${source.agentSessionId}"`);

  expect(await lab.transcript(source)).toEqual(before);
  const third = lab.start({ ...source, resume: true });
  const again = await runPrompt(third, '[[text=Back]]');
  expect(again.end.failure).toBeNull();
  expect(lab.requests.at(-1)?.body).toContain('Hello Ada');
  expect(lab.requests.at(-1)?.body).not.toContain('Only the fork hears this.');

  // And once more in a new process, from what it has stored since.
  const fourth = lab.start({ ...forked, resume: true });
  await runPrompt(fourth, '[[text=Still here]]');
  expect(lab.requests.at(-1)?.body).toContain('Only the fork hears this.');
});
