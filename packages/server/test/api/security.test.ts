import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type TestApp } from '../support/app.ts';
import { rawExchange, rawRequest } from '../support/raw-request.ts';

const LISTED = 'https://app.example';
const KEY = 'a-key-of-reasonable-length';

describe('a server on loopback without a key', () => {
  let app: TestApp;
  let port: string;
  beforeAll(async () => {
    app = await startApp({ config: { allowedHosts: ['bullpen.internal'], corsOrigins: [LISTED] } });
    ({ port } = new URL(app.url));
  });
  afterAll(async () => app[Symbol.asyncDispose]());

  const get = async (headers: Record<string, string>, path = '/sessions/') =>
    rawRequest(app.url, 'GET', path, headers);
  const countSessions = async () => JSON.parse((await get({ host: 'localhost' })).body).length;

  it.each(['localhost', 'LOCALHOST', 'localhost.', '127.0.0.1', '[::1]', 'bullpen.internal'])(
    'answers to the Host %s, with any port',
    async (host) => {
      expect((await get({ host })).status).toBe(200);
      expect((await get({ host: `${host}:1234` })).status).toBe(200);
    },
  );

  it.each([
    'evil.example',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    'evil.example:8000',
    '127.0.0.2',
    '0.0.0.0',
    '[::2]',
    'user@localhost',
    'localhost:80:80',
  ])('refuses the Host "%s" (DNS rebinding)', async (host) => {
    const { status, body } = await get({ host });
    expect(status).toBe(403);
    expect(JSON.parse(body).detail).toBe(
      `This server is not known as "${host}". Use localhost or 127.0.0.1, or add the name to BULLPEN_ALLOWED_HOSTS`,
    );
  });

  it('refuses a foreign Host on every route, known or not, but those of probes', async () => {
    for (const path of ['/', '/status/x', '/openapi.json', '/nowhere', '/sessions/x/stream']) {
      expect((await get({ host: 'evil.example' }, path)).status).toBe(403);
    }
    for (const path of ['/healthz', '/readyz', '/healthz/']) {
      expect((await get({ host: 'evil.example' }, path)).status).toBe(200);
    }
  });

  it('refuses requests of foreign pages, GET as well, without CORS headers', async () => {
    for (const origin of [
      'https://evil.example',
      'http://localhost:3000',
      `http://127.0.0.1:${Number(port) + 1}`,
      'http://localhost.evil.example',
      'null',
      `${LISTED}.evil.example`,
      'file://',
    ]) {
      const { status, headers, body } = await get({ host: `localhost:${port}`, origin });
      expect(status).toBe(403);
      expect(JSON.parse(body).detail).toContain('BULLPEN_CORS_ORIGINS');
      expect(headers['access-control-allow-origin']).toBeUndefined();
    }
  });

  it('a foreign page starts no agent: cross-origin fetch', async () => {
    const before = await countSessions();
    const headers = {
      host: `localhost:${port}`,
      origin: 'https://evil.example',
      'content-type': 'application/json',
    };
    expect((await rawRequest(app.url, 'POST', '/execute/', headers, '{"prompt":"x"}')).status).toBe(403);
    expect(await countSessions()).toBe(before);
  });

  it('a foreign page starts no agent: form post', async () => {
    const before = await countSessions();
    const foreign = {
      host: `localhost:${port}`,
      origin: 'https://evil.example',
      'content-type': 'text/plain',
    };
    expect((await rawRequest(app.url, 'POST', '/execute/', foreign, '{"prompt":"x"}')).status).toBe(403);
    // An old browser may leave Origin out; the content type of a form is refused all the same.
    const silent = { host: `localhost:${port}`, 'content-type': 'text/plain' };
    expect((await rawRequest(app.url, 'POST', '/execute/', silent, '{"prompt":"x"}')).status).toBe(415);
    expect(await countSessions()).toBe(before);
  });

  it('answers its own pages', async () => {
    for (const name of ['localhost', '127.0.0.1']) {
      const host = `${name}:${port}`;
      const { status, headers } = await get({ host, origin: `http://${host}` });
      expect(status).toBe(200);
      expect(headers['access-control-allow-origin']).toBeUndefined();
    }
  });

  it('answers pages of a listed origin, and says so by CORS headers', async () => {
    const { status, headers } = await get({ host: `localhost:${port}`, origin: LISTED });
    expect(status).toBe(200);
    expect(headers['access-control-allow-origin']).toBe(LISTED);
    expect(headers['vary']).toBe('Origin');
    expect(headers['access-control-allow-credentials']).toBeUndefined();
  });

  it('its errors can be read by a listed origin too', async () => {
    const { status, headers } = await get({ host: `localhost:${port}`, origin: LISTED }, '/status/nonsense');
    expect(status).toBe(404);
    expect(headers['access-control-allow-origin']).toBe(LISTED);
  });

  it('answers the preflight of a listed origin only', async () => {
    const preflight = async (origin: string) =>
      rawRequest(app.url, 'OPTIONS', '/execute/', {
        host: `localhost:${port}`,
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'content-type',
      });
    const listed = await preflight(LISTED);
    expect(listed.status).toBe(204);
    expect(listed.headers).toMatchObject({
      'access-control-allow-origin': LISTED,
      'access-control-allow-methods': 'POST',
      'access-control-allow-headers':
        'authorization, content-type, idempotency-key, last-event-id, x-api-key',
    });
    const foreign = await preflight('https://evil.example');
    expect(foreign.status).toBe(403);
    expect(Object.keys(foreign.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
  });

  it('a stream has the CORS headers of any answer', async () => {
    const started = await rawRequest(
      app.url,
      'POST',
      '/execute/',
      { host: 'localhost', 'content-type': 'application/json' },
      '{"prompt":"x"}',
    );
    const { session_id: id } = JSON.parse(started.body);
    await (await app.worker.take(id)).end('completed');
    const { headers } = await get({ host: 'localhost', origin: LISTED }, `/sessions/${id}/stream`);
    expect(headers['access-control-allow-origin']).toBe(LISTED);
  });

  it('never allows every origin, and lets no other site embed an answer', async () => {
    const { headers } = await get({ host: 'localhost' });
    expect(headers['access-control-allow-origin']).toBeUndefined();
    expect(headers).toMatchObject({
      'cross-origin-resource-policy': 'same-origin',
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
    });
  });

  it('the origin `null` may be listed', async () => {
    await using lenient = await startApp({ config: { corsOrigins: ['null'] } });
    const { status, headers } = await rawRequest(lenient.url, 'GET', '/', {
      host: 'localhost',
      origin: 'null',
    });
    expect(status).toBe(200);
    expect(headers['access-control-allow-origin']).toBe('null');
  });

  it('a request with an empty Host, or in HTTP/1.0 without one, is refused', async () => {
    const empty = 'GET /sessions/ HTTP/1.1\r\nHost: \r\nConnection: close\r\n\r\n';
    expect(await rawExchange(app.url, empty)).toMatch(/^HTTP\/1\.1 403 /);
    expect(await rawExchange(app.url, 'GET /sessions/ HTTP/1.0\r\n\r\n')).toMatch(/^HTTP\/1\.1 403 /);
  });
});

describe('a server with API keys', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp({ config: { apiKeys: ['another-key-of-the-list', KEY], corsOrigins: [LISTED] } });
  });
  afterAll(async () => app[Symbol.asyncDispose]());

  const get = async (headers: Record<string, string>, path = '/sessions/') =>
    rawRequest(app.url, 'GET', path, { host: 'localhost', ...headers });

  it.each([
    ['Authorization: Bearer', { authorization: `Bearer ${KEY}` }],
    ['bearer in lower case', { authorization: `bearer ${KEY}` }],
    ['x-api-key', { 'x-api-key': KEY }],
    ['the other key of the list', { 'x-api-key': 'another-key-of-the-list' }],
    ['a key beside a token for somebody else', { authorization: 'Bearer of-a-proxy', 'x-api-key': KEY }],
  ])('lets in with %s', async (_name, headers) => {
    expect((await get(headers)).status).toBe(200);
  });

  it.each([
    ['nothing', {}],
    ['an empty key', { 'x-api-key': '' }],
    ['a wrong scheme', { authorization: `Basic ${KEY}` }],
  ])('says what to send when there is %s', async (_name, headers) => {
    const { status, headers: answered, body } = await get(headers);
    expect(status).toBe(401);
    expect(answered['www-authenticate']).toBe('Bearer');
    expect(JSON.parse(body).detail).toContain('Authorization: Bearer');
  });

  it.each([`${KEY}x`, KEY.slice(1), KEY.toUpperCase(), `${KEY},${KEY}`])(
    'refuses %s and does not repeat it',
    async (key) => {
      const { status, body } = await get({ authorization: `Bearer ${key}` });
      expect(status).toBe(401);
      expect(body).not.toContain(key);
    },
  );

  it('asks for the key on every route, known or not, but those of probes', async () => {
    for (const path of ['/', '/status/x', '/openapi.json', '/nowhere', '/sessions/x/stream']) {
      expect((await get({}, path)).status).toBe(401);
    }
    for (const path of ['/healthz', '/readyz']) expect((await get({}, path)).status).toBe(200);
  });

  it('reads no body of who has no key', async () => {
    const { status } = await rawRequest(
      app.url,
      'POST',
      '/execute/',
      { host: 'localhost', 'content-type': 'application/json' },
      '{broken',
    );
    expect(status).toBe(401);
  });

  it('a preflight needs no key: browsers send none', async () => {
    const { status } = await rawRequest(app.url, 'OPTIONS', '/execute/', {
      host: 'localhost',
      origin: LISTED,
      'access-control-request-method': 'POST',
    });
    expect(status).toBe(204);
  });
});
