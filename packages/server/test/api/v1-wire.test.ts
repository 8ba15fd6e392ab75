import { APIError } from '@anthropic-ai/sdk';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { startApp, type TestApp } from '../support/app.ts';
import { readStream } from '../support/sse-client.ts';
import { HELLO, startSessionLab, uuidOf } from './sdk/session-lab.ts';

const KEY = 'a-key-of-this-server';
const JSON_TYPE = { 'content-type': 'application/json' };
const REQUEST_ID = /^req_01[1-9A-HJ-NP-Za-km-z]{22}$/;

interface Request {
  method?: string;
  headers?: Record<string, string>;
  body?: string;
}

async function ask(app: TestApp, path: string, { method = 'GET', headers = {}, body }: Request = {}) {
  const response = await fetch(app.url + path, { method, headers, ...(body !== undefined && { body }) });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: text === '' ? undefined : JSON.parse(text),
  };
}

function post(app: TestApp, path: string, body: string, headers: Record<string, string> = {}) {
  return ask(app, path, { method: 'POST', headers: { ...JSON_TYPE, ...headers }, body });
}

/** What every error of `/v1` is. */
function error(type: string, message: unknown, details?: object) {
  return {
    type: 'error',
    error: { type, message, ...(details && { details }) },
    request_id: expect.stringMatching(REQUEST_ID),
  };
}

describe('/v1 on the wire: who asks', () => {
  it('is known by x-api-key or by Authorization: Bearer', async () => {
    await using app = await startApp({ config: { apiKeys: [KEY] } });
    for (const headers of [{ 'x-api-key': KEY }, { authorization: `Bearer ${KEY}` }]) {
      expect((await ask(app, '/v1/sessions', { headers })).status).toBe(200);
    }
  });

  it('is told the same whether the key is missing or wrong', async () => {
    await using app = await startApp({ config: { apiKeys: [KEY] } });
    for (const headers of [{}, { 'x-api-key': 'no' }, { authorization: 'Bearer no' }]) {
      const answer = await ask(app, '/v1/sessions', { headers });
      expect(answer.status).toBe(401);
      expect(answer.body).toEqual(error('authentication_error', 'Authentication failed'));
    }
  });

  it('hears that a route or method does not exist before the key is looked at', async () => {
    await using app = await startApp({ config: { apiKeys: [KEY] } });
    expect((await ask(app, '/v1/nothing')).status).toBe(404);
    expect((await ask(app, '/v1/sessions', { method: 'DELETE' })).status).toBe(405);
  });
});

describe('/v1 on the wire: headers and query of the SDKs', () => {
  it('asks for no version, no beta and no Accept, and takes them all', async () => {
    await using lab = await startSessionLab();
    const { id } = await lab.client.beta.sessions.create(lab.made);
    const answers = await Promise.all(
      [
        {},
        { 'anthropic-version': '2023-06-01' },
        { 'anthropic-version': '2026-10-21' },
        { 'anthropic-beta': 'managed-agents-2026-04-01' },
        { 'anthropic-beta': 'something-new-2030-01-01,managed-agents-2026-04-01-research-preview' },
        { 'anthropic-workspace-id': 'wrkspc_01' },
        { accept: 'text/html' },
      ].flatMap((headers) =>
        ['', '?beta=true'].map((query) => ask(lab.app, `/v1/sessions/${id}/threads${query}`, { headers })),
      ),
    );
    for (const { status, body } of answers) {
      expect(status).toBe(200);
      expect(body).toEqual(answers[0]?.body);
    }
  });

  it('leaves CORS to the settings', async () => {
    await using app = await startApp({ config: { corsOrigins: ['https://app.example.com'] } });
    const plain = await ask(app, '/v1/sessions');
    expect(plain.headers.has('access-control-allow-origin')).toBe(false);
    const page = await ask(app, '/v1/sessions', { headers: { origin: 'https://app.example.com' } });
    expect(page.headers.get('access-control-allow-origin')).toBe('https://app.example.com');
    const foreign = await ask(app, '/v1/sessions', { headers: { origin: 'https://example.com' } });
    expect(foreign.status).toBe(403);
    expect(foreign.body).toEqual(error('permission_error', expect.stringContaining('example.com')));
  });
});

