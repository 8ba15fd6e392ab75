import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFailure } from '#src/domain/failure.ts';
import { formatPrefixedId } from '#src/lib/ids.ts';
import { DEFAULT_TENANT } from '#src/store/records.ts';
import { call, execute, type StatusBody } from '../support/api-client.ts';
import { startApp, type TestApp, type TestUsage } from '../support/app.ts';
import { createResult } from '../support/scripted-worker.ts';

const UNKNOWN = '00000000-0000-7000-8000-000000000000';
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

let now = Date.parse('2024-01-01T12:00:00.000Z');
const clock = { now: () => now, monotonic: () => performance.now() };
const usage: TestUsage = new Map();
let app: TestApp;
beforeAll(async () => {
  app = await startApp({ clock, usage });
});
afterAll(async () => app[Symbol.asyncDispose]());

const readStatus = async (id: string, query = '') =>
  (await call<StatusBody>(app.url, 'GET', `/status/${id}${query}`)).body;

async function createRunning(prompt = 'hello') {
  const id = await execute(app.url, { prompt });
  return { id, run: await app.worker.take(id) };
}

describe('simple-api: GET /status/{session_id}', () => {
  it('of a new session has every field', async () => {
    const id = await execute(app.url, { prompt: 'hello' });
    expect(await readStatus(id)).toEqual({
      session_id: id,
      status: 'pending',
      messages: [],
      result: null,
      error: null,
      duration_ms: null,
      total_cost_usd: null,
      message_count: 0,
      pending_approvals: [],
      process: null,
    });
  });

  it('of a session with an agent process says what that takes', async () => {
    const { id } = await createRunning();
    usage.set(id, { pid: 4711, rssBytes: 200_000_000, cpuSeconds: 1.25, processes: 3 });
    expect(await readStatus(id)).toMatchObject({
      process: { pid: 4711, rss_bytes: 200_000_000, cpu_seconds: 1.25, processes: 3 },
    });
  });

  it('of a running session counts its duration to now', async () => {
    const { id } = await createRunning();
    now += 1500;
    expect(await readStatus(id)).toMatchObject({ status: 'running', duration_ms: 1500, result: null });
  });

  it('the prompt is the first message, with a time in UTC with milliseconds', async () => {
    const { id } = await createRunning('hello');
    const { messages } = await readStatus(id);
    expect(messages).toEqual([
      {
        type: 'UserMessage',
        content: { content: 'hello', uuid: expect.any(String), parent_tool_use_id: null },
        timestamp: expect.stringMatching(TIME),
      },
    ]);
  });

  it('messages carry the fields of the Claude Agent SDK for Python', async () => {
    const { id, run } = await createRunning();
    const model = { messageId: 'msg_1', model: 'demo', parentToolUseId: null };
    await run.emit(
      { type: 'agent.system', subtype: 'init', data: { cwd: '/w', tools: [] } },
      { type: 'agent.thinking', ...model, thinking: 'Hm.', signature: 'sig' },
      { type: 'agent.message', ...model, text: 'I look.' },
      {
        type: 'agent.tool_use',
        ...model,
        parentToolUseId: 'toolu_0',
        toolUseId: 'toolu_1',
        name: 'Read',
        input: { file_path: '/w/a' },
      },
      {
        type: 'agent.tool_result',
        parentToolUseId: 'toolu_0',
        toolUseId: 'toolu_1',
        content: 'text',
        isError: false,
        uuid: 'u-1',
      },
      { type: 'agent.message', ...model, text: 'Too many.', error: 'rate_limit' },
      { type: 'run.result', runId: run.runId, result: createResult({ structuredOutput: { a: 1 } }) },
    );
    const { messages } = await readStatus(id);
    expect(messages.slice(1).map(({ type, content }) => ({ type, content }))).toEqual([
      { type: 'SystemMessage', content: { subtype: 'init', data: { cwd: '/w', tools: [] } } },
      {
        type: 'AssistantMessage',
        content: {
          content: [{ thinking: 'Hm.', signature: 'sig' }],
          model: 'demo',
          parent_tool_use_id: null,
          error: null,
          uuid: null,
        },
      },
      {
        type: 'AssistantMessage',
        content: {
          content: [{ text: 'I look.' }],
          model: 'demo',
          parent_tool_use_id: null,
          error: null,
          uuid: null,
        },
      },
      {
        type: 'AssistantMessage',
        content: {
          content: [{ id: 'toolu_1', name: 'Read', input: { file_path: '/w/a' } }],
          model: 'demo',
          parent_tool_use_id: 'toolu_0',
          error: null,
          uuid: null,
        },
      },
      {
        type: 'UserMessage',
        content: {
          content: [{ tool_use_id: 'toolu_1', content: 'text', is_error: false }],
          uuid: 'u-1',
          parent_tool_use_id: 'toolu_0',
        },
      },
      {
        type: 'AssistantMessage',
        content: {
          content: [{ text: 'Too many.' }],
          model: 'demo',
          parent_tool_use_id: null,
          error: 'rate_limit',
          uuid: null,
        },
      },
      {
        type: 'ResultMessage',
        content: {
          subtype: 'success',
          duration_ms: 1200,
          duration_api_ms: 800,
          is_error: false,
          num_turns: 2,
          session_id: 'c1a0de00-0000-4000-8000-000000000000',
          total_cost_usd: 0.01,
          usage: { input_tokens: 10, output_tokens: 5 },
          result: 'Done.',
          structured_output: { a: 1 },
        },
      },
    ]);
  });

  it('result is null until the first result, then has all its fields', async () => {
    const { id, run } = await createRunning();
    await run.result(createResult({ structuredOutput: { a: 1 } }), 0.02);
    await run.end('completed');
    expect(await readStatus(id)).toMatchObject({
      status: 'completed',
      error: null,
      total_cost_usd: 0.02,
      result: {
        session_id: 'c1a0de00-0000-4000-8000-000000000000',
        num_turns: 2,
        duration_ms: 1200,
        total_cost_usd: 0.01,
        usage: { input_tokens: 10, output_tokens: 5 },
        result: 'Done.',
        structured_output: { a: 1 },
        model_usage: {
          demo: {
            input_tokens: 10,
            output_tokens: 5,
            cache_read_input_tokens: 1,
            cache_creation_input_tokens: 2,
            cost_usd: 0.01,
          },
        },
      },
    });
  });

  it('a resumed run keeps the result of the one before until it has its own', async () => {
    const { id, run } = await createRunning();
    await run.result(createResult({ result: 'First.' }));
    await run.end('completed');
    await execute(app.url, { prompt: 'again', resume_session_id: id });
    expect(await readStatus(id)).toMatchObject({
      status: 'pending',
      duration_ms: null,
      result: { result: 'First.' },
    });
    const second = await app.worker.take(id);
    expect(await readStatus(id)).toMatchObject({ status: 'running', result: { result: 'First.' } });
    await second.result(createResult({ result: 'Second.' }), 0.05);
    await second.end('completed');
    expect(await readStatus(id)).toMatchObject({ result: { result: 'Second.' }, total_cost_usd: 0.05 });
  });

  it('duration_ms is that of the last run, from its start to its end', async () => {
    const { id, run } = await createRunning();
    now += 300;
    await run.end('completed');
    now += 10_000;
    expect((await readStatus(id)).duration_ms).toBe(300);
  });

  it('a failed run is an error with the sentence of its failure', async () => {
    const { id, run } = await createRunning();
    await run.end('failed', createFailure('max_turns'));
    expect(await readStatus(id)).toMatchObject({
      status: 'error',
      error: 'The run reached its max_turns. Resume the session with a larger max_turns to go on.',
    });
  });

  it('a cancelled session says so', async () => {
    const { id, run } = await createRunning();
    await run.end('cancelled');
    expect(await readStatus(id)).toMatchObject({ status: 'cancelled', error: 'Session was cancelled' });
  });

  it('rescheduling reads as running', async () => {
    const { id } = await createRunning();
    await app.store.commit(DEFAULT_TENANT, id, { session: { state: 'rescheduling' } });
    expect((await readStatus(id)).status).toBe('running');
  });

  it('accepts either form of the id, in either case, with and without a slash', async () => {
    const { id } = await createRunning();
    for (const written of [formatPrefixedId('sesn', id), id.toUpperCase(), `${id}/`]) {
      expect((await readStatus(written)).session_id).toBe(id);
    }
  });

  it.each([
    [UNKNOWN, UNKNOWN],
    ['nonsense', 'nonsense'],
    ['a%20b%2Fc', 'a b/c'],
    ['%zz', '%zz'],
    ['%FF', '%FF'],
    ['x'.repeat(2000), 'x'.repeat(2000)],
    ['cleanup', 'cleanup'],
    ['__proto__', '__proto__'],
  ])('of the unknown %s is 404, with the id as it was written', async (path, id) => {
    expect(await call(app.url, 'GET', `/status/${path}`)).toMatchObject({
      status: 404,
      body: { detail: `Session ${id} not found` },
    });
  });
});

