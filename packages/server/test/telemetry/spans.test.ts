import { describe, expect, it } from 'vitest';
import { createLog } from '#src/log.ts';
import { createTelemetry } from '#src/telemetry.ts';
import type { EndedModelRequest, StartedTurn } from '#src/telemetry/facts.ts';
import { parseTraceParent } from '#src/telemetry/trace-parent.ts';
import { startCollector, type ReceivedSpan } from '../support/collector.ts';

const T0 = 1_800_000_000_000;
const RUN = '01a213c0-de70-72b5-a299-c2ecf0841d36';
const TRACE = RUN.replaceAll('-', '');

const turn: StartedTurn = {
  sessionId: 'session',
  runId: RUN,
  epoch: 4,
  goesOn: false,
  queuedAt: T0 - 50,
  startedAt: T0,
  model: 'opus',
  traceParent: undefined,
  prompt: 'Hello',
};

function request(messageId: string, endedAt: number): EndedModelRequest {
  return {
    sessionId: 'session',
    runId: RUN,
    model: 'claude-opus',
    messageId,
    status: 200,
    inputTokens: 1,
    outputTokens: 2,
    cacheReadInputTokens: 3,
    cacheCreationInputTokens: 4,
    costUsd: 0.5,
    startedAt: T0 + 1,
    endedAt,
  };
}

/** What the collector gets of all that `tell` tells. */
async function spansOf(
  tell: (telemetry: ReturnType<typeof createTelemetry>) => void,
  sampleRatio = 1,
): Promise<ReceivedSpan[]> {
  await using collector = await startCollector();
  const telemetry = createTelemetry();
  await telemetry.startTracing(
    { url: `${collector.url}/v1/traces`, headers: {}, resource: {}, sampleRatio, withContent: false },
    createLog({ level: 'silent', format: 'json' }),
  );
  tell(telemetry);
  await telemetry[Symbol.asyncDispose]();
  return collector.spans('bullpen');
}

const stop = { result: undefined, at: T0 + 100 };

describe('spans', () => {
  it('of a run that was cut and goes on are one trace, and the second turn links to the first', async () => {
    const spans = await spansOf((telemetry) => {
      telemetry.turnStarted(turn).stopped(stop);
      const second = telemetry.turnStarted({ ...turn, epoch: 5, goesOn: true, startedAt: T0 + 200 });
      telemetry.runEnded({ runId: RUN, state: 'failed', failure: 'process_died' });
      second.stopped({ ...stop, at: T0 + 300 });
    });
    const [first, second] = spans;
    expect(spans).toHaveLength(2);
    expect(first).toMatchObject({ traceId: TRACE, links: [], attributes: { 'bullpen.run.state': 'cut' } });
    expect(second).toMatchObject({
      traceId: TRACE,
      links: [{ traceId: TRACE, spanId: first?.spanId }],
      startMs: T0 + 200,
      endMs: T0 + 300,
      attributes: { 'bullpen.run.state': 'failed', 'error.type': 'process_died' },
    });
    expect(second?.spanId).not.toBe(first?.spanId);
  });

  it('of tools stand under their request also when the tool is quicker than the end of the answer', async () => {
    const spans = await spansOf((telemetry) => {
      const report = telemetry.turnStarted(turn);
      const call = { id: 'toolu_1', name: 'Read', messageId: 'msg_1', input: {}, at: T0 + 10 };
      report.toolCalled(call);
      report.toolAnswered({ id: 'toolu_1', isError: false, content: '', at: T0 + 20 });
      telemetry.modelRequestEnded(request('msg_1', T0 + 30));
      // Open at the end: it was stopped with the run.
      report.toolCalled({ ...call, id: 'toolu_2', at: T0 + 40 });
      // Its request is not known.
      report.toolCalled({ ...call, id: 'toolu_3', messageId: 'msg_9' });
      report.toolAnswered({ id: 'toolu_3', isError: false, content: '', at: T0 + 50 });
      telemetry.runEnded({ runId: RUN, state: 'cancelled', failure: undefined });
      report.stopped(stop);
    });
    const root = spans.find(({ name }) => name === 'invoke_agent');
    const chat = spans.find(({ name }) => name === 'chat claude-opus');
    const tool = (id: string) => spans.find(({ attributes }) => attributes['gen_ai.tool.call.id'] === id);
    expect(chat).toMatchObject({
      parentSpanId: root?.spanId,
      attributes: {
        'gen_ai.usage.input_tokens': 8,
        'gen_ai.usage.cache_read.input_tokens': 3,
        'bullpen.cost_usd': 0.5,
      },
    });
    expect(tool('toolu_1')).toMatchObject({ parentSpanId: chat?.spanId, startMs: T0 + 10, endMs: T0 + 20 });
    expect(tool('toolu_2')).toMatchObject({ parentSpanId: chat?.spanId, endMs: T0 + 100, isError: true });
    expect(tool('toolu_3')).toMatchObject({ parentSpanId: root?.spanId });
    expect(root).toMatchObject({ isError: false, attributes: { 'bullpen.run.state': 'cancelled' } });
  });

  it('are sampled as the client decided, and by the ratio where no client did', async () => {
    const parent = `${'1'.repeat(32)}-${'2'.repeat(16)}`;
    const spans = await spansOf((telemetry) => {
      telemetry.turnStarted(turn).stopped(stop);
      telemetry.turnStarted({ ...turn, traceParent: `00-${parent}-00` }).stopped(stop);
      telemetry.turnStarted({ ...turn, traceParent: `00-${parent}-01` }).stopped(stop);
    }, 0);
    expect(spans.map(({ traceId }) => traceId)).toEqual(['1'.repeat(32)]);
  });
});

describe('a traceparent', () => {
  const trace = 'a'.repeat(32);
  const span = 'b'.repeat(16);

  it.each([
    [`00-${trace}-${span}-01`, true],
    [`00-${trace}-${span}-00`, false],
  ])('is read: %s', (text, isSampled) => {
    expect(parseTraceParent(text)).toEqual({ traceId: trace, spanId: span, isSampled });
  });

  it.each([
    undefined,
    '',
    'no parent',
    `00-${trace}-${span}`,
    `ff-${trace}-${span}-01`,
    `00-${'0'.repeat(32)}-${span}-01`,
    `00-${trace}-${'0'.repeat(16)}-01`,
    `00-${trace.toUpperCase()}-${span}-01`,
    `00-${trace}-${span}-01, 00-${trace}-${span}-01`,
  ])('that is none counts as absent: %s', (text) => {
    expect(parseTraceParent(text)).toBeUndefined();
  });
});
