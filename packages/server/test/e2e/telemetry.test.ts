import { mkdir, readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { call, execute, waitForEnd } from '../support/api-client.ts';
import { makeDataDir, startBullpen } from '../support/bullpen-process.ts';
import { startCollector, type Collector, type ReceivedSpan } from '../support/collector.ts';
import { parseMetrics, type Scrape } from '../support/prometheus.ts';
import { readStream } from '../support/sse-client.ts';
import { until } from '../support/until.ts';

const GUIDE = new URL('../../../../docs/guide/operations.md', import.meta.url);
const PARENT = { trace: '4bf92f3577b34da6a3ce929d0e0e4736', span: '00f067aa0ba902b7' };
const SECRET = 'the-word-is-swordfish';
const TOOL = `[[tool=Bash {"command":"echo ${SECRET}"}]]`;

async function scrape(url: string): Promise<Scrape> {
  const response = await fetch(`${url}/metrics`);
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
  return parseMetrics(await response.text());
}

/** Sends a prompt as a traced client does, and waits for the end. */
async function runTraced(url: string, body: Record<string, unknown>, traceparent?: string) {
  const answer = await call<{ session_id: string }>(
    url,
    'POST',
    '/execute/',
    { allowed_tools: ['Bash'], ...body },
    traceparent === undefined ? {} : { traceparent },
  );
  expect(answer.status).toBe(200);
  return waitForEnd(url, answer.body.session_id);
}

/** The span of the only turn that came, and all others. */
function turnsOf(collector: Collector, count: number): Promise<ReceivedSpan[]> {
  return until('the spans come', () => {
    const turns = collector.spans('bullpen').filter(({ name }) => name === 'invoke_agent');
    return turns.length >= count && turns;
  });
}

describe('metrics', () => {
  it('tell what a server has done, in the format of Prometheus, without ids and texts', async () => {
    await using dataDir = await makeDataDir();
    await using server = await startBullpen(dataDir.path);
    const before = await scrape(server.url);
    expect(before.value('bullpen_store_up')).toBe(1);
    expect(before.value('bullpen_sessions', { state: 'queued' })).toBe(0);
    // An alert on its increase needs a number to begin with.
    expect(before.value('bullpen_runs_ended_total', { failure: 'authentication' })).toBe(0);

    const first = await runTraced(server.url, { prompt: `${TOOL} [[text=Done]]`, metadata: { x: SECRET } });
    await runTraced(server.url, { prompt: '[[text=Again]]', resume_session_id: first.session_id });
    const refused = await execute(server.url, {
      prompt: '[[status=400 message="too bad"]]',
      model: 'nobody-knows-this',
    });
    expect((await waitForEnd(server.url, refused)).status).toBe('error');

    const after = await until('the turns are over', async () => {
      const now = await scrape(server.url);
      return now.value('bullpen_turns_active') === 0 && now;
    });
    expect(after.value('bullpen_runs_ended_total', { state: 'completed', failure: '' })).toBe(2);
    expect(after.value('bullpen_runs_ended_total', { state: 'failed', failure: 'invalid_request' })).toBe(1);
    expect(after.value('bullpen_turn_duration_seconds_count')).toBe(3);
    expect(after.value('bullpen_first_text_seconds_count')).toBe(2);
    expect(after.value('bullpen_queue_wait_seconds_count')).toBe(3);
    // The second run found a warm process.
    expect(after.value('bullpen_agent_start_duration_seconds_count')).toBe(2);
    expect(after.value('bullpen_tool_calls_total', { outcome: 'ok' })).toBe(1);
    expect(after.value('bullpen_model_requests_total', { status: '200' })).toBe(3);
    expect(after.value('bullpen_model_requests_total', { status: '400' })).toBeGreaterThan(0);
    expect(after.value('bullpen_model_tokens_total', { type: 'output' })).toBeGreaterThan(0);
    const again = await call<{ total_cost_usd: number }>(server.url, 'GET', `/status/${first.session_id}`);
    expect(after.value('bullpen_model_cost_usd_total')).toBeCloseTo(again.body.total_cost_usd, 9);
    expect(after.value('bullpen_http_requests_total', { route: '/execute/', status: '200' })).toBe(3);
    expect(after.value('bullpen_http_request_duration_seconds_count', { route: '/execute/' })).toBe(3);
    expect(
      after.value('bullpen_store_write_duration_seconds_count', { operation: 'commit' }),
    ).toBeGreaterThan(3);
    expect(after.value('process_resident_memory_bytes')).toBeGreaterThan(2 ** 20);
    expect(after.types.get('bullpen_runs_ended_total')).toBe('counter');

    const guide = await readFile(GUIDE, 'utf8');
    const named = guide.matchAll(/^\| `(\w+)`/gm);
    expect([...new Set(Array.from(named, ([, name]) => name))].toSorted(), 'what the guide explains').toEqual(
      [...after.types.keys()].toSorted(),
    );

    const text = await (await fetch(`${server.url}/metrics`)).text();
    for (const hidden of [SECRET, first.session_id, dataDir.path]) expect(text).not.toContain(hidden);
  });
});

describe('spans', () => {
  it('of a run stand under the client’s, requests to the model under the run, tools under the request', async () => {
    await using dataDir = await makeDataDir();
    await using collector = await startCollector();
    await using server = await startBullpen(dataDir.path, [], {
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_EXPORTER_OTLP_HEADERS: 'x-token=abc%3D',
      OTEL_SERVICE_NAME: 'my-agents',
    });
    const { session_id: id } = await runTraced(
      server.url,
      { prompt: `${TOOL} [[tool=Bash {"command":"exit 3"}]] [[text=Done]]` },
      `00-${PARENT.trace}-${PARENT.span}-01`,
    );
    await server.stop('SIGTERM');

    const [turn] = await turnsOf(collector, 1);
    const spans = collector.spans('bullpen');
    const chats = spans.filter(({ name }) => name.startsWith('chat '));
    const tools = spans.filter(({ name }) => name.startsWith('execute_tool '));
    expect(turn).toMatchObject({
      traceId: PARENT.trace,
      parentSpanId: PARENT.span,
      isError: false,
      links: [],
      resource: { 'service.name': 'my-agents' },
      attributes: {
        'gen_ai.operation.name': 'invoke_agent',
        'gen_ai.provider.name': 'anthropic',
        'gen_ai.conversation.id': id,
        'bullpen.run.state': 'completed',
        'gen_ai.usage.input_tokens': expect.any(Number),
        'gen_ai.usage.output_tokens': expect.any(Number),
      },
    });
    expect(chats).toHaveLength(3);
    for (const chat of chats) {
      expect(chat).toMatchObject({ traceId: PARENT.trace, parentSpanId: turn?.spanId, kind: 3 });
      expect(chat.attributes).toMatchObject({
        'gen_ai.operation.name': 'chat',
        'gen_ai.request.model': expect.stringMatching(/^claude-/),
        'gen_ai.conversation.id': id,
        'http.response.status_code': 200,
      });
      expect(chat.attributes['gen_ai.usage.output_tokens']).toBeGreaterThan(0);
    }
    const outputs = chats.map(({ attributes }) => Number(attributes['gen_ai.usage.output_tokens']));
    expect(turn?.attributes['gen_ai.usage.output_tokens']).toBe(outputs.reduce((sum, one) => sum + one, 0));
    // Each tool under the request whose answer called it.
    expect(tools.map(({ parentSpanId }) => parentSpanId)).toEqual(
      chats.slice(0, 2).map(({ spanId }) => spanId),
    );
    expect(tools[0]).toMatchObject({
      name: 'execute_tool Bash',
      isError: false,
      attributes: { 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': 'Bash' },
    });
    expect(tools[1]).toMatchObject({ isError: true, attributes: { 'error.type': 'tool_error' } });
    for (const span of spans) expect(span.endMs).toBeGreaterThanOrEqual(span.startMs);
    expect(collector.posts[0]?.headers['x-token']).toBe('abc=');
    expect(collector.posts.some(({ body }) => body.includes(SECRET))).toBe(false);
  });

  it('say why a run failed, have content only when that is switched on, and make one trace of a run by itself', async () => {
    await using dataDir = await makeDataDir();
    await using collector = await startCollector();
    await using server = await startBullpen(dataDir.path, ['--trace-content'], {
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${collector.url}/v1/traces`,
    });
    await runTraced(server.url, { prompt: `${TOOL} [[status=400 message="too bad"]]` }, 'not-a-parent');
    await server.stop('SIGTERM');
    const [turn] = await turnsOf(collector, 1);
    expect(turn).toMatchObject({
      parentSpanId: '',
      isError: true,
      attributes: { 'error.type': 'invalid_request', 'bullpen.run.state': 'failed' },
    });
    expect(turn?.traceId).toBe(String(turn?.attributes['bullpen.run.id']).replaceAll('-', ''));
    expect(turn?.attributes['gen_ai.input.messages']).toContain('[[tool=Bash');
    const spans = collector.spans('bullpen');
    expect(spans.every(({ traceId }) => traceId === turn?.traceId)).toBe(true);
    const tool = spans.find(({ name }) => name === 'execute_tool Bash');
    expect(tool?.attributes['gen_ai.tool.call.arguments']).toContain(SECRET);
    expect(tool?.attributes['gen_ai.tool.call.result']).toContain(SECRET);
    const failed = spans.find(({ attributes }) => attributes['http.response.status_code'] === 400);
    expect(failed).toMatchObject({ isError: true, attributes: { 'error.type': '400' } });
  });

  it('of a run that a stop of the server cut are one trace, in which the second turn links to the first', async () => {
    await using dataDir = await makeDataDir();
    await using collector = await startCollector();
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url };
    let id: string;
    {
      await using server = await startBullpen(dataDir.path, ['--shutdown-grace', '0s'], env);
      id = await execute(server.url, { prompt: '[[text=Begun]] [[tokens=400 rate=50]]' });
      for await (const { event } of readStream(`${server.url}/sessions/${id}/stream?partial=true`)) {
        if (event === 'delta') break;
      }
      await server.stop('SIGTERM');
    }
    await using server = await startBullpen(dataDir.path, [], env);
    await until(
      'it goes on',
      async () => (await scrape(server.url)).value('bullpen_run_recoveries_total') === 1,
    );
    expect((await call(server.url, 'POST', `/cancel/${id}`)).status).toBe(200);
    await server.stop('SIGTERM');
    const [first, second] = await turnsOf(collector, 2);
    expect(first).toMatchObject({ links: [], attributes: { 'bullpen.run.state': 'cut' } });
    expect(second).toMatchObject({
      traceId: first?.traceId,
      links: [{ traceId: first?.traceId, spanId: first?.spanId }],
      attributes: { 'bullpen.run.state': 'cancelled', 'bullpen.run.recovered': expect.any(String) },
    });
  });

  it('do not hold a server up whose collector is away', async () => {
    await using dataDir = await makeDataDir();
    const collector = await startCollector();
    await collector[Symbol.asyncDispose]();
    await using server = await startBullpen(dataDir.path, [], { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url });
    expect((await runTraced(server.url, { prompt: '[[text=Fine]]' })).status).toBe('completed');
    expect(await server.stop('SIGTERM')).toBe(0);
    expect(server.output()).toMatch(/pans could not be sent/);
  });
});

describe('telemetry', () => {
  it.each([
    ['is off by default: nothing is loaded', false],
    ['is loaded when there is a collector', true],
  ])('%s', async (_, isOn) => {
    await using dataDir = await makeDataDir();
    await using collector = await startCollector();
    const coverage = join(dataDir.path, 'coverage');
    await mkdir(coverage);
    await using server = await startBullpen(join(dataDir.path, 'data'), [], {
      NODE_V8_COVERAGE: coverage,
      ...(isOn && { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url }),
    });
    await runTraced(server.url, { prompt: '[[text=Hello]]' });
    await server.stop('SIGTERM');
    // Node writes down every script that was loaded.
    const files = await readdir(coverage);
    const scripts = await Promise.all(files.map((file) => readFile(join(coverage, file), 'utf8')));
    expect(scripts.some((text) => text.includes('dist/main.js'))).toBe(true);
    expect(scripts.some((text) => text.includes('@opentelemetry'))).toBe(isOn);
    expect(collector.posts.length > 0).toBe(isOn);
  });

  it('of agents goes to the collector when the operator wants it, whatever a client sets, and names the session', async () => {
    await using dataDir = await makeDataDir();
    await using collector = await startCollector();
    await using server = await startBullpen(dataDir.path, ['--agent-telemetry'], {
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_EXPORTER_OTLP_HEADERS: 'x-token=abc',
      OTEL_TRACES_EXPORTER: 'none',
    });
    const env = { OTEL_METRICS_EXPORTER: 'console', OTEL_LOG_USER_PROMPTS: '1' };
    const { session_id: id, status } = await runTraced(server.url, {
      prompt: `${TOOL} [[text=Done]]`,
      env,
    });
    expect(status).toBe('completed');
    await until('the agent’s telemetry comes', () =>
      ['/v1/metrics', '/v1/logs', '/v1/traces'].every((path) =>
        collector.posts.some((post) => post.path === path && post.body.includes(id)),
      ),
    );
    expect(collector.posts.some(({ body }) => body.includes('claude_code.token.usage'))).toBe(true);
    expect(collector.posts.some(({ body }) => body.includes(SECRET))).toBe(false);
    expect(collector.posts.every(({ headers }) => headers['x-token'] === undefined)).toBe(true);
    expect(collector.spans('bullpen')).toEqual([]);
  });
});