describe('simple-api: GET /status/{session_id}?from=', () => {
  it('gives only the messages from that index on', async () => {
    const { id, run } = await createRunning('zero');
    await run.say('one', 'two', 'three');
    const texts = async (query: string) =>
      (await readStatus(id, query)).messages.map(({ content }) => content['content']);
    expect(await texts('?from=2')).toEqual([[{ text: 'two' }], [{ text: 'three' }]]);
    expect(await texts('?from=4')).toEqual([]);
    expect(await texts('?from=0')).toHaveLength(4);
    expect((await readStatus(id, '?from=2')).message_count).toBe(4);
  });

  it('works over many pages of messages', async () => {
    const { id, run } = await createRunning();
    const texts = Array.from({ length: 1200 }, (_, index) => `line ${index}`);
    await run.say(...texts);
    const { messages } = await readStatus(id, '?from=1');
    expect(messages.map(({ content }) => content['content'])).toEqual(texts.map((text) => [{ text }]));
  });

  it('that is no index is 422', async () => {
    const { id } = await createRunning();
    for (const [value, type] of [
      ['-1', 'greater_than_equal'],
      ['x', 'int_parsing'],
    ]) {
      expect(await call(app.url, 'GET', `/status/${id}?from=${value}`)).toMatchObject({
        status: 422,
        body: { detail: [{ type, loc: ['query', 'from'] }] },
      });
    }
  });
});

