import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { LIMITS } from '#src/http/limits.ts';
import { call, execute } from '../support/api-client.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { rawExchange, rawRequest } from '../support/raw-request.ts';
import { until } from '../support/until.ts';

const MIB = 2 ** 20;

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(async () => app[Symbol.asyncDispose]());

/** The head of a POST that promises a body. */
const head = (length: string) =>
  `POST /execute/ HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n${length}\r\n\r\n`;

describe('what a client may send is bounded', () => {
  it('a body of 1 MiB is taken', async () => {
    const prompt = 'x'.repeat(MIB - 20);
    expect((await call(app.url, 'POST', '/execute/', { prompt })).status).toBe(200);
  });

  it('a larger one is 413', async () => {
    const { status, body } = await call(app.url, 'POST', '/execute/', { prompt: 'x'.repeat(MIB) });
    expect(status).toBe(413);
    expect(body).toEqual({ detail: 'The body is larger than 1048576 bytes' });
  });

  it('a much larger one is 413 as well, and the client gets to read it', async () => {
    const body = `{"prompt":"${'x'.repeat(40 * MIB)}"}`;
    const headers = { host: 'localhost', 'content-type': 'application/json' };
    expect((await rawRequest(app.url, 'POST', '/execute/', headers, body)).status).toBe(413);
    const chunked = { ...headers, 'transfer-encoding': 'chunked' };
    expect((await rawRequest(app.url, 'POST', '/execute/', chunked, body)).status).toBe(413);
  });

  it('a body for /v1 may have 32 MiB, and its 413 says so', async () => {
    const headers = { host: 'localhost', 'content-type': 'application/json' };
    const answer = await rawRequest(app.url, 'POST', '/v1/agents', headers, `"${'x'.repeat(32 * MIB)}"`);
    expect(answer.status).toBe(413);
    expect(JSON.parse(answer.body)).toMatchObject({
      error: { type: 'request_too_large', message: 'The body is larger than 33554432 bytes' },
    });
  });

  it('long headers are 431', async () => {
    const answer = await rawExchange(
      app.url,
      `GET / HTTP/1.1\r\nHost: localhost\r\nX-Long: ${'x'.repeat(20_000)}\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 431 /);
    expect(answer).toContain('{"detail":"The request line and headers are larger than 16384 bytes"}');
  });

  it('a long URL is 431', async () => {
    expect(
      await rawExchange(app.url, `GET /status/${'x'.repeat(100_000)} HTTP/1.1\r\nHost: localhost\r\n\r\n`),
    ).toMatch(/^HTTP\/1\.1 431 /);
  });

  it('a hundred thousand headers are 431, and the rest of them does not reset the connection', async () => {
    const lines = 'a: b\r\n'.repeat(100_000);
    for (let i = 0; i < 10; i++) {
      expect(await rawExchange(app.url, `GET / HTTP/1.1\r\nHost: localhost\r\n${lines}\r\n`)).toMatch(
        /^HTTP\/1\.1 431 /,
      );
    }
  });

  it.each([
    ['noise', '\u0016\u0003\u0001\u0000 hello\r\n\r\n'],
    ['two lengths', head('Content-Length: 1\r\nContent-Length: 2')],
    ['a length and chunks', `${head('Content-Length: 1\r\nTransfer-Encoding: chunked')}0\r\n\r\n`],
  ])('what is no HTTP is 400: %s', async (_name, bytes) => {
    const answer = await rawExchange(app.url, bytes);
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer).toContain('{"detail":"This is not a valid HTTP request"}');
  });

  it('a client that leaves in the middle of a body does no harm', async () => {
    const { hostname, port } = new URL(app.url);
    const socket = connect(Number(port), hostname);
    await once(socket, 'connect');
    socket.write(`${head('Content-Length: 100')}{"prompt":`);
    socket.resetAndDestroy();
    await once(socket, 'close');
    expect((await call(app.url, 'GET', '/')).status).toBe(200);
  });
});

describe('how long a client may take is bounded', () => {
  it('what arrives too slowly is 408: headers, a body, or nothing at all', async () => {
    await using hasty = await startApp({
      limits: {
        ...LIMITS,
        requestTimeout: 600,
        http: { ...LIMITS.http, headersTimeout: 300, connectionsCheckingInterval: 50 },
      },
    });
    const answers = await Promise.all([
      rawExchange(hasty.url, 'GET / HTTP/1.1\r\nHost: loc'),
      rawExchange(hasty.url, `${head('Content-Length: 100')}{"prompt":`),
      rawExchange(hasty.url),
    ]);
    for (const answer of answers) {
      expect(answer).toMatch(/^HTTP\/1\.1 408 /);
      expect(answer).toContain('{"detail":"The request took too long to arrive"}');
    }
  });

  it('an idle connection is closed', async () => {
    await using hasty = await startApp({ limits: { ...LIMITS, keepAliveTimeout: 100 } });
    const answer = await rawExchange(hasty.url, 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
  });

  it('a reader that takes nothing is cut off', async () => {
    await using hasty = await startApp({ bounds: { streamStallMs: 300 } });
    const id = await execute(hasty.url, { prompt: 'x' });
    const run = await hasty.worker.take(id);
    for (let batch = 0; batch < 6; batch++)
      await run.say(...Array.from({ length: 100 }, () => 'x'.repeat(100_000)));
    const before = hasty.connections();
    const { hostname, port } = new URL(hasty.url);
    const socket = connect(Number(port), hostname);
    socket.write(`GET /sessions/${id}/stream HTTP/1.1\r\nHost: localhost\r\n\r\n`);
    await once(socket, 'data');
    socket.pause();
    await until('the end of the connection', () => hasty.connections() === before);
    socket.destroy();
  });

  it('a connection whose client has half closed it is answered and ends', async () => {
    const { hostname, port } = new URL(app.url);
    const socket = connect({ port: Number(port), host: hostname, allowHalfOpen: true });
    let answer = '';
    socket.setEncoding('utf8').on('data', (chunk: string) => (answer += chunk));
    socket.end('GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await once(socket, 'end');
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
  });

  it('a stream pings, so that it never looks idle', async () => {
    vi.useFakeTimers({ toFake: ['setInterval'] });
    try {
      const id = await execute(app.url, { prompt: 'x' });
      const leave = new AbortController();
      const response = await fetch(`${app.url}/sessions/${id}/stream`, { signal: leave.signal });
      let text = '';
      const reading = (async () => {
        for await (const chunk of response.body ?? []) text += new TextDecoder().decode(chunk);
      })().catch(() => undefined);
      await until('the status', () => text.includes('event: status'));
      expect(LIMITS.connectionTimeout).toBeGreaterThan(4 * 15_000);
      vi.advanceTimersByTime(15_000);
      await until('a ping', () => text.includes(': ping\n\n'));
      leave.abort();
      await reading;
    } finally {
      vi.useRealTimers();
    }
  });
});
