import { readFile } from 'node:fs/promises';
import type { Options } from '@anthropic-ai/claude-agent-sdk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRawLab, type RawConversation, type RawLab } from '../support/raw-lab.ts';
import { serveTools, type RawToolCall } from '../support/raw-tools.ts';
import { until } from '../support/until.ts';

// Tools that this program serves to the agent itself: what the model sees of them, and how their results come.

let lab: RawLab;
beforeAll(async () => (lab = await createRawLab()));
afterAll(async () => await lab[Symbol.asyncDispose]());

const PNG =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const SCHEMA = {
  type: 'object',
  title: 'Big',
  properties: {
    kind: { type: 'string', enum: ['a', 'b'], default: 'a' },
    when: { oneOf: [{ type: 'string', format: 'date-time' }, { type: 'null' }] },
    list: { type: 'array', items: { $ref: '#/$defs/item' }, minItems: 1, uniqueItems: true },
    any: {},
  },
  required: ['kind'],
  additionalProperties: false,
  examples: [{ kind: 'a' }],
  $defs: { item: { type: 'object', patternProperties: { '^x-': { type: 'string' } }, 'x-own': 1 } },
  'x-own': 'kept',
};
const PLAIN = { type: 'object' };
const FOREVER = new Promise<never>(() => {});

function tool(name: string, more: object = {}): object {
  return {
    name,
    description: `Does ${name}`,
    inputSchema: PLAIN,
    annotations: { readOnlyHint: true },
    _meta: { 'anthropic/maxResultSizeChars': 500_000 },
    ...more,
  };
}

/** The policy lets every call through, and notes which came to which door. */
function openDoors(doors: string[]): Pick<Options, 'hooks' | 'canUseTool'> {
  return {
    hooks: {
      PreToolUse: [
        {
          hooks: [
            async (hook) => {
              if (hook.hook_event_name === 'PreToolUse') doors.push(`hook ${hook.tool_name}`);
              return { hookSpecificOutput: { hookEventName: 'PreToolUse', permissionDecision: 'allow' } };
            },
          ],
        },
      ],
    },
    canUseTool: async (name, input) => {
      doors.push(`ask ${name}`);
      return { behavior: 'allow', updatedInput: input };
    },
  };
}

function start(
  conversation: RawConversation,
  tools: object[],
  call: (call: RawToolCall) => Promise<object>,
  more = {},
) {
  return conversation.start({ tools: [], mcpServers: serveTools(tools, call), ...openDoors([]), ...more });
}

function toolsOfLastRequest(): { name: string; description: string; input_schema: unknown }[] {
  return JSON.parse(lab.provider.requests.at(-1)?.body ?? '{}').tools;
}

const say = (text: string) => ({ content: [{ type: 'text', text }] });

describe('the tools that the model sees', () => {
  it('are these and no others, with their schema as it came', async () => {
    const conversation = await lab.createConversation();
    const agent = start(conversation, [tool('big', { inputSchema: SCHEMA }), tool('plain')], async () =>
      say(''),
    );
    agent.send('[[text=Hi]]');
    await agent.hears('idle');
    expect(toolsOfLastRequest()).toEqual([
      { name: 'mcp__custom__big', description: 'Does big', input_schema: SCHEMA },
      { name: 'mcp__custom__plain', description: 'Does plain', input_schema: PLAIN },
    ]);
  });

  it('are changed where the provider would refuse them: alternatives at the top, and long descriptions', async () => {
    const conversation = await lab.createConversation();
    const inputSchema = {
      ...PLAIN,
      properties: { a: {}, b: {} },
      anyOf: [{ required: ['a'] }, { required: ['b'] }],
    };
    const agent = start(
      conversation,
      [tool('either', { inputSchema, description: 'D'.repeat(5000) })],
      async () => say(''),
    );
    agent.send('[[text=Hi]]');
    await agent.hears('idle');
    const [either] = toolsOfLastRequest();
    expect(either?.input_schema).not.toHaveProperty('anyOf');
    expect(either?.description).toContain('Provide parameters for at least one of');
    expect(either?.description).toMatch(/\[truncated\]$/);
  });
});

