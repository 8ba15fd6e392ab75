import { describe, expect, it } from 'vitest';
import { parseConversation } from '#src/demo-model/conversation.ts';
import type { Reply } from '#src/demo-model/reply.ts';
import { decideReply } from '#src/demo-model/script.ts';

type Content = string | Record<string, unknown>[];

const TOOLS = ['Write', 'Bash', 'Read'].map((name) => ({ name, input_schema: {} }));
const REMINDER = { type: 'text', text: '<system-reminder>\n[[text=not a prompt]]\n</system-reminder>' };

/** A conversation in which the roles alternate, beginning with the user. */
function decide(
  contents: Content[],
  options: { attempt?: number; tools?: object[]; system?: string } = {},
): Reply {
  const messages = contents.map((content, index) => ({ role: index % 2 ? 'assistant' : 'user', content }));
  const { attempt = 0, tools = TOOLS, system = 'Working directory: /work' } = options;
  return decideReply(parseConversation({ model: 'm', system, tools, messages }), attempt);
}

function textOf(reply: Reply): string {
  return reply.blocks.map((block) => (block.type === 'text' ? block.pieces.join('') : '')).join('');
}

function callsOf(reply: Reply) {
  return reply.blocks
    .filter((block) => block.type === 'tool_use')
    .map(({ name, input }) => ({ name, input }));
}

function call(id: string, name: string): Record<string, unknown> {
  return { type: 'tool_use', id, name, input: {} };
}

function result(id: string, content: unknown, isError = false): Record<string, unknown> {
  return { type: 'tool_result', tool_use_id: id, content, is_error: isError };
}

describe('small talk', () => {
  it('remembers names across turns, the last one told', () => {
    const prompts = ['My name is Ada', 'Nice.', 'Now call me Grace', 'Fine.', 'What was my name?'];
    expect(textOf(decide(prompts))).toBe('Your name is Grace.');
    expect(textOf(decide(['What was my name?']))).toBe('You have not told me your name yet.');
  });

  it('counts, slowly when asked to', () => {
    expect(decide(['count to 20 slowly']).blocks).toEqual([
      { type: 'text', pieces: expect.toSatisfy((pieces: string[]) => pieces.length === 20), intervalMs: 300 },
    ]);
    expect(textOf(decide(['Count from 3 to 6']))).toBe('3 4 5 6');
  });

  it('says what it is, and is no wiser than it is', () => {
    expect(textOf(decide(['hello']))).toContain('demo model');
    expect(textOf(decide(['Why is the sky blue?']))).toContain('demo model');
    expect(textOf(decide(['What is 6*7?']))).toBe('6 * 7 is 42.');
  });

  it('keeps what people said when it is asked for a summary', () => {
    const compaction = 'Your task is to create a detailed summary of the conversation so far.';
    expect(textOf(decide(['My name is Ada', 'Nice.', compaction]))).toContain('My name is Ada');
  });
});

