import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EventBody } from '#src/domain/event.ts';
import { formatPrefixedId } from '#src/lib/ids.ts';
import type { Preview } from '#src/store/draft.ts';
import { execute } from '../support/api-client.ts';
import { startApp, type TestApp } from '../support/app.ts';
import type { SeenEvent } from '../support/managed-sessions.ts';
import { createResult, type ScriptedRun } from '../support/scripted-worker.ts';
import { readStream } from '../support/sse-client.ts';

const ALL = ['thinking', 'subagents', 'results'];
const MODEL = { messageId: 'msg_1', model: 'demo', parentToolUseId: null };
const SUBAGENT = { ...MODEL, messageId: 'msg_2', parentToolUseId: 'toolu_1' };

let app: TestApp;
let run: ScriptedRun;
let sessionId: string;
let url: string;
beforeAll(async () => {
  app = await startApp();
  sessionId = await execute(app.url, { prompt: 'Hello' });
  run = await app.worker.take(sessionId);
  url = `${app.url}/v1/sessions/${formatPrefixedId('sesn', sessionId)}`;
  for (const body of createStory(run.runId)) await run.emit(body);
  await run.end('failed', { type: 'max_turns', message: 'Too many turns.' });
});
afterAll(() => app[Symbol.asyncDispose]());

/** One of everything that `include[]` shows. */
function createStory(runId: string): EventBody[] {
  const approvalId = '0192aaaa-0000-7000-8000-000000000001';
  const about = { approvalId, runId, toolUseId: 'toolu_2', name: 'Bash' };
  const decision = { behavior: 'deny' as const, by: 'key 1 (Ada)', message: 'Not now', remember: false };
  return [
    { type: 'agent.system', subtype: 'init', data: { model: 'demo' } },
    { type: 'agent.thinking', ...MODEL, thinking: 'Let me see', signature: 's' },
    { type: 'agent.tool_use', ...MODEL, toolUseId: 'toolu_1', name: 'Agent', input: { prompt: 'Look' } },
    { type: 'agent.system', subtype: 'task_started', data: { task_id: 't', tool_use_id: 'toolu_1' } },
    { type: 'agent.thinking', ...SUBAGENT, thinking: 'Below', signature: 's' },
    { type: 'agent.message', ...SUBAGENT, text: 'I look' },
    {
      type: 'agent.tool_use',
      ...SUBAGENT,
      toolUseId: 'toolu_2',
      name: 'Bash',
      input: { command: 'ls', description: 'Lists', run_in_background: true },
    },
    { type: 'approval.requested', ...about },
    { type: 'approval.answered', ...about, kind: 'permission', decision },
    { type: 'approval.delivered', approvalId, runId, toolUseId: 'toolu_2', kind: 'permission', decision },
    { type: 'approval.expired', ...about, reason: 'run_ended' },
    {
      type: 'agent.tool_result',
      parentToolUseId: 'toolu_1',
      toolUseId: 'toolu_2',
      content: 'beg…end',
      isError: true,
      uuid: null,
      call: { eventId: approvalId, name: 'Bash' },
      fullOutput: { name: 'whole.txt', bytes: 99 },
    },
    {
      type: 'model.request_ended',
      runId,
      startedEventId: approvalId,
      isError: false,
      usage: {
        inputTokens: 1,
        outputTokens: 2,
        cacheReadInputTokens: 0,
        cacheCreation5mInputTokens: 0,
        cacheCreation1hInputTokens: 0,
      },
      model: 'demo',
      costUsd: 0.25,
    },
    {
      type: 'agent.system',
      subtype: 'compact_boundary',
      data: { compact_metadata: { trigger: 'auto', pre_tokens: 7 } },
    },
    {
      type: 'agent.system',
      subtype: 'api_retry',
      data: { attempt: 2, retry_delay_ms: 500, error_status: 529 },
    },
    {
      type: 'run.recovered',
      runId,
      attempt: 1,
      how: 'continued',
      abandoned: [{ eventId: approvalId, uuid: 'u' }],
    },
    { type: 'agent.message', ...MODEL, text: 'API Error', error: 'rate_limit' },
    {
      type: 'run.result',
      runId,
      result: createResult({ subtype: 'error_max_turns', isError: true, structuredOutput: { a: 1 } }),
    },
  ];
}