describe('calls of one message', () => {
  it('run at once, know their ids, and need no permission that the hook has given', async () => {
    const doors: string[] = [];
    const calls: RawToolCall[] = [];
    let bothRun = (): void => undefined;
    const both = new Promise<void>((resolve) => (bothRun = resolve));
    const conversation = await lab.createConversation();
    const agent = start(
      conversation,
      [tool('alpha'), tool('beta')],
      async (call) => {
        calls.push(call);
        if (calls.length === 2) bothRun();
        await both;
        return say(`Result of ${call.name}`);
      },
      openDoors(doors),
    );
    agent.send('[[parallel]] [[tool=mcp__custom__alpha {}]] [[tool=mcp__custom__beta {}]] [[text=Done]]');
    await agent.hears('idle');
    expect(doors).toEqual(['hook mcp__custom__alpha', 'hook mcp__custom__beta']);
    expect(agent.story()).not.toContain('requires_action');
    const made = conversation.transcript.calls;
    expect(calls).toEqual([
      { name: 'alpha', toolUseId: made[0]?.id },
      { name: 'beta', toolUseId: made[1]?.id },
    ]);
    expect(lab.lastRequest()).toMatch(/Result of alpha.*Result of beta/);
  });

  it.each([
    [
      'text and images',
      {
        content: [
          { type: 'text', text: 'See' },
          { type: 'image', data: PNG, mimeType: 'image/png' },
        ],
      },
      [
        { type: 'text', text: 'See' },
        { type: 'image', source: { type: 'base64', media_type: 'image/png', data: PNG } },
      ],
    ],
    ['a long text', say('x'.repeat(200_000)), [{ type: 'text', text: 'x'.repeat(200_000) }]],
    ['an error', { ...say('It failed'), isError: true }, 'It failed'],
  ])('give %s to the model', async (_name, result, expected) => {
    const agent = start(await lab.createConversation(), [tool('alpha')], async () => result);
    agent.send('[[tool=mcp__custom__alpha {}]] [[text=Done]]');
    await agent.hears('idle');
    const content = JSON.stringify(expected).replace(/\]$/, '');
    expect(lab.lastRequest()).toContain(`"content":${content}`);
    expect(lab.lastRequest().includes('"is_error":true')).toBe('isError' in result);
  });
});

describe('a document that a call gives back', () => {
  it('is put into a file that the model is told of', async () => {
    const resource = { uri: 'file:///document', mimeType: 'application/pdf', blob: btoa('%PDF-1.4') };
    const agent = start(await lab.createConversation(), [tool('alpha')], async () => ({
      content: [{ type: 'resource', resource }],
    }));
    agent.send('[[tool=mcp__custom__alpha {}]] [[text=Done]]');
    await agent.hears('idle');
    const [, file = ''] = / saved to ([^"]+\.pdf)/.exec(lab.lastRequest()) ?? [];
    expect(await readFile(file, 'utf8')).toBe('%PDF-1.4');
  });
});

describe('calls that waited when their agent was killed', () => {
  it.each([1, 2])(
    'get their results from the transcript, %i of them, and are not made again',
    async (count) => {
      const conversation = await lab.createConversation();
      const { transcript } = conversation;
      const calls: RawToolCall[] = [];
      const wait = async (call: RawToolCall) => {
        calls.push(call);
        return await FOREVER;
      };
      const tools = [tool('alpha'), tool('beta')];
      const agent = start(conversation, tools, wait);
      const second = count > 1 ? '[[tool=mcp__custom__beta {}]]' : '';
      agent.send(`[[parallel]] [[tool=mcp__custom__alpha {}]] ${second} [[text=Done]]`);
      await until('the calls wait', () => calls.length === count && transcript.calls.length === count);
      await agent.kill();

      // Of any kind: here they need not be an MCP server's.
      const content = [
        { type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'Paper' } },
      ];
      for (const call of transcript.calls) await transcript.addResult(call, content);
      const next = start(conversation, tools, wait, { goesOn: true });
      await next.hears('result ok agent');
      expect(calls).toHaveLength(count);
      for (const { id } of transcript.calls) {
        const result = { type: 'tool_result', tool_use_id: id, content, is_error: false };
        expect(lab.lastRequest()).toContain(JSON.stringify(result));
      }
    },
  );
});