describe('a task', () => {
  const prompt = 'Create a file notes/a.txt with the content "hello"';

  it('is planned, done step by step, and summed up', () => {
    const first = decide([prompt]);
    expect(textOf(first)).toContain('plan');
    expect(callsOf(first)).toEqual([
      { name: 'Write', input: { file_path: '/work/notes/a.txt', content: 'hello\n' } },
    ]);
    const written = [prompt, [call('1', 'Write')], [result('1', 'created')]];
    expect(callsOf(decide(written))).toMatchObject([{ name: 'Bash' }]);
    const run = [...written, [call('2', 'Bash')], [result('2', 'a.txt', false)]];
    expect(callsOf(decide(run))).toEqual([{ name: 'Read', input: { file_path: '/work/notes/a.txt' } }]);
    const last = decide([...run, [call('3', 'Read')], [result('3', [{ type: 'text', text: 'hello' }])]]);
    expect(last.stopReason).toBe('end_turn');
    expect(textOf(last)).toContain('- Read: hello');
  });

  it('goes on without what was refused, and says so', () => {
    const denied = [prompt, [call('1', 'Write')], [result('1', 'Permission denied', true)]];
    expect(callsOf(decide(denied))).toMatchObject([{ name: 'Bash', input: { command: 'ls -la' } }]);
    const last = decide([...denied, [call('2', 'Bash')], [result('2', 'denied too', true)]]);
    expect(textOf(last)).toContain(
      '- Write did not work: Permission denied\n- Bash did not work: denied too',
    );
  });

  it('goes on without tools that are missing, and says so', () => {
    const reply = decide([prompt], { tools: [] });
    expect(callsOf(reply)).toEqual([]);
    expect(textOf(reply)).toContain('I could not use Write, Bash, Read');
  });

  it('reads a file that exists before it overwrites it', () => {
    const refused = [prompt, [call('1', 'Write')], [result('1', 'File has not been read yet.', true)]];
    expect(callsOf(decide(refused))).toMatchObject([{ name: 'Read' }]);
    const read = [...refused, [call('2', 'Read')], [result('2', 'old')]];
    expect(callsOf(decide(read))).toMatchObject([{ name: 'Write' }]);
  });

  it('runs the command that it is told', () => {
    const reply = decide(['Run `npm test` please'], { tools: [{ name: 'Bash' }] });
    expect(callsOf(reply)).toMatchObject([{ name: 'Bash', input: { command: 'npm test' } }]);
  });

  it('writes to where it is told, also outside of its directory', () => {
    expect(callsOf(decide(['Write a summary into /mnt/out/summary.md.']))).toMatchObject([
      { name: 'Write', input: { file_path: '/mnt/out/summary.md' } },
    ]);
  });

  it('uses a tool that the prompt names, and says what came of it', () => {
    const input_schema = { type: 'object', properties: { city: { type: 'string', examples: ['Oslo'] } } };
    const tools = [...TOOLS, { name: 'mcp__custom__get_weather', input_schema }];
    const asked = ['How is it outside? Use get_weather.'];
    expect(callsOf(decide(asked, { tools }))).toEqual([
      { name: 'mcp__custom__get_weather', input: { city: 'Oslo' } },
    ]);
    const called = [...asked, [call('1', 'mcp__custom__get_weather')]];
    expect(textOf(decide([...called, [result('1', 'Sunny')]], { tools }))).toBe('get_weather says: Sunny');
    expect(textOf(decide([...called, [result('1', 'Gone', true)]], { tools }))).toContain(
      'did not work: Gone',
    );
  });

  it('ends with structured output when that is asked for', () => {
    const input_schema = {
      type: 'object',
      properties: { n: { type: 'integer', minimum: 4 }, tags: { type: 'array', items: { enum: ['x'] } } },
    };
    const reply = decide(['hello'], { tools: [{ name: 'StructuredOutput', input_schema }] });
    expect(callsOf(reply)).toEqual([{ name: 'StructuredOutput', input: { n: 4, tags: ['x'] } }]);
  });
});

