import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRawLab, type RawAgent, type RawConversation, type RawLab } from '../support/raw-lab.ts';
import { words } from '../support/raw-story.ts';
import { until } from '../support/until.ts';

// When the model gets a message that comes while the agent is at work, what tells so, and what a killed agent forgets.

let lab: RawLab;
beforeAll(async () => (lab = await createRawLab()));
afterAll(async () => await lab[Symbol.asyncDispose]());

/** It ends too when its directory is gone: the agent's own death does not reach it. */
const GATE = 'touch began; while test -e began -a ! -e go; do sleep 0.05; done; echo done';
const WORK = `Work [[tool=Bash {"command":"${GATE}"}]] [[text=Answer]]`;
const NOTE = 'The user sent a new message while you were working:';
/** The story of a prompt until the model has called a tool. */
const BEGUN = `running, queued first, started first, init, requesting first
  message_start, assistant tool_use, message_delta tool_use, message_stop`;
const WRITTEN = 'assistant text, message_delta end_turn, message_stop';
const ANSWERED = `message_start, ${WRITTEN}`;

async function startWork(conversation: RawConversation): Promise<RawAgent> {
  const agent = conversation.start({ allowedTools: ['Bash'] });
  agent.send(WORK, { name: 'first' });
  await agent.hears('message_stop');
  await until('the command runs', () => existsSync(join(conversation.cwd, 'began')));
  return agent;
}

function letGo({ cwd }: RawConversation): void {
  writeFileSync(join(cwd, 'go'), '');
}

describe('a message that comes while a tool runs', () => {
  it('is given to the model with the results, in the same turn, and kept under its id', async () => {
    const conversation = await lab.createConversation();
    const agent = await startWork(conversation);
    const second = agent.send('And this.', { name: 'second' });
    agent.send('And that.', { name: 'third', priority: 'next' });
    await agent.hears('queued third');
    letGo(conversation);
    await agent.hears('idle');
    expect(agent.story()).toEqual(
      words(`${BEGUN}
        queued second, queued third, user tool_result, started second, started third
        requesting first+second+third, ${ANSWERED}, completed second, completed third
        result ok first+second+third, completed first, idle`),
    );
    expect(lab.lastRequest()).toContain(`${NOTE}\\nAnd this.`);
    await until('it is stored', () =>
      conversation.transcript.entries.some(({ attachment }) => attachment?.source_uuid === second),
    );
    expect(conversation.transcript.entries.some(({ uuid }) => uuid === second)).toBe(false);
  });

  it('loses its documents on the way, unless it waits for a turn of its own', async () => {
    const conversation = await lab.createConversation();
    const agent = await startWork(conversation);
    const blocks = (data: string) => [
      { type: 'text' as const, text: `With ${data} [[text=Seen]]` },
      {
        type: 'document' as const,
        source: { type: 'text' as const, media_type: 'text/plain' as const, data },
      },
    ];
    agent.send(blocks('DOCUMENT-1'), { name: 'second' });
    agent.send(blocks('DOCUMENT-2'), { name: 'third', priority: 'later' });
    await agent.hears('queued third');
    letGo(conversation);
    await agent.hears('idle');
    expect(agent.story().slice(-11)).toEqual(
      words(`completed first, started third, init, requesting third, ${ANSWERED}
        result ok third, completed third, idle`),
    );
    expect(lab.lastRequest()).toContain('With DOCUMENT-1');
    expect(lab.lastRequest()).not.toContain('"data":"DOCUMENT-1"');
    expect(lab.lastRequest()).toContain('"data":"DOCUMENT-2"');
  });

  it('follows at once when the turn is interrupted', async () => {
    const conversation = await lab.createConversation();
    const agent = await startWork(conversation);
    const second = agent.send('[[text=Now this]]', { name: 'second' });
    await agent.hears('queued second');
    expect(await agent.interrupt()).toEqual([second]);
    await agent.hears('idle');
    expect(agent.story()).toEqual(
      words(`${BEGUN}
        queued second, user tool_result!, user text, result aborted_tools first, cancelled first
        started second, init, requesting second, ${ANSWERED}
        result ok second, completed second, idle`),
    );
  });
});

describe('a message that comes too late for the turn', () => {
  it('gets a turn of its own, with no idle between, while the last answer is written', async () => {
    const agent = (await lab.createConversation()).start();
    agent.send('[[tokens=40 rate=40]]', { name: 'first' });
    await agent.hears('message_start');
    agent.send('[[text=Second]]', { name: 'second' });
    await agent.hears('idle');
    expect(agent.story()).toEqual(
      words(`running, queued first, started first, init, requesting first, message_start
        queued second, ${WRITTEN}, result ok first, completed first
        started second, init, requesting second, ${ANSWERED}
        result ok second, completed second, idle`),
    );
  });

  it('gets the session up again when it is sent right after the result', async () => {
    const agent = (await lab.createConversation()).start();
    agent.send('[[text=First]]', { name: 'first' });
    await agent.hears('result ok first');
    agent.send('[[text=Second]]', { name: 'second' });
    await agent.hears('completed second');
    await agent.hears('idle', agent.story().includes('idle') ? 2 : 1);
    expect(agent.story().slice(-3)).toEqual(['result ok second', 'completed second', 'idle']);
  });
});

describe('an agent that was killed in the middle of a turn', () => {
  it('remembers a message that the model was given, and does not know it when it is sent again', async () => {
    const conversation = await lab.createConversation();
    const { transcript } = conversation;
    const agent = await startWork(conversation);
    lab.provider.intercept = () => true;
    const second = agent.send('And this.', { name: 'second' });
    await agent.hears('queued second');
    letGo(conversation);
    await until('it is stored', () =>
      transcript.entries.some(({ attachment }) => attachment?.source_uuid === second),
    );
    await agent.kill();
    lab.provider.intercept = undefined;

    const next = conversation.start({ goesOn: true });
    await next.hears('idle');
    expect(lab.lastRequest()).toContain(`${NOTE}\\nAnd this.`);
    next.send('And this.', { uuid: second, name: 'again' });
    await next.hears('idle', 2);
    expect(lab.lastRequest().split('And this.')).toHaveLength(3);
  });

  it('is told of what came later by an entry like its own', async () => {
    const conversation = await lab.createConversation();
    const { transcript } = conversation;
    const agent = await startWork(conversation);
    await until('the call is stored', () => transcript.calls.length > 0);
    await agent.kill();
    const [call] = transcript.calls;
    if (!call) throw new Error('There is no call.');
    await transcript.addResult(call, 'Cut off.', true);
    await transcript.addMessage('6f0bf0f4-9d3c-4d8e-a7a7-8a4b7a1c2d3e', [
      { type: 'text', text: 'And this.' },
    ]);
    const next = conversation.start({ goesOn: true });
    await next.hears('idle');
    expect(lab.lastRequest()).toContain('Cut off.');
    expect(lab.lastRequest()).toContain(`${NOTE}\\nAnd this.`);
  });
});
