import { describe, expect, it } from 'vitest';
import { startDemoModel } from '#src/demo-model/server.ts';
import { systemClock as clock } from '#src/lib/clock.ts';

function ask(url: string, prompt: string, stream: boolean, signal?: AbortSignal): Promise<Response> {
  return fetch(`${url}/v1/messages?beta=true`, {
    method: 'POST',
    body: JSON.stringify({
      model: 'claude-sonnet-5-5',
      stream,
      messages: [{ role: 'user', content: prompt }],
    }),
    signal: signal ?? null,
  });
}

async function readEvents(response: Response): Promise<Record<string, unknown>[]> {
  const lines = (await response.text()).split('\n').filter((line) => line.startsWith('data: '));
  return lines.map((line) => JSON.parse(line.slice(6)));
}

describe('the demo model', () => {
  it('streams an answer as the Messages API does', async () => {
    await using model = await startDemoModel({ clock });
    const prompt = '[[model-usage input=7 output=9]][[thinking=hm]][[text=Hi]][[tool=Bash {"command":"ls"}]]';
    const response = await ask(model.url, prompt, true);
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    expect(response.headers.get('request-id')).toMatch(/^req_/);
    expect(await readEvents(response)).toMatchObject([
      {
        type: 'message_start',
        message: { model: 'claude-sonnet-5-5', content: [], usage: { input_tokens: 7 } },
      },
      { type: 'content_block_start', index: 0, content_block: { type: 'thinking' } },
      { type: 'content_block_delta', index: 0, delta: { type: 'thinking_delta', thinking: 'hm' } },
      { type: 'content_block_delta', index: 0, delta: { type: 'signature_delta' } },
      { type: 'content_block_stop', index: 0 },
      { type: 'content_block_start', index: 1, content_block: { type: 'text', text: '' } },
      { type: 'content_block_delta', index: 1, delta: { type: 'text_delta', text: 'Hi' } },
      { type: 'content_block_stop', index: 1 },
      { type: 'content_block_start', index: 2, content_block: { type: 'tool_use', name: 'Bash', input: {} } },
      { type: 'content_block_delta', index: 2, delta: { partial_json: '{"command":"ls"}' } },
      { type: 'content_block_stop', index: 2 },
      { type: 'message_delta', delta: { stop_reason: 'tool_use' }, usage: { output_tokens: 9 } },
      { type: 'message_stop' },
    ]);
  });

  it('gives the same answer as one object', async () => {
    await using model = await startDemoModel({ clock });
    const response = await ask(model.url, '[[text=Hi]][[tool=Bash {"command":"ls"}]]', false);
    expect(await response.json()).toMatchObject({
      type: 'message',
      role: 'assistant',
      content: [
        { type: 'text', text: 'Hi' },
        { type: 'tool_use', name: 'Bash', input: { command: 'ls' } },
      ],
      stop_reason: 'tool_use',
      usage: { output_tokens: expect.any(Number) },
    });
  });

  it('fails the first requests and answers the next, per prompt', async () => {
    await using model = await startDemoModel({ clock });
    const prompt = '[[status=529 times=1]][[text=Hi]]';
    const failed = await ask(model.url, prompt, true);
    expect(failed.status).toBe(529);
    expect(await failed.json()).toMatchObject({ type: 'error', error: { type: 'overloaded_error' } });
    expect((await ask(model.url, prompt, true)).status).toBe(200);
    expect((await ask(model.url, `Again: ${prompt}`, true)).status).toBe(529);
  });

  it('cuts a stream after its first bytes', async () => {
    await using model = await startDemoModel({ clock });
    const response = await ask(model.url, '[[text=half]][[drop]]', true);
    expect(response.status).toBe(200);
    await expect(response.text()).rejects.toThrow('terminated');
  });

  it('ends a stream with an error, and pauses between blocks', async () => {
    await using model = await startDemoModel({ clock });
    const startedAt = clock.monotonic();
    const events = await readEvents(await ask(model.url, '[[text=a]][[pause=50]][[text=b]][[error]]', true));
    expect(clock.monotonic() - startedAt).toBeGreaterThan(45);
    expect(events.at(-1)).toMatchObject({ type: 'error', error: { type: 'api_error' } });
    expect((await ask(model.url, '[[text=half]][[error]]', false)).status).toBe(500);
  });

  it('is away: the connection is cut before an answer', async () => {
    await using model = await startDemoModel({ clock });
    await expect(ask(model.url, '[[away]]', true)).rejects.toThrow('fetch failed');
  });

  it('stalls and stays silent until the client leaves', async () => {
    await using model = await startDemoModel({ clock });
    const leave = new AbortController();
    const response = await ask(model.url, '[[text=half]][[stall]]', true, leave.signal);
    const first = await response.body?.getReader().read();
    expect(Buffer.from(first?.value ?? []).toString()).toContain('message_start');
    const silent = ask(model.url, '[[no-headers]]', true, leave.signal);
    leave.abort();
    await expect(silent).rejects.toThrow('aborted');
  });

  it('keeps the rate that it is told', async () => {
    await using model = await startDemoModel({ clock });
    const startedAt = clock.monotonic();
    await (await ask(model.url, '[[tokens=11 rate=50]]', true)).text();
    expect(clock.monotonic() - startedAt).toBeGreaterThan(180);
  });

  it('answers what it does not know in the words of the Messages API', async () => {
    await using model = await startDemoModel({ clock });
    expect((await fetch(`${model.url}/v1/other`)).status).toBe(404);
    const broken = await fetch(`${model.url}/v1/messages`, { method: 'POST', body: '{' });
    expect(broken.status).toBe(400);
    expect(await broken.json()).toMatchObject({ type: 'error', error: { type: 'invalid_request_error' } });
  });
});