describe('directives', () => {
  it('give as structured output what the last tool gave', () => {
    const prompt = '[[tool=Read]] [[structured]]';
    const read = [prompt, [call('1', 'Read')], [result('1', '     1\t{"answer":[42]}\n')]];
    expect(callsOf(decide(read))).toEqual([{ name: 'StructuredOutput', input: { answer: [42] } }]);
  });

  it('are played one answer at a time, and only those of the latest prompt', () => {
    const prompt =
      '[[text=a]][[tool=Bash {"command":"x [[ -f y ]]"}]] [[thinking=hm]][[tool=Read]] [[text=end]]';
    const old: Content[] = ['[[text=old]]', 'old', [REMINDER, { type: 'text', text: prompt }]];
    const first = decide(old);
    expect(textOf(first)).toBe('a');
    expect(callsOf(first)).toEqual([{ name: 'Bash', input: { command: 'x [[ -f y ]]' } }]);
    expect(first.stopReason).toBe('tool_use');
    const second = decide([...old, [call('1', 'Bash')], [result('1', 'ok'), REMINDER]]);
    expect(second.blocks).toMatchObject([
      { type: 'thinking', pieces: ['hm'] },
      { name: 'Read', input: {} },
    ]);
    const both: Content[] = [
      ...old,
      [call('1', 'Bash')],
      [result('1', 'ok')],
      [call('2', 'Read')],
      [result('2', 'ok')],
    ];
    expect(decide(both)).toMatchObject({ blocks: [{ pieces: ['end'] }], stopReason: 'end_turn' });
  });

  it('put calls into one answer with parallel', () => {
    const prompt = '[[parallel]][[tool=Bash {"command":"1"}]][[tool=Bash {"command":"2"}]][[text=end]]';
    expect(callsOf(decide([prompt])).map((made) => made.input['command'])).toEqual(['1', '2']);
    const done = [prompt, [call('1', 'Bash'), call('2', 'Bash')], [result('1', ''), result('2', '')]];
    expect(textOf(decide(done))).toBe('end');
    const paused = decide(['[[parallel]][[tool=Bash]][[pause=9]][[tool=Read]]']);
    expect(paused.blocks.map(({ pauseMs }) => pauseMs)).toEqual([undefined, 9]);
  });

  it('fail as often as they are told, then answer', () => {
    const prompt = '[[status=429 retry-after=2 times=2 message="Slow down"]][[text=here]]';
    const fault = { kind: 'status', status: 429, retryAfter: '2', message: 'Slow down' };
    expect(decide([prompt]).fault).toMatchObject(fault);
    expect(decide([prompt], { attempt: 1 }).fault).toMatchObject(fault);
    expect(decide([prompt], { attempt: 2 }).fault).toBeUndefined();
    expect(textOf(decide([prompt], { attempt: 2 }))).toBe('here');
    expect(decide(['[[drop]]'], { attempt: 99 }).fault).toMatchObject({ kind: 'drop' });
    expect(decide(['[[no-headers times=1]]'], { attempt: 1 }).fault).toBeUndefined();
  });

  it('set the stop reason, and are continued when the output limit was hit', () => {
    const prompt = '[[text=abc]][[stop=max_tokens times=1]]';
    expect(decide([prompt]).stopReason).toBe('max_tokens');
    const continued = decide([prompt, 'abc', 'Output token limit hit. Resume directly.'], { attempt: 1 });
    expect(continued).toMatchObject({ stopReason: 'end_turn', blocks: [{ pieces: ['abc'] }] });
  });

  it('pace, delay and price the answers that follow', () => {
    const prompt =
      '[[ttft=50]][[model-usage input=1 output=2 cache-read=3 cache-write=4]][[tool=Bash]][[tokens=3 rate=10 size=8]]';
    const usage = {
      input_tokens: 1,
      output_tokens: 2,
      cache_read_input_tokens: 3,
      cache_creation_input_tokens: 4,
    };
    expect(decide([prompt])).toMatchObject({ ttftMs: 50, usage });
    expect(decide([prompt, [call('1', 'Bash')], [result('1', '')]])).toMatchObject({
      ttftMs: 50,
      usage,
      blocks: [{ pieces: ['0 ......', '1 ......', '2 ......'], intervalMs: 100 }],
    });
  });

  it('start background agents whose prompts hold directives, and react when their work has ended', () => {
    const prompt = '[[agent=Look [[tool=Bash {"command":"ls"}]] [[text=seen]]]][[text=started]]';
    expect(callsOf(decide([prompt]))).toMatchObject([
      { name: 'Agent', input: { prompt: 'Look [[tool=Bash {"command":"ls"}]] [[text=seen]]' } },
    ]);
    const note =
      '<system-reminder><task-notification><summary>Agent done</summary></task-notification></system-reminder>';
    const started = [prompt, [call('1', 'Agent')], [result('1', 'launched')], 'started'];
    expect(textOf(decide([...started, [{ type: 'text', text: note }]]))).toBe(
      'Background work has ended: Agent done.',
    );
  });
});

describe('usage', () => {
  it('is the same for the same conversation, and reads what was sent before from the cache', () => {
    const first = decide(['hello']);
    expect(decide(['hello']).usage).toEqual(first.usage);
    expect(first.usage.cache_creation_input_tokens).toBeGreaterThan(0);
    const second = decide(['hello', 'Hello!', 'hello']);
    expect(second.usage.cache_read_input_tokens).toBeGreaterThan(first.usage.cache_creation_input_tokens);
    expect(second.usage.cache_creation_input_tokens).toBe(0);
  });
});
