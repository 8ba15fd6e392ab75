import { describe, expect, it } from 'vitest';
import { createMeter } from '#src/gateway/meter.ts';

const START = `event: message_start\ndata: ${JSON.stringify({
  type: 'message_start',
  message: {
    id: 'msg_1',
    model: 'claude-sonnet-5-5',
    usage: { input_tokens: 7, output_tokens: 1, cache_read_input_tokens: 20, cache_creation_input_tokens: 3 },
  },
})}\n\n`;
const TEXT = `event: content_block_delta\ndata: {"type":"content_block_delta","delta":{"text":"ä \\"usage\\""}}\n\n`;
const END = `event: message_delta\ndata: {"type":"message_delta","usage":{"output_tokens":42}}\n\n`;
const WHOLE = {
  messageId: 'msg_1',
  model: 'claude-sonnet-5-5',
  inputTokens: 7,
  outputTokens: 42,
  cacheReadInputTokens: 20,
  cacheCreationInputTokens: 3,
};
const NOTHING = {
  model: undefined,
  inputTokens: 0,
  outputTokens: 0,
  cacheReadInputTokens: 0,
  cacheCreationInputTokens: 0,
};

function meterOf(contentType: string | undefined, body: string, chunkSize = body.length) {
  const meter = createMeter(contentType);
  const bytes = Buffer.from(body);
  for (let at = 0; at < bytes.length; at += chunkSize) meter.observe(bytes.subarray(at, at + chunkSize));
  return meter.finish();
}

describe('the meter of an event stream', () => {
  it('takes the input from the start and the output from the end', () => {
    expect(meterOf('text/event-stream; charset=utf-8', START + TEXT + END)).toEqual(WHOLE);
  });

  it.each([1, 2, 3, 7, 64])('does not mind where chunks of %i bytes are cut', (size) => {
    expect(meterOf('text/event-stream', START + TEXT + END, size)).toEqual(WHOLE);
  });

  it('leaves what was announced when the stream is cut', () => {
    expect(meterOf('text/event-stream', START + TEXT)).toEqual({ ...WHOLE, outputTokens: 1 });
    expect(meterOf('text/event-stream', START.slice(0, 50))).toEqual(NOTHING);
  });

  it('survives lines that are too long to keep, and lines that are no JSON', () => {
    const long = `event: content_block_delta\ndata: ${'x'.repeat(300_000)}\n\n`;
    const broken = 'event: message_delta\ndata: {"usage":\n\n';
    expect(meterOf('text/event-stream', START + long + broken + END, 1000)).toEqual(WHOLE);
  });
});

describe('the meter of a JSON answer', () => {
  const body = JSON.stringify({
    model: 'm',
    content: [{ text: '"usage":{}' }],
    usage: { input_tokens: 5, output_tokens: 6 },
  });

  it('reads the usage of the message', () => {
    expect(meterOf('application/json', body, 10)).toEqual({
      ...NOTHING,
      model: 'm',
      inputTokens: 5,
      outputTokens: 6,
    });
  });

  it('counts nothing when the answer is cut or has no usage', () => {
    expect(meterOf('application/json', body.slice(0, -1))).toEqual(NOTHING);
    expect(meterOf('application/json', '{"type":"error"}')).toEqual(NOTHING);
    expect(meterOf(undefined, body)).toEqual(NOTHING);
  });
});
