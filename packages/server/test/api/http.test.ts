import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { StoreUnavailableError } from '#src/store/store.ts';
import { describeApi } from '#src/http/openapi.ts';
import { describedRoutes } from '#src/http/routes.ts';
import { VERSION } from '#src/lib/version.ts';
import { call, execute } from '../support/api-client.ts';
import { startApp, type TestApp } from '../support/app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(async () => app[Symbol.asyncDispose]());

async function send(
  method: string,
  path: string,
  headers: Record<string, string> = {},
  body?: string | Uint8Array,
) {
  const response = await fetch(app.url + path, { method, headers, redirect: 'error', ...(body && { body }) });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: text === '' ? undefined : JSON.parse(text),
  };
}

const JSON_TYPE = { 'content-type': 'application/json' };

describe('simple-api: GET /', () => {
  it('says what this is and what it can do', async () => {
    const { status, body } = await send('GET', '/', { accept: '*/*' });
    expect(status).toBe(200);
    expect(body).toEqual({
      message: expect.any(String),
      version: '1.2.3',
      endpoints: {
        execute: expect.stringMatching(/^POST \/execute\/ - ./),
        status: expect.stringMatching(/^GET \/status\/\{session_id\} - ./),
        cancel: expect.stringMatching(/^POST \/cancel\/\{session_id\} - ./),
        delete: expect.stringMatching(/^DELETE \/sessions\/\{session_id\} - ./),
        sessions: expect.stringMatching(/^GET \/sessions\/ - ./),
        cleanup: expect.stringMatching(/^DELETE \/sessions\/cleanup - ./),
      },
    });
  });
});

describe('simple-api: routes', () => {
  it('answer with and without their trailing slash, without a redirect', async () => {
    const id = await execute(app.url, { prompt: 'x' });
    for (const path of ['/sessions', '/sessions/', `/status/${id}`, `/status/${id}/`]) {
      expect((await send('GET', path)).status).toBe(200);
    }
    for (const path of ['/execute', '/execute/']) {
      expect((await send('POST', path, JSON_TYPE, '{"prompt":"x"}')).status).toBe(200);
    }
    for (const path of ['/sessions/cleanup', '/sessions/cleanup/']) {
      expect((await send('DELETE', path)).status).toBe(200);
    }
  });

  it.each(['/nowhere', '/execute/x/y', '/status', '/status/', '/Execute/'])(
    'that do not exist are 404: %s',
    async (path) => {
      expect(await send('GET', path)).toMatchObject({ status: 404, body: { detail: 'Not Found' } });
    },
  );

  it('a form posted to an unknown route is 404 as well', async () => {
    expect((await send('POST', '/nowhere', { 'content-type': 'text/plain' }, 'x')).status).toBe(404);
  });

  it.each([
    ['GET', '/execute/', 'POST'],
    ['PUT', '/execute', 'POST'],
    ['HEAD', '/sessions/', 'GET'],
    ['POST', '/sessions', 'GET'],
    ['GET', '/cancel/x', 'POST'],
    ['GET', '/sessions/x', 'DELETE'],
    ['OPTIONS', '/status/x', 'GET'],
    ['PROPFIND', '/status/x', 'GET'],
    ['PATCH', '/', 'GET'],
  ])('with another method are 405: %s %s', async (method, path, allow) => {
    const { status, headers, body } = await send(method, path);
    expect(status).toBe(405);
    expect(headers.get('allow')).toBe(allow);
    if (method !== 'HEAD') expect(body).toEqual({ detail: 'Method Not Allowed' });
  });

  it('a parameter that is given twice counts as it was given last', async () => {
    expect((await send('GET', '/sessions/?limit=x&limit=1')).status).toBe(200);
  });

  it('every answer carries a request id of its own', async () => {
    const ids = await Promise.all(
      ['/', '/nowhere', '/sessions/', '/healthz'].map(async (path) =>
        (await send('GET', path)).headers.get('request-id'),
      ),
    );
    expect(new Set(ids).size).toBe(4);
    for (const id of ids) expect(id).toMatch(/^req_01[1-9A-HJ-NP-Za-km-z]{22}$/);
  });
});