function toQuery(include: readonly string[], more: Record<string, string> = {}): string {
  const query = new URLSearchParams(more);
  for (const part of include) query.append('include[]', part);
  return query.toString();
}

async function readPage(query: string): Promise<{ data: SeenEvent[]; next_page: string | null }> {
  const response = await fetch(`${url}/events?${query}`);
  const text = await response.text();
  expect(response.status, text).toBe(200);
  return JSON.parse(text);
}

async function list(include: readonly string[]): Promise<SeenEvent[]> {
  return (await readPage(toQuery(include))).data;
}

async function streamed(include: readonly string[], after?: string): Promise<SeenEvent[]> {
  const seen: SeenEvent[] = [];
  const start = after === undefined ? {} : { after };
  for await (const { event, id, data } of readStream(`${url}/events/stream?${toQuery(include, start)}`)) {
    const one = data as SeenEvent;
    expect(id).toBe(one.id);
    if (one.type !== 'session.usage') expect(event).toBe(one.type);
    seen.push(one);
    if (one.type === 'session.status_idle') break;
  }
  return seen;
}

const typesOf = (events: readonly SeenEvent[]) => events.map(({ type }) => type);
const bare = ({ id: _, processed_at: __, ...fields }: SeenEvent) => fields;

describe('/v1 events: include[]', () => {
  it('thinking gives its text, of the main line only', async () => {
    const thoughts = (await list(['thinking'])).filter(({ type }) => type === 'agent.thinking');
    expect(thoughts.map(bare)).toEqual([{ type: 'agent.thinking', thinking: 'Let me see' }]);
    const unasked = (await list([])).filter(({ type }) => type === 'agent.thinking');
    expect(unasked.map(bare)).toEqual([{ type: 'agent.thinking' }]);
  });

  it('subagents shows what they do, under the call that they belong to, and how far they are', async () => {
    const events = await list(['subagents']);
    const call = events.find(({ name }) => name === 'Agent');
    expect(call).toMatchObject({ type: 'agent.tool_use', call_id: 'toolu_1' });
    expect(call).not.toHaveProperty('parent_tool_use_id');
    expect(events.filter((event) => event['parent_tool_use_id'] === 'toolu_1').map(bare)).toEqual([
      { type: 'agent.thinking', parent_tool_use_id: 'toolu_1' },
      {
        type: 'agent.message',
        content: [{ type: 'text', text: 'I look' }],
        parent_tool_use_id: 'toolu_1',
      },
      {
        type: 'agent.tool_use',
        name: 'bash',
        input: { command: 'ls' },
        call_id: 'toolu_2',
        parent_tool_use_id: 'toolu_1',
      },
      {
        type: 'agent.tool_result',
        tool_use_id: expect.stringMatching(/^sevt_/),
        content: [{ type: 'text', text: 'beg…end' }],
        is_error: true,
        call_id: 'toolu_2',
        parent_tool_use_id: 'toolu_1',
        full_output: { name: 'whole.txt', bytes: 99 },
      },
    ]);
    expect(events.filter(({ type }) => type === 'bullpen.agent_system').map(bare)).toEqual([
      {
        type: 'bullpen.agent_system',
        subtype: 'task_started',
        data: { task_id: 't', tool_use_id: 'toolu_1' },
      },
    ]);
  });

  it('results tells how calls were decided, what requests cost, and how the run ended', async () => {
    const events = await list(['results']);
    const own = events.filter(({ type }) => type.startsWith('bullpen.')).map(bare);
    const call = {
      approval_id: '0192aaaa-0000-7000-8000-000000000001',
      tool_use_id: expect.stringMatching(/^sevt_/),
      call_id: 'toolu_2',
      name: 'bash',
    };
    expect(own).toEqual([
      { type: 'bullpen.agent_system', subtype: 'init', data: { model: 'demo' } },
      { type: 'bullpen.approval_requested', ...call },
      {
        type: 'bullpen.approval_answered',
        ...call,
        kind: 'permission',
        result: 'deny',
        decided_by: 'key 1 (Ada)',
        deny_message: 'Not now',
        input: null,
        for_session: false,
      },
      { type: 'bullpen.approval_expired', ...call, reason: 'run_ended' },
      {
        type: 'bullpen.run_recovered',
        run_id: run.runId,
        attempt: 1,
        how: 'continued',
        abandoned_event_ids: [expect.stringMatching(/^sevt_/)],
      },
      { type: 'bullpen.agent_error', error: 'rate_limit', text: 'API Error' },
      {
        type: 'bullpen.run_result',
        run_id: run.runId,
        subtype: 'error_max_turns',
        is_error: true,
        num_turns: 2,
        duration_ms: 1200,
        duration_api_ms: 800,
        result: 'Done.',
        structured_output: { a: 1 },
        total_cost_usd: 0.01,
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
    ]);
    const of = (wanted: string) => events.findLast(({ type }) => type === wanted);
    expect(of('span.model_request_end')).toMatchObject({ model: 'demo', cost_usd: 0.25 });
    expect(of('user.tool_confirmation')).toMatchObject({ result: 'deny', decided_by: 'key 1 (Ada)' });
    expect(of('agent.thread_context_compacted')).toMatchObject({ trigger: 'auto', pre_tokens: 7 });
    expect(of('session.status_rescheduled')).toMatchObject({
      attempt: 2,
      retry_at: expect.stringMatching(/Z$/),
      waits_for_node: null,
    });
    expect(of('session.error')).toMatchObject({ failure_type: 'max_turns' });
    expect(of('session.status_idle')).toMatchObject({
      run_id: run.runId,
      state: 'failed',
      failure: { type: 'max_turns', message: 'Too many turns.' },
    });
  });

  it('results says that work waits for a slot', async () => {
    const id = await execute(app.url, { prompt: 'Hello' });
    await (await app.worker.take(id)).end('completed');
    await execute(app.url, { prompt: 'Again', resume_session_id: id });
    const path = `/v1/sessions/${formatPrefixedId('sesn', id)}/events?include[]=results`;
    const response = await fetch(app.url + path);
    const { data }: { data: SeenEvent[] } = JSON.parse(await response.text());
    expect(data.at(-1)).toMatchObject({
      type: 'bullpen.status_queued',
      run_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
  });

  it('of two parts gives what belongs to both', async () => {
    const events = await list(ALL);
    expect(events.find((event) => event['call_id'] === 'toolu_2')).toMatchObject({
      description: 'Lists',
      run_in_background: true,
    });
    expect(events.filter((event) => 'thinking' in event).map((event) => event['thinking'])).toEqual([
      'Let me see',
      'Below',
    ]);
  });

  it('changes no id, order or time: what is shown without it is the same beside it', async () => {
    const plain = await list([]);
    expect(typesOf(plain).some((type) => type.startsWith('bullpen.'))).toBe(false);
    const everything = await list(ALL);
    expect(everything.length).toBeGreaterThan(plain.length + 10);
    const names = new Set(plain.map(({ id }) => id));
    const shown = everything.filter(({ id }) => names.has(id));
    expect(shown).toHaveLength(plain.length);
    expect(shown).toMatchObject(plain);
    const times = everything.map(({ processed_at: at }) => at);
    expect(new Set(times).size).toBe(times.length);
    expect(times).toEqual(times.toSorted());
  });

  it('is paged and filtered without a loss, both ways; a page of another include is refused', async () => {
    const everything = await list(ALL);
    for (const order of ['asc', 'desc']) {
      const walked: SeenEvent[] = [];
      let page: string | null | undefined;
      while (page !== null) {
        const answer = await readPage(toQuery(ALL, { order, limit: '1', ...(page && { page }) }));
        walked.push(...answer.data);
        page = answer.next_page;
      }
      expect(order === 'asc' ? walked : walked.toReversed()).toEqual(everything);
    }
    const results = await readPage(`${toQuery(ALL)}&types[]=bullpen.run_result`);
    expect(typesOf(results.data)).toEqual(['bullpen.run_result']);
    const { next_page: page } = await readPage(toQuery(ALL, { limit: '1' }));
    for (const include of [[], ['thinking']]) {
      const refused = await fetch(`${url}/events?${toQuery(include, { page: page ?? '' })}`);
      expect(refused.status).toBe(400);
    }
    const same = await readPage(toQuery(ALL.toReversed(), { page: page ?? '', limit: '1' }));
    expect(same.data).toEqual([everything[1]]);
    expect((await fetch(`${url}/events?include[]=nothing`)).status).toBe(400);
  });

  it('goes on after any event of a stream, also one that a plain stream does not show', async () => {
    const everything = await list(ALL);
    for (const index of [0, 5, 9, everything.length - 3]) {
      const after = everything[index]?.id ?? '';
      expect(await streamed(ALL, after)).toEqual(everything.slice(index + 1));
      const plain = await list([]);
      const beyond = new Set(everything.slice(index + 1).map(({ id }) => id));
      expect(await streamed([], after)).toEqual(plain.filter(({ id }) => beyond.has(id)));
    }
  });

  it('gives the same of a thread', async () => {
    const thread = formatPrefixedId('sthr', sessionId);
    const response = await fetch(`${url}/threads/${thread}/events?${toQuery(ALL)}`);
    const { data }: { data: SeenEvent[] } = JSON.parse(await response.text());
    expect(data).toEqual(await list(ALL));
  });
});

describe('/v1 events: previews of thinking', () => {
  it('have its text where it is included', async () => {
    const eventId = '0192aaaa-0000-7000-8000-000000000002';
    const read = async (include: readonly string[]) => {
      const id = await execute(app.url, { prompt: 'Hello' });
      const live = await app.worker.take(id);
      const [request] = await live.emit({ type: 'model.request_started', runId: live.runId });
      using draft = app.store.hints.openDraft(id);
      const preview = (offset: number, text: string): Preview => {
        const common = { messageId: 'msg_1', index: 0, kind: 'thinking' as const, parentToolUseId: null };
        return { ...common, offset, text, eventId, requestEventId: request?.id };
      };
      const path = `/v1/sessions/${formatPrefixedId('sesn', id)}/events/stream`;
      const query = toQuery(include, { 'event_deltas[]': 'agent.thinking' });
      const seen: unknown[] = [];
      for await (const { event, data } of readStream(`${app.url}${path}?${query}`)) {
        if (event === 'span.model_request_start') {
          draft.add(preview(0, 'Let '));
          draft.add(preview(4, 'me'));
          await live.say('Hello');
        }
        if (event.startsWith('event_')) seen.push(data);
        if (event === 'agent.message') break;
      }
      await live.end('completed');
      return seen;
    };
    const name = formatPrefixedId('sevt', eventId);
    const start = { type: 'event_start', event: { type: 'agent.thinking', id: name } };
    const delta = (thinking: string) => ({
      type: 'event_delta',
      event_id: name,
      delta: { type: 'content_delta', index: 0, content: { type: 'thinking', thinking } },
    });
    expect(await read(['thinking'])).toEqual([start, delta('Let '), delta('me')]);
    expect(await read(['results'])).toEqual([start]);
  });
});
