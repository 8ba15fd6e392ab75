import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRawLab, type RawConversation, type RawLab } from '../support/raw-lab.ts';
import type { RawCall } from '../support/raw-transcript.ts';
import { until } from '../support/until.ts';

// Several calls of one message that need a person, when their agent was killed before anybody had answered. A transcript
// brings back one of them; each call beyond it takes a process of its own, whose request to the model is never answered.

let lab: RawLab;
beforeAll(async () => (lab = await createRawLab()));
afterAll(async () => await lab[Symbol.asyncDispose]());

const FOREVER = new Promise<never>(() => {});

/** Has `letters` called in one message, each by a command of its own, and kills the agent when the first of them waits. */
async function cut(letters: string[]): Promise<{ conversation: RawConversation; calls: RawCall[] }> {
  const conversation = await lab.createConversation();
  const { transcript } = conversation;
  let isAsked = false;
  const agent = conversation.start({
    canUseTool: async () => {
      isAsked = true;
      return await FOREVER;
    },
  });
  const calls = letters.map(
    (letter) => `[[tool=Bash {"command":"echo ${letter} >> runs.txt; cat runs.txt"}]]`,
  );
  agent.send(`[[parallel]] ${calls.join(' ')} [[text=Done]]`);
  await until('all are stored', () => isAsked && transcript.calls.length === letters.length);
  await agent.kill();
  return { conversation, calls: transcript.calls };
}

function resume(conversation: RawConversation) {
  return conversation.start({
    canUseTool: async (_name, updatedInput) => ({ behavior: 'allow', updatedInput }),
  });
}

/** Lets one call run, and nothing else. */
async function runAlone(conversation: RawConversation, call: RawCall): Promise<void> {
  const { transcript } = conversation;
  lab.provider.intercept = () => true;
  await transcript.addHeldCall(call);
  const agent = resume(conversation);
  await until('its result is stored', () => transcript.hasResult(call.id));
  await agent.kill();
  lab.provider.intercept = undefined;
}

async function runLast(conversation: RawConversation, call: RawCall | undefined): Promise<void> {
  if (!call) throw new Error('There is no call.');
  await conversation.transcript.addHeldCall(call);
  const agent = resume(conversation);
  await agent.hears('idle');
  expect(agent.story().filter((word) => word.startsWith('assistant'))).toEqual(['assistant text']);
}

function runsOf({ cwd }: RawConversation): string {
  const path = join(cwd, 'runs.txt');
  return existsSync(path) ? readFileSync(path, 'utf8').replaceAll('\n', '') : '';
}

/** The results that the model was given last, by the letter of the call. */
function resultsSeen(calls: RawCall[]): [string | undefined, unknown][] {
  const letterOf = (id: string) => 'ABC'[calls.findIndex((call) => call.id === id)];
  return lab.lastResults().map(([id, content]) => [letterOf(id), content]);
}

describe('calls of one message that waited for a person when their agent was killed', () => {
  it('run all, once, in their order, under their ids, one process after the other', async () => {
    const { conversation, calls } = await cut(['A', 'B', 'C']);
    for (const call of calls.slice(0, -1)) await runAlone(conversation, call);
    expect(runsOf(conversation)).toBe('AB');
    await runLast(conversation, calls.at(-1));
    expect(runsOf(conversation)).toBe('ABC');
    expect(resultsSeen(calls)).toEqual([
      ['A', 'A'],
      ['B', 'A\nB'],
      ['C', 'A\nB\nC'],
    ]);
  });

  it('run where they were allowed, and are refused where not', async () => {
    const { conversation, calls } = await cut(['A', 'B', 'C']);
    const [first, second, third] = calls;
    if (!first || !second) throw new Error('There are no calls.');
    await conversation.transcript.addResult(second, 'Denied.', true);
    await runAlone(conversation, first);
    await runLast(conversation, third);
    expect(runsOf(conversation)).toBe('AC');
    expect(new Map(resultsSeen(calls))).toEqual(
      new Map([
        ['A', 'A'],
        ['B', 'Denied.'],
        ['C', 'A\nC'],
      ]),
    );
  });

  it('come back one of them only, when they are held together', async () => {
    const { conversation, calls } = await cut(['A', 'B']);
    const [first, second] = calls;
    if (!first) throw new Error('There are no calls.');
    await conversation.transcript.addHeldCall(first);
    await runLast(conversation, second);
    expect(runsOf(conversation)).toBe('B');
    expect(resultsSeen(calls)).toEqual([['B', 'B']]);
  });
});