describe('/v1 on the wire: errors', () => {
  const CASES: [string, string, Request, number, string, unknown][] = [
    ['an unknown route', '/v1/vaults', {}, 404, 'not_found_error', 'Not Found'],
    ['an unknown id', '/v1/agents/agent_none', {}, 404, 'not_found_error', 'Agent agent_none not found.'],
    ['another method', '/v1/agents', { method: 'PUT' }, 405, 'invalid_request_error', 'Method Not Allowed'],
    [
      'broken JSON',
      '/v1/agents',
      { method: 'POST', headers: JSON_TYPE, body: '{"name":' },
      400,
      'invalid_request_error',
      expect.stringMatching(/^JSON decode error/),
    ],
    [
      'a body that is no JSON',
      '/v1/agents',
      { method: 'POST', headers: { 'content-type': 'text/plain' }, body: 'name' },
      415,
      'invalid_request_error',
      expect.stringContaining('application/json'),
    ],
    ['no body', '/v1/environments', { method: 'POST' }, 400, 'invalid_request_error', 'name: Field required'],
    [
      'a field of another type',
      '/v1/environments',
      { method: 'POST', headers: JSON_TYPE, body: '{"name":3}' },
      400,
      'invalid_request_error',
      'name: Input should be a valid string',
    ],
    [
      'an unknown field',
      '/v1/environments',
      { method: 'POST', headers: JSON_TYPE, body: '{"name":"a","colour":"red"}' },
      400,
      'invalid_request_error',
      'colour: Extra inputs are not permitted',
    ],
    [
      'an unknown field, deep',
      '/v1/environments',
      {
        method: 'POST',
        headers: JSON_TYPE,
        body: '{"name":"a","config":{"type":"cloud","networking":{"type":"unrestricted","speed":1}}}',
      },
      400,
      'invalid_request_error',
      'config.networking.speed: Extra inputs are not permitted',
    ],
    [
      'an unknown parameter',
      '/v1/sessions?colour=red',
      {},
      400,
      'invalid_request_error',
      'colour: Extra inputs are not permitted',
    ],
  ];

  it('have the one envelope, the id of the request in it and in a header', async () => {
    await using app = await startApp();
    for (const [name, path, request, status, type, message] of CASES) {
      const answer = await ask(app, path, request);
      expect(answer.status, name).toBe(status);
      expect(answer.body, name).toEqual(error(type, message));
      expect(answer.body.request_id, name).toBe(answer.headers.get('request-id'));
    }
  });

  it('name the limit of a body that is too large', async () => {
    await using app = await startApp();
    const body = JSON.stringify({ name: 'x'.repeat(33 * 2 ** 20) });
    const answer = await post(app, '/v1/environments', body);
    expect(answer.status).toBe(413);
    expect(answer.body).toEqual(error('request_too_large', `The body is larger than ${32 * 2 ** 20} bytes`));
  });

  it('of a conflict that stays tell the SDK not to try again', async () => {
    await using lab = await startSessionLab();
    const { environments } = lab.client.beta;
    const options = { headers: { 'idempotency-key': 'a' } };
    await environments.create({ name: 'a' }, options);
    const again = await environments.create({ name: 'b' }, options).catch((refused: unknown) => refused);
    expect(again).toMatchObject({ status: 409, type: 'conflict_error' });
    expect(again instanceof APIError && again.headers?.get('x-should-retry')).toBe('false');
  });

  it('are not made of fields that are newer than the server, if it is told to take them', async () => {
    await using app = await startApp({ config: { acceptUnknownFields: true } });
    const body = { name: 'a', colour: 'red', config: { type: 'cloud', speed: 1 } };
    const made = await post(app, '/v1/environments?colour=red', JSON.stringify(body));
    expect(made.status).toBe(200);
    expect(made.body).not.toHaveProperty('colour');
    const wrong = await post(app, '/v1/environments', JSON.stringify({ ...body, name: 3 }));
    expect(wrong.body).toEqual(error('invalid_request_error', 'name: Input should be a valid string'));
  });
});

describe('/v1 on the wire: streams', () => {
  it('send their head before there is anything to tell, whatever the client accepts', async () => {
    await using lab = await startSessionLab();
    const { id } = await lab.client.beta.sessions.create(lab.made);
    for (const path of ['events/stream', 'stream']) {
      const leave = new AbortController();
      const response = await fetch(`${lab.app.url}/v1/sessions/${id}/${path}`, {
        headers: { accept: 'application/json' },
        signal: leave.signal,
      });
      expect(response.status).toBe(200);
      expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/);
      expect(response.headers.get('request-id')).toMatch(REQUEST_ID);
      leave.abort();
    }
  });

  it('name each frame after its event, but for what older SDKs do not know', async () => {
    await using lab = await startSessionLab();
    const { client, app } = lab;
    const { id } = await client.beta.sessions.create({ ...lab.made, initial_events: [HELLO] });
    const run = await app.worker.take(uuidOf(id));
    await run.say('Hello');
    const names: string[] = [];
    for await (const { event, id: frameId, data } of readStream(`${app.url}/v1/sessions/${id}/stream`)) {
      const type = Reflect.get(Object(data), 'type');
      expect(data).toMatchObject({ type: expect.any(String), id: frameId });
      names.push(event === type ? event : `${event}: ${type}`);
      if (type === 'agent.message') await run.end('completed');
      if (type === 'session.status_idle') break;
    }
    expect(names).toEqual([
      'session.status_running',
      'session.thread_status_running',
      'user.message',
      'agent.message',
      'session.thread_status_idle',
      'message: session.usage',
      'session.status_idle',
    ]);
  });

  it('ping every ten seconds', async () => {
    await using lab = await startSessionLab();
    const { id } = await lab.client.beta.sessions.create(lab.made);
    vi.useFakeTimers({ toFake: ['setInterval'] });
    onTestFinished(() => void vi.useRealTimers());
    const response = await fetch(`${lab.app.url}/v1/sessions/${id}/events/stream`);
    let text = '';
    const isPinged = async (): Promise<boolean> => {
      for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
        if (text === '') vi.advanceTimersByTime(30_999);
        text += chunk;
        if (text.split('ping').length > 6) return true;
      }
      return false;
    };
    expect(await isPinged()).toBe(true);
    expect(text.replace(/^retry: \d+\n\n/, '')).toBe('event: ping\ndata: {"type":"ping"}\n\n'.repeat(3));
  });

  it('end when the session is deleted, and are 404 for what is no session', async () => {
    await using lab = await startSessionLab();
    const { client, app } = lab;
    const { id } = await client.beta.sessions.create(lab.made);
    const stream = await client.beta.sessions.events.stream(id);
    const deleting = client.beta.sessions.delete(id);
    await app.worker.remove(uuidOf(id));
    await deleting;
    const seen: string[] = [];
    for await (const { type } of stream) seen.push(type);
    expect(seen).toEqual(['session.deleted']);
    const answer = await ask(app, `/v1/sessions/${id}/stream`);
    expect(answer).toMatchObject({
      status: 404,
      body: error('not_found_error', `Session ${id} not found.`),
    });
  });
});
