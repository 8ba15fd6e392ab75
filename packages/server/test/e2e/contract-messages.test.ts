import type { SDKUserMessage } from '@anthropic-ai/claude-agent-sdk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRawLab, type RawLab } from '../support/raw-lab.ts';
import { until } from '../support/until.ts';

// What of a message, and of what goes with it, arrives at the model.

let lab: RawLab;
beforeAll(async () => (lab = await createRawLab()));
afterAll(async () => await lab[Symbol.asyncDispose]());

const PNG =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

describe('a message', () => {
  it('arrives block by block as it was sent', async () => {
    const agent = (await lab.createConversation()).start();
    const blocks: Exclude<SDKUserMessage['message']['content'], string> = [
      { type: 'text', text: 'Look.' },
      { type: 'image', source: { type: 'base64', media_type: 'image/png', data: PNG } },
      { type: 'image', source: { type: 'url', url: 'https://example.com/a.png' } },
      {
        type: 'document',
        source: { type: 'base64', media_type: 'application/pdf', data: 'JVBERi0xLjQK' },
        title: 'A',
        context: 'B',
      },
      {
        type: 'document',
        source: { type: 'text', media_type: 'text/plain', data: 'text' },
        citations: { enabled: true },
      },
      { type: 'document', source: { type: 'url', url: 'https://example.com/a.pdf' } },
    ];
    agent.send([...blocks, { type: 'text', text: '[[text=Seen]]' }]);
    await agent.hears('idle');
    // One after the other: the last one of ours has a line break added, and behind it stands where the image is kept.
    expect(lab.lastRequest()).toContain(JSON.stringify(blocks).slice(1, -1));
  });

  it('that looks like a command is one to the agent, unless it is said to be composed', async () => {
    const agent = (await lab.createConversation()).start();
    agent.send('/compact', { client_composed: true });
    await agent.hears('idle');
    expect(lab.lastRequest()).toContain('"/compact"');
    const before = lab.provider.requests.length;
    agent.send('/help');
    await agent.hears('idle', 2);
    expect(lab.provider.requests.length).toBe(before);
  });
});

describe('what is said to the model in the role of the system', () => {
  /** What stands right behind the message with this text. */
  function behind(text: string): { role: string; text: string } | undefined {
    const messages = lab.lastMessages();
    return messages[messages.findIndex((message) => message.text.includes(text)) + 1];
  }

  it('comes right behind the message with which a hook gave it, and stays there', async () => {
    const additionalContext = 'The sky is green.';
    const hook = async () => ({
      hookSpecificOutput: { hookEventName: 'UserPromptSubmit' as const, additionalContext },
    });
    const conversation = await lab.createConversation();
    const before = conversation.start();
    before.send('[[text=Hi]]');
    await before.hears('idle');
    await before.kill();
    const agent = conversation.start({ hooks: { UserPromptSubmit: [{ hooks: [hook] }] } });
    agent.send('[[text=First]]');
    await agent.hears('idle');
    const said = 'UserPromptSubmit hook additional context: The sky is green.';
    expect(behind('[[text=First]]')).toEqual({ role: 'system', text: expect.stringContaining(said) });
    await agent.kill();
    const next = conversation.start();
    next.send('[[text=Second]]');
    await next.hears('idle');
    expect(behind('[[text=First]]')).toEqual({ role: 'system', text: expect.stringContaining(said) });
  });

  it('comes behind a result when both were written into the transcript', async () => {
    const conversation = await lab.createConversation();
    const { transcript } = conversation;
    const agent = conversation.start({ canUseTool: () => new Promise(() => {}) });
    agent.send('[[tool=Bash {"command":"touch a"}]] [[text=Done]]');
    await until('the call is stored', () => transcript.calls.length > 0);
    await agent.kill();
    for (const call of transcript.calls) await transcript.addResult(call, 'Result.');
    await transcript.addContext('Operator', 'The sky is green.');
    const next = conversation.start({ goesOn: true });
    await next.hears('idle');
    const said = 'Operator hook additional context: The sky is green.';
    expect(behind('Result.')).toEqual({ role: 'system', text: expect.stringContaining(said) });
  });
});

describe('a process', () => {
  it('takes any model with the effort it is told, and exactly the tools that it is told', async () => {
    const tools = ['Bash', 'Edit', 'Glob', 'Grep', 'Read', 'WebFetch', 'WebSearch', 'Write'];
    const conversation = await lab.createConversation();
    const agent = conversation.start({
      model: 'own-model-7',
      effort: 'xhigh',
      systemPrompt: 'Be brief.',
      tools,
    });
    agent.send('[[text=Hi]]');
    await agent.hears('idle');
    const request = JSON.parse(lab.provider.requests.at(-1)?.body ?? '');
    expect(request).toMatchObject({ model: 'own-model-7', output_config: { effort: 'xhigh' } });
    expect(request.tools.map(({ name }: { name: string }) => name)).toEqual(tools);
    expect(request.system.at(-1)).toMatchObject({ text: 'Be brief.' });
  });

  it('has no tools when it is told none', async () => {
    const agent = (await lab.createConversation()).start({ tools: [] });
    agent.send('[[text=Hi]]');
    await agent.hears('idle');
    expect(JSON.parse(lab.provider.requests.at(-1)?.body ?? '').tools).toEqual([]);
  });
});