describe('simple-api: GET /status/{session_id}?wait=', () => {
  it('answers as soon as the status is final', async () => {
    const { id, run } = await createRunning();
    const answer = readStatus(id, '?wait=60');
    await run.say('almost');
    await run.end('completed');
    expect(await answer).toMatchObject({ status: 'completed', message_count: 2 });
  });

  it('answers at once when it is final already', async () => {
    const { id, run } = await createRunning();
    await run.end('completed');
    expect((await readStatus(id, '?wait=60')).status).toBe('completed');
  });

  it('answers with what there is when the time is up', async () => {
    const { id } = await createRunning();
    expect((await readStatus(id, '?wait=0.05')).status).toBe('running');
  });

  it('answers when the server begins to stop', async () => {
    await using stopping = await startApp();
    const id = await execute(stopping.url, { prompt: 'x' });
    const answer = call<StatusBody>(stopping.url, 'GET', `/status/${id}?wait=60`);
    stopping.drain();
    expect((await answer).body.status).toBe('pending');
  });

  it('of a session that is deleted meanwhile is 404', async () => {
    const { id, run } = await createRunning();
    await run.end('completed');
    await execute(app.url, { prompt: 'again', resume_session_id: id });
    const answer = call(app.url, 'GET', `/status/${id}?wait=60`);
    await app.store.commit(DEFAULT_TENANT, id, { session: { state: 'deleting' } });
    expect((await answer).status).toBe(404);
  });

  it('of more than 60 seconds is 422', async () => {
    expect(await call(app.url, 'GET', `/status/${UNKNOWN}?wait=61`)).toMatchObject({
      status: 422,
      body: { detail: [{ type: 'less_than_equal', loc: ['query', 'wait'] }] },
    });
  });
});
