import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRawLab, type RawAgent, type RawLab } from '../support/raw-lab.ts';
import { words } from '../support/raw-story.ts';

// Where a request to the model begins and ends, as the agent tells it, when all goes well and when it does not.

let lab: RawLab;
let agent: RawAgent;
beforeAll(async () => {
  lab = await createRawLab();
  const conversation = await lab.createConversation();
  writeFileSync(join(conversation.cwd, 'a.txt'), 'A');
  // One process for all: each of them must leave it usable for the next.
  agent = conversation.start({ allowedTools: ['Bash', 'Read'] });
});
afterAll(async () => await lab[Symbol.asyncDispose]());

let count = 0;
/** What the agent says to a prompt between `init` and the receipt in the end. */
async function tell(prompt: string, whileItRuns?: () => Promise<unknown>): Promise<string[]> {
  const name = `message${++count}`;
  const before = agent.story();
  const idles = before.filter((word) => word === 'idle').length;
  agent.send(prompt, { name });
  await whileItRuns?.();
  await agent.hears('idle', idles + 1);
  const told = agent.story().slice(before.length);
  expect(told.slice(0, 4)).toEqual(['running', `queued ${name}`, `started ${name}`, 'init']);
  expect(told.at(-1)).toBe('idle');
  return told.slice(4, -1).map((word) => word.replace(name, 'it'));
}

const ANSWER = 'requesting it, message_start, assistant text, message_delta end_turn, message_stop';
const AFTER_RETRY = ANSWER.replace('requesting it, ', '');
const DONE = 'result ok it, completed it';

describe('a request to the model', () => {
  it('is announced, begins, is written block by block and stops', async () => {
    expect(await tell('[[text=Hi]]')).toEqual(words(`${ANSWER}, ${DONE}`));
  });

  it('tells its usage at the beginning and in the end', async () => {
    await tell('[[model-usage input=7 output=9 cache-read=5 cache-write=3]] [[text=Hi]]');
    const usageOf = (type: string) => agent.messages.findLast(({ event }) => event?.type === type)?.event;
    expect(usageOf('message_start')).toMatchObject({
      message: { usage: { input_tokens: 7, cache_read_input_tokens: 5, cache_creation_input_tokens: 3 } },
    });
    expect(usageOf('message_delta')?.usage).toMatchObject({ output_tokens: 9 });
  });

  it('comes again after the results, all of them', async () => {
    const call = '[[tool=Bash {"command":"echo 1"}]]';
    const told = await tell(`[[parallel]] [[thinking=Hm]] ${call} ${call} [[text=Done]]`);
    // A tool may be done before the answer of the model is.
    const results = told.filter((word) => word === 'user tool_result');
    expect(results).toHaveLength(2);
    expect(told.lastIndexOf('user tool_result')).toBeLessThan(told.lastIndexOf('requesting it'));
    expect(told.filter((word) => word !== 'user tool_result')).toEqual(
      words(`requesting it, message_start, assistant thinking, assistant tool_use, assistant tool_use
        message_delta tool_use, message_stop, ${ANSWER}, ${DONE}`),
    );
  });

  it('goes on while the first of its tools is done already', async () => {
    const slow =
      '[[parallel]] [[tool=Read {"file_path":"a.txt"}]] [[pause=400]] [[tool=Bash {"command":"echo 1"}]]';
    const told = await tell(`${slow} [[text=Done]]`);
    expect(told.slice(0, 5)).toEqual(
      words('requesting it, message_start, assistant tool_use, user tool_result, assistant tool_use'),
    );
  });
});

describe('a request that fails', () => {
  it.each([500, 529, 429])('with %i is announced once, and begins when it is answered', async (status) => {
    expect(await tell(`[[status=${status} retry-after=0 times=1]] [[text=Hi]]`)).toEqual(
      words(`requesting it, api_retry ${status}, ${AFTER_RETRY}, ${DONE}`),
    );
  });

  it('in the middle of its answer is given up, and begins again without being announced', async () => {
    expect(await tell('[[drop times=1]] [[tokens=20 rate=40]]')).toEqual(
      words(`requesting it, message_start, message_stop abandoned, api_retry null, ${AFTER_RETRY}, ${DONE}`),
    );
  });

  it('with an error in its stream is made again in one piece, of which there is but the answer', async () => {
    expect(await tell('[[tokens=20 rate=40]] [[error times=1]]')).toEqual(
      words(`requesting it, message_start, message_stop abandoned, assistant text, ${DONE}`),
    );
    const answer = agent.messages.findLast(({ type }) => type === 'assistant')?.message;
    expect(answer).toMatchObject({ stop_reason: 'end_turn', usage: { output_tokens: 20 } });
  });

  it('for good ends the turn with a made up answer and a receipt that it was cancelled', async () => {
    expect(await tell('[[status=400]]')).toEqual(
      words('requesting it, assistant text synthetic, result api_error it, cancelled it'),
    );
  });
});

describe('an answer that is not one', () => {
  const REFUSED = 'requesting it, message_start, assistant text, message_delta refusal, message_stop';

  it('because the model refuses is asked for once more, and ends before the request does', async () => {
    expect(await tell('[[text=No]] [[stop=refusal times=9]]')).toEqual(
      words(`${REFUSED}, user text synthetic
        requesting it, message_start, assistant text, model_refusal_no_fallback, assistant text synthetic
        message_delta refusal, message_stop, result api_error it, cancelled it`),
    );
  });

  it('because the model refused once is given the second time', async () => {
    expect(await tell('[[text=No]] [[stop=refusal times=1]]')).toEqual(
      words(`${REFUSED}, user text synthetic, ${ANSWER}, ${DONE}`),
    );
  });

  it('because the output limit was hit is continued', async () => {
    expect(await tell('[[text=Part]] [[stop=max_tokens times=1]]')).toEqual(
      words(`${ANSWER.replace('end_turn', 'max_tokens')}, user text synthetic, ${ANSWER}, ${DONE}`),
    );
  });
});

describe('an interrupt', () => {
  it('in the middle of an answer ends its stream', async () => {
    const starts = agent.story().filter((word) => word === 'message_start').length;
    const told = await tell('[[tokens=400 rate=40]]', async () => {
      await agent.hears('message_start', starts + 1);
      await agent.interrupt();
    });
    expect(told.filter((word) => word !== 'assistant text aborted')).toEqual(
      words(`requesting it, message_start, user text, message_delta null, message_stop abandoned
        result aborted_streaming it, cancelled it`),
    );
  });

  it('before the answer leaves a request that never began', async () => {
    const told = await tell('[[ttft=30000]] [[text=Late]]', async () => {
      await agent.hears(`requesting message${count}`);
      await agent.interrupt();
    });
    expect(told).toEqual(words('requesting it, user text, result aborted_streaming it, cancelled it'));
  });
});