describe('simple-api: bodies', () => {
  it.each([
    'application/json',
    'application/json; charset=utf-8',
    'text/plain',
    'application/x-www-form-urlencoded',
  ])('an empty one with Content-Type: %s is none', async (type) => {
    const id = await execute(app.url, { prompt: 'x' });
    const headers = { 'content-type': type, 'content-length': '0' };
    expect((await send('POST', `/cancel/${id}`, headers)).status).toBe(200);
    expect((await send('DELETE', '/sessions/cleanup?max_age_hours=0', headers)).body).toMatchObject({
      removed: 1,
    });
    expect(await send('POST', '/execute/', headers)).toMatchObject({
      status: 422,
      body: { detail: [{ type: 'missing', loc: ['body', 'prompt'], msg: 'Field required', input: null }] },
    });
  });

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/xml',
  ])('with Content-Type: %s are 415', async (type) => {
    expect(await send('POST', '/execute/', { 'content-type': type }, '{"prompt":"x"}')).toMatchObject({
      status: 415,
      body: { detail: expect.stringContaining('application/json') },
    });
  });

  it('without a content type are 415', async () => {
    expect((await send('POST', '/execute/', {}, new TextEncoder().encode('{"prompt":"x"}'))).status).toBe(
      415,
    );
  });

  it.each([
    ['broken', '{"prompt": "x"'],
    ['words', 'prompt=x'],
    ['not UTF-8', new Uint8Array([0x22, 0xff, 0x22])],
    ['too deep', `${'['.repeat(100_000)}${']'.repeat(100_000)}`],
  ])('that are malformed JSON are 422: %s', async (_name, body) => {
    expect(await send('POST', '/execute/', JSON_TYPE, body)).toMatchObject({
      status: 422,
      body: { detail: [{ type: 'json_invalid', loc: ['body'], msg: expect.any(String) }] },
    });
  });

  it('a long wrong value is not echoed in full', async () => {
    const { body } = await send(
      'POST',
      '/execute/',
      JSON_TYPE,
      JSON.stringify({ prompt: ['x'.repeat(9000)] }),
    );
    expect(JSON.stringify(body).length).toBeLessThan(2000);
  });
});

describe('simple-api: errors', () => {
  it('show nothing of an unexpected error but the id of the request', async () => {
    await using broken = await startApp({
      sessions: { list: () => Promise.reject(new Error('SELECT secret FROM /etc/passwd')) },
    });
    const { status, body, headers } = await call(broken.url, 'GET', '/sessions/');
    expect(status).toBe(500);
    expect(body).toEqual({ detail: 'Internal server error', request_id: headers.get('request-id') });
  });

  it('a database that does not answer is 503 with Retry-After', async () => {
    await using broken = await startApp({
      sessions: { find: () => Promise.reject(new StoreUnavailableError('connection lost to 10.0.0.1')) },
    });
    const { status, body, headers } = await call(
      broken.url,
      'GET',
      '/status/00000000-0000-7000-8000-000000000000',
    );
    expect(status).toBe(503);
    expect(headers.get('retry-after')).toBe('1');
    expect(body).toEqual({ detail: 'The store is not available at the moment. Try again in a moment' });
  });

  it('a server that stops takes no new work, but still answers', async () => {
    await using stopping = await startApp();
    const id = await execute(stopping.url, { prompt: 'x' });
    stopping.drain();
    expect(await call(stopping.url, 'POST', '/execute/', { prompt: 'x' })).toMatchObject({
      status: 503,
      body: { detail: 'The server is stopping. Try again in a moment' },
    });
    expect((await call(stopping.url, 'GET', `/status/${id}`)).status).toBe(200);
  });
});

describe('GET /healthz and /readyz', () => {
  it('are ok while the server works, and only the first while it stops', async () => {
    await using stopping = await startApp();
    for (const path of ['/healthz', '/readyz']) {
      expect(await call(stopping.url, 'GET', path)).toMatchObject({ status: 200, body: { status: 'ok' } });
    }
    stopping.drain();
    expect((await call(stopping.url, 'GET', '/healthz')).status).toBe(200);
    expect((await call(stopping.url, 'GET', '/readyz')).status).toBe(503);
  });
});

describe('GET /openapi.json', () => {
  it('is OpenAPI 3.1 of every route', async () => {
    const { status, body } = await send('GET', '/openapi.json');
    expect(status).toBe(200);
    expect(body.openapi).toBe('3.1.0');
    // What there is of /v1 docs/reference/compatibility.md lists.
    const paths = Object.keys(body.paths).filter((path) => !path.startsWith('/v1/'));
    expect(paths).toEqual([
      '/',
      '/execute/',
      '/status/{session_id}',
      '/cancel/{session_id}',
      '/sessions/',
      '/sessions/{session_id}',
      '/sessions/cleanup',
      '/sessions/{session_id}/stream',
      '/fleet/stream',
      '/approvals',
      '/approvals/{approval_id}',
      '/webhooks/deliveries',
      '/webhooks/deliveries/{delivery_id}/replay',
      '/sessions/{session_id}/outputs/{name}',
      '/server',
      '/usage',
      '/usage.csv',
      '/usage/sessions',
      '/directories',
      '/healthz',
      '/readyz',
      '/metrics',
    ]);
  });

  it('every reference in it leads somewhere', () => {
    const api = describeApi(describedRoutes, VERSION);
    const names = Object.keys((api as { components: { schemas: object } }).components.schemas);
    const referred = [...JSON.stringify(api).matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(
      ([, name]) => name,
    );
    expect(new Set(referred)).toEqual(new Set(names));
    expect(JSON.stringify(api)).not.toContain('$defs');
  });
});
