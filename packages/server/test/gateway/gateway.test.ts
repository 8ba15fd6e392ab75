import { once } from 'node:events';
import { request as send } from 'node:http';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { startDemoModel } from '#src/demo-model/server.ts';
import { systemClock as clock } from '#src/lib/clock.ts';
import {
  ask,
  startStack,
  startUpstream,
  UPSTREAM_CREDENTIAL as CREDENTIAL,
} from '../support/gateway-stack.ts';
import { until } from '../support/until.ts';

const USAGE = { inputTokens: 5, outputTokens: 6, cacheReadInputTokens: 0, cacheCreationInputTokens: 0 };
const MESSAGE = { model: 'claude-haiku-5-5', usage: { input_tokens: 5, output_tokens: 6 } };

const answerMessage: RequestListener = (request, response) => {
  request.resume();
  response
    .writeHead(200, { 'content-type': 'application/json', 'request-id': 'req_1' })
    .end(JSON.stringify(MESSAGE));
};

describe('the gateway lets through', () => {
  it("a request with the operator's credential in place of the token, and nothing that concerns the agent alone", async () => {
    let seen: IncomingMessage | undefined;
    await using stack = await startStack((request, response) => {
      seen = request;
      answerMessage(request, response);
    });
    const response = await fetch(`${stack.gateway.url}/v1/messages?beta=true`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${stack.pass.token}`,
        'anthropic-beta': 'some-beta',
        cookie: 'a=b',
        'x-forwarded-for': '10.0.0.1',
        'x-claude-code-session-id': 's',
      },
      body: '{}',
    });
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual(MESSAGE);
    expect(seen?.url).toBe('/base/v1/messages?beta=true');
    expect(seen?.headers).toMatchObject({
      'x-api-key': 'the-real-key',
      'anthropic-beta': 'some-beta',
      'x-claude-code-session-id': 's',
      'accept-encoding': 'identity',
    });
    expect(seen?.headers.host).not.toContain(new URL(stack.gateway.url).host);
    for (const name of ['authorization', 'cookie', 'x-forwarded-for'])
      expect(seen?.headers[name]).toBeUndefined();
    expect(JSON.stringify(seen?.rawHeaders)).not.toContain(stack.pass.token);
  });

  it("answers without the operator's cookies and organization, errors included", async () => {
    await using stack = await startStack((request, response) => {
      request.resume();
      response.writeHead(429, {
        'content-type': 'application/json',
        'retry-after': '7',
        'set-cookie': 'a=b',
        'anthropic-organization-id': 'org',
      });
      response.end('{"type":"error"}');
    });
    const response = await ask(stack.gateway.url, stack.pass);
    expect(response.status).toBe(429);
    expect(response.headers.get('retry-after')).toBe('7');
    expect(response.headers.get('set-cookie')).toBeNull();
    expect(response.headers.get('anthropic-organization-id')).toBeNull();
    expect(await response.text()).toBe('{"type":"error"}');
  });

  it('a stream piece by piece, and counts it in the pass while it lasts', async () => {
    await using model = await startDemoModel({ clock });
    await using stack = await startStack({ url: model.url, headers: CREDENTIAL });
    const body = {
      model: 'm',
      stream: true,
      messages: [{ role: 'user', content: '[[text=early]][[tokens=2 rate=4]]' }],
    };
    const response = await ask(stack.gateway.url, stack.pass, { body });
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    let seen = '';
    while (!seen.includes('early')) seen += (await reader?.read())?.value ?? '';
    expect(seen).not.toContain('message_stop');
    expect(stack.pass.openRequests).toBe(1);
    expect(stack.pass.lastActivityAt).toBeGreaterThan(0);
    for (let part = await reader?.read(); part?.done === false; part = await reader?.read())
      seen += part.value;
    expect(seen).toContain('message_stop');
    await stack.pass.settled();
    expect(stack.pass.openRequests).toBe(0);
  });
});

describe('the gateway refuses', () => {
  it('unknown tokens with 401, in the words of the Messages API', async () => {
    await using stack = await startStack(answerMessage);
    const response = await fetch(`${stack.gateway.url}/v1/messages`, {
      method: 'POST',
      headers: { 'x-api-key': 'wrong' },
    });
    expect(response.status).toBe(401);
    expect(response.headers.get('x-should-retry')).toBe('false');
    expect(await response.json()).toMatchObject({ type: 'error', error: { type: 'authentication_error' } });
    expect(stack.rows).toEqual([]);
  });

  it('requests outside a run with 403, but lets those under way finish and count for their run', async () => {
    let finish: (() => void) | undefined;
    await using stack = await startStack((request, response) => {
      finish = () => answerMessage(request, response);
    });
    const early = ask(stack.gateway.url, stack.pass);
    await until('the request is upstream', () => finish);
    stack.pass.setRun(null);
    const late = await ask(stack.gateway.url, stack.pass);
    expect(late.status).toBe(403);
    expect(await late.json()).toMatchObject({ error: { type: 'permission_error' } });
    finish?.();
    expect((await early).status).toBe(200);
    await stack.pass.settled();
    expect(stack.rows.map((row) => row.runId)).toEqual(['run-1']);
  });

  it.each(['/v1/files', '/v1/messages/batches', '/v1/../admin', '/', '/v1/models/../files', '//', '//['])(
    '%s',
    async (path) => {
      await using stack = await startStack(answerMessage);
      const { port } = new URL(stack.gateway.url);
      const request = send({
        host: '127.0.0.1',
        port,
        path,
        headers: { 'x-api-key': stack.pass.token },
      }).end();
      const [response]: IncomingMessage[] = await once(request, 'response');
      expect(response?.statusCode).toBe(404);
      response?.resume();
    },
  );
});

describe('the gateway records', () => {
  it('one row per model request, and settled() waits until it is recorded', async () => {
    let record = () => {};
    const recorded = new Promise<void>((resolve) => (record = resolve));
    await using stack = await startStack(answerMessage, { record: () => recorded });
    await (await ask(stack.gateway.url, stack.pass)).text();
    let isSettled = false;
    const settled = stack.pass.settled().then(() => (isSettled = true));
    await until('the request is over', () => stack.pass.openRequests === 0);
    expect(isSettled).toBe(false);
    record();
    await settled;
    expect(stack.rows).toEqual([
      {
        tenantId: 'tenant',
        sessionId: 'session',
        runId: 'run-1',
        model: 'claude-haiku-5-5',
        status: 200,
        requestId: 'req_1',
        ...USAGE,
        startedAt: expect.any(Number),
        endedAt: expect.any(Number),
      },
    ]);
  });

  it('refusals of the provider, with the model that was asked for', async () => {
    await using stack = await startStack((request, response) => {
      request.resume();
      response.writeHead(529).end();
    });
    await (await ask(stack.gateway.url, stack.pass)).text();
    await stack.pass.settled();
    expect(stack.rows).toMatchObject([
      { status: 529, model: 'claude-haiku-5-5', inputTokens: 0, outputTokens: 0 },
    ]);
  });

  it('what was known of a stream that the provider cut, and cuts it for the agent too', async () => {
    await using model = await startDemoModel({ clock });
    await using stack = await startStack({ url: model.url, headers: {} });
    const content = '[[model-usage input=9 output=5]][[text=half]][[drop]]';
    const body = { model: 'm', stream: true, messages: [{ role: 'user', content }] };
    const response = await ask(stack.gateway.url, stack.pass, { body });
    await expect(response.text()).rejects.toThrow('terminated');
    await stack.pass.settled();
    expect(stack.rows).toMatchObject([{ status: 200, inputTokens: 9, outputTokens: 1 }]);
  });

  it('nothing for token counts and lists of models', async () => {
    await using model = await startDemoModel({ clock });
    await using stack = await startStack({ url: model.url, headers: {} });
    const headers = { 'x-api-key': stack.pass.token };
    const body = JSON.stringify({ model: 'm', messages: [{ role: 'user', content: 'hi' }] });
    const count = await fetch(`${stack.gateway.url}/v1/messages/count_tokens`, {
      method: 'POST',
      headers,
      body,
    });
    expect(await count.json()).toEqual({ input_tokens: expect.any(Number) });
    const models = await fetch(`${stack.gateway.url}/v1/models`, { headers });
    expect(await models.json()).toHaveProperty('data');
    await stack.pass.settled();
    expect(stack.rows).toEqual([]);
  });

  it('and goes on when recording fails', async () => {
    await using stack = await startStack(answerMessage, {
      record: () => Promise.reject(new Error('disk full')),
    });
    expect((await ask(stack.gateway.url, stack.pass)).status).toBe(200);
    await stack.pass.settled();
    expect((await ask(stack.gateway.url, stack.pass)).status).toBe(200);
  });
});

describe('when a side leaves', () => {
  it('revoke() ends the requests under way on both sides and refuses further ones', async () => {
    let seen: ServerResponse | undefined;
    await using stack = await startStack((_, response) => {
      seen = response;
    });
    const failed = failureOf(ask(stack.gateway.url, stack.pass));
    await until('the request is upstream', () => seen);
    stack.pass.revoke();
    expect(await failed).toBeInstanceOf(TypeError);
    await stack.pass.settled();
    expect(stack.rows).toMatchObject([{ status: 0, requestId: null }]);
    await until('the provider is let go', () => seen?.closed);
    expect((await ask(stack.gateway.url, stack.pass)).status).toBe(401);
  });

  it('stop() ends the requests under way, and further ones without an answer until it is revoked', async () => {
    await using stack = await startStack(answerMessage);
    stack.pass.stop();
    expect(await failureOf(ask(stack.gateway.url, stack.pass))).toBeInstanceOf(TypeError);
    stack.pass.revoke();
    expect((await ask(stack.gateway.url, stack.pass)).status).toBe(401);
  });

  it('an agent that leaves ends the request at the provider', async () => {
    await using model = await startDemoModel({ clock });
    await using stack = await startStack({ url: model.url, headers: {} });
    const leave = new AbortController();
    const body = { model: 'm', stream: true, messages: [{ role: 'user', content: '[[text=hi]][[stall]]' }] };
    const response = await ask(stack.gateway.url, stack.pass, { body, signal: leave.signal });
    expect(response.status).toBe(200);
    await response.body?.getReader().read();
    leave.abort();
    await stack.pass.settled();
    expect(stack.rows).toMatchObject([{ status: 200, outputTokens: 1 }]);
  });

  it('a provider that is away is a 502 which is worth another try, and a row with status 0', async () => {
    const gone = await startUpstream(answerMessage);
    await gone[Symbol.asyncDispose]();
    await using stack = await startStack({ url: gone.url, headers: CREDENTIAL });
    const response = await ask(stack.gateway.url, stack.pass, {
      body: { model: 'm', text: 'x'.repeat(1_000_000) },
    });
    expect(response.status).toBe(502);
    expect(await response.json()).toMatchObject({ error: { type: 'api_error' } });
    await stack.pass.settled();
    expect(stack.rows).toMatchObject([{ status: 0, model: 'm' }]);
  });

  it('disposing of the gateway ends what is under way and records it', async () => {
    await using stack = await startStack(() => {});
    const failed = failureOf(ask(stack.gateway.url, stack.pass));
    await until('the request is under way', () => stack.pass.openRequests === 1);
    await stack.gateway[Symbol.asyncDispose]();
    expect(await failed).toBeInstanceOf(TypeError);
    expect(stack.rows).toHaveLength(1);
  });
});

describe('back-pressure', () => {
  it('a slow reader makes the provider wait; the gateway keeps no more than a few buffers', async () => {
    const chunk = Buffer.alloc(64 * 1024, 'x');
    let written = 0;
    let isBlocked = false;
    await using stack = await startStack((request, response) => {
      request.resume();
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      const fill = () => {
        while (written < 256 * 1024 * 1024) {
          written += chunk.length;
          isBlocked = !response.write(chunk);
          if (isBlocked) return;
        }
      };
      response.on('drain', fill);
      fill();
    });
    const { hostname, port } = new URL(stack.gateway.url);
    const request = send({
      hostname,
      port,
      method: 'POST',
      path: '/v1/messages',
      headers: { 'x-api-key': stack.pass.token },
    });
    request.end('{}');
    const [response]: IncomingMessage[] = await once(request, 'response');
    const before = await untilSteady(() => written);
    expect(isBlocked).toBe(true);
    // Kernel buffers on both sides may hold several megabytes; the gateway itself may not.
    expect(before).toBeLessThan(32 * 1024 * 1024);
    request.destroy();
    response?.destroy();
    await stack.pass.settled();
  });
});

function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (error: unknown) => error,
  );
}

/** Resolves with the number when it has stopped changing. */
async function untilSteady(read: () => number): Promise<number> {
  let last = -1;
  let rounds = 0;
  return await until('the number is steady', () => {
    rounds = read() === last ? rounds + 1 : 0;
    last = read();
    return rounds >= 10 && last;
  });
}

describe('large bodies', () => {
  it('pass up and down unharmed', async () => {
    await using stack = await startStack((request, response) => {
      response.writeHead(200, { 'content-type': 'text/plain' });
      request.pipe(response);
    });
    const body = { model: 'm', text: 'ä'.repeat(3_000_000) };
    const response = await ask(stack.gateway.url, stack.pass, { body });
    expect(await response.json()).toEqual(body);
  });
});
