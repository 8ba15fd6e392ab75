import { readdir } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FILE_LIMIT, LIMITS } from '#src/http/limits.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { rawExchange } from '../support/raw-request.ts';
import { until } from '../support/until.ts';

const MIB = 2 ** 20;

interface Answer {
  status: number;
  replayed: string | null;
  body: { id?: string; error?: { type: string; message: string; details?: { error_code?: string } } };
}

type Part = [name: string, value: string | Blob, filename?: string];

async function send(app: TestApp, parts: Part[], headers: Record<string, string> = {}): Promise<Answer> {
  const form = new FormData();
  for (const [name, value, filename] of parts) {
    if (value instanceof Blob) form.append(name, value, filename);
    else form.append(name, value);
  }
  const response = await fetch(new URL('/v1/files', app.url), { method: 'POST', headers, body: form });
  const replayed = response.headers.get('idempotent-replayed');
  return { status: response.status, replayed, body: (await response.json()) as Answer['body'] };
}

const text = (content: string): Blob => new Blob([content], { type: 'text/plain' });

/** What is on disk of uploads, finished or not. */
async function filesOnDisk({ root }: TestApp): Promise<string[]> {
  const entries = await readdir(join(root, 'data', 'blobs'), { recursive: true, withFileTypes: true }).catch(
    () => [],
  );
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
}

/** The head of an upload and the beginning of its file, which never ends. */
const begin = (length: number): string =>
  'POST /v1/files HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=b\r\n' +
  `Content-Length: ${length}\r\n\r\n` +
  '--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n';

/** A connection on which this was sent. */
function open(app: TestApp, beginning: string): { socket: Socket; received: () => string } {
  const { hostname, port } = new URL(app.url);
  const socket = connect(Number(port), hostname);
  let received = '';
  socket.setEncoding('latin1').on('data', (chunk: string) => (received += chunk));
  socket.write(beginning);
  return { socket, received: () => received };
}

describe('POST /v1/files', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp();
  });
  afterAll(async () => app[Symbol.asyncDispose]());

  it.each<[string, Part[], string]>([
    ['no file', [['expires_in_seconds', '3600']], 'file: Field required'],
    ['a file under another name', [['data', text('x'), 'x']], 'data: Extra inputs are not permitted'],
    [
      'an unknown field',
      [
        ['file', text('x'), 'x'],
        ['purpose', 'user_data'],
      ],
      'purpose: Extra inputs are not permitted',
    ],
    [
      'two files',
      [
        ['file', text('x'), 'x'],
        ['file', text('y'), 'y'],
      ],
      'Only one file can be sent at a time',
    ],
    [
      'a time that is none',
      [
        ['file', text('x'), 'x'],
        ['expires_in_seconds', 'soon'],
      ],
      'expires_in_seconds: Input should be a valid number',
    ],
    ['a long name', [['file', text('x'), 'x'.repeat(256)]], 'at most 255 characters'],
  ])('refuses %s and keeps nothing', async (_name, parts, message) => {
    const { status, body } = await send(app, parts);
    expect(status).toBe(400);
    expect(body.error).toMatchObject({
      type: 'invalid_request_error',
      message: expect.stringContaining(message) as string,
    });
    expect(await filesOnDisk(app)).toEqual([]);
  });

  it('refuses what is no form', async () => {
    const url = new URL('/v1/files', app.url);
    for (const [type, body] of [
      ['application/json', '{}'],
      ['multipart/form-data', 'x'],
      [
        'multipart/form-data; boundary=b',
        '--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nx',
      ],
    ]) {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': type ?? '' },
        body: body ?? '',
      });
      expect([type, response.status]).toEqual([type, 400]);
    }
    // Elsewhere a form is what it was: nothing that is known there.
    const form = new FormData();
    form.append('prompt', 'x');
    const execute = await fetch(new URL('/execute/', app.url), { method: 'POST', body: form });
    expect(execute.status).toBe(415);
    expect(await filesOnDisk(app)).toEqual([]);
  });

  it('outlives forms that are cut off or damaged anywhere', async () => {
    await using own = await startApp();
    const whole = Buffer.from(
      '--b\r\nContent-Disposition: form-data; name="expires_in_seconds"\r\n\r\n3600\r\n' +
        '--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\nContent-Type: text/plain\r\n\r\nxyz\r\n--b--\r\n',
    );
    const damaged = fc.tuple(
      fc.nat(whole.length),
      fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { maxLength: 3 }),
    );
    await fc.assert(
      fc.asyncProperty(damaged, async ([length, changes]) => {
        const body = Buffer.from(whole);
        for (const [at, byte] of changes) body[at] = byte;
        const response = await fetch(new URL('/v1/files', own.url), {
          method: 'POST',
          headers: { 'content-type': 'multipart/form-data; boundary=b' },
          body: body.subarray(0, length),
        });
        expect([200, 400]).toContain(response.status);
        await response.arrayBuffer();
      }),
      { numRuns: 300 },
    );
  });

  it('takes what is larger than any other body, without keeping it in memory', async () => {
    await using own = await startApp();
    const before = process.memoryUsage().arrayBuffers;
    // Far more than the garbage that has not been collected yet.
    const bytes = 256 * MIB;
    const piece = Buffer.alloc(MIB);
    let peak = 0;
    const head = begin(0).split('\r\n\r\n')[1] ?? '';
    const body = async function* () {
      yield Buffer.from(`${head}\r\n\r\n`);
      for (let sent = 0; sent < bytes; sent += MIB) {
        peak = Math.max(peak, process.memoryUsage().arrayBuffers - before);
        yield piece;
      }
      yield Buffer.from('\r\n--b--\r\n');
    };
    const response = await fetch(new URL('/v1/files', own.url), {
      method: 'POST',
      headers: { 'content-type': 'multipart/form-data; boundary=b' },
      body: ReadableStream.from(body()),
      duplex: 'half',
    } as RequestInit);
    expect(await response.json()).toMatchObject({ size_bytes: bytes });
    expect(peak).toBeLessThan(bytes / 2);
  });

  it('refuses what is larger than a file may be before it has come: 413', async () => {
    const answer = await rawExchange(app.url, begin(FILE_LIMIT + MIB), Buffer.alloc(4 * MIB));
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
    expect(answer).toContain('request_too_large');
    expect(await filesOnDisk(app)).toEqual([]);
  });

  it('refuses when the disk is nearly full, also when it gets so in the middle: storage_quota_exceeded', async () => {
    const use = {
      freeBytes: 10 * MIB,
      totalBytes: null,
      databaseBytes: null,
      workspacesBytes: null,
      workspacesMeasuredAt: null,
    };
    const disk = { use, minFreeBytes: 2 * MIB, isLow: false };
    await using own = await startApp({ disk });
    const error = { type: 'invalid_request_error', details: { error_code: 'storage_quota_exceeded' } };
    const large = new Blob([Buffer.alloc(9 * MIB)]);
    expect(await send(own, [['file', large, 'a']])).toMatchObject({ status: 400, body: { error } });

    disk.use.freeBytes = 100 * MIB;
    const { socket, received } = open(own, begin(50 * MIB));
    socket.write(Buffer.alloc(MIB));
    await until('it comes to the disk', async () => (await filesOnDisk(own)).length === 1);
    disk.isLow = true;
    socket.write(Buffer.alloc(MIB));
    await until('the answer', () => received().includes('storage_quota_exceeded'));
    expect(received()).toMatch(/^HTTP\/1\.1 400 /);
    await until('it is gone', async () => (await filesOnDisk(own)).length === 0);
    socket.destroy();

    disk.isLow = false;
    expect((await send(own, [['file', text('x'), 'a']])).status).toBe(200);
  });

  it('keeps nothing of a file whose client leaves in the middle', async () => {
    const { socket } = open(app, `${begin(1000)}the beginning`);
    await until('it comes to the disk', async () => (await filesOnDisk(app)).length === 1);
    socket.resetAndDestroy();
    await until('it is gone', async () => (await filesOnDisk(app)).length === 0);
  });

  it('may take longer than other requests, but not for ever', async () => {
    await using own = await startApp({ limits: { ...LIMITS, requestTimeout: 50, uploadTimeout: 1500 } });
    const rest = 'slowly\r\n--b--\r\n';
    const formHead = begin(0).split('\r\n\r\n').slice(1).join('\r\n\r\n');
    const slow = open(own, begin(formHead.length + rest.length));
    const head = 'Host: localhost\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n';
    const execute = open(own, `POST /execute/ HTTP/1.1\r\n${head}`);
    await until('the end of the other request', () => execute.received().startsWith('HTTP/1.1 408 '));
    slow.socket.write(rest);
    await until('the answer', () => slow.received().includes('"size_bytes":6'));
    const endless = open(own, begin(1000));
    await until('the end of the upload', () => endless.received().startsWith('HTTP/1.1 408 '));
    for (const { socket } of [slow, execute, endless]) socket.destroy();
    await until('only the file is left', async () => (await filesOnDisk(own)).length === 1);
  });
});

describe('POST /v1/files with an Idempotency-Key', () => {
  it('takes the same file once, and refuses another one under the same key', async () => {
    await using app = await startApp();
    const key = { 'idempotency-key': 'a' };
    const first = await send(app, [['file', text('content'), 'name']], key);
    expect(first).toMatchObject({ status: 200, replayed: null });
    const again = await send(app, [['file', text('content'), 'name']], key);
    expect(again).toEqual({ ...first, replayed: 'true' });
    for (const other of [
      [['file', text('another'), 'name']],
      [['file', text('content'), 'another']],
      [
        ['file', text('content'), 'name'],
        ['expires_in_seconds', '3600'],
      ],
    ] as Part[][]) {
      expect((await send(app, other, key)).status).toBe(409);
    }
    const list = await fetch(new URL('/v1/files', app.url));
    expect(((await list.json()) as { data: unknown[] }).data).toHaveLength(1);
    // What was refused or repeated has left no bytes behind.
    expect(await filesOnDisk(app)).toHaveLength(1);
  });

  it('sent twice at the same time it is taken once', async () => {
    await using app = await startApp();
    const sending = Array.from({ length: 8 }, () =>
      send(app, [['file', text('content'), 'name']], { 'idempotency-key': 'a' }),
    );
    const ids = new Set((await Promise.all(sending)).map(({ body }) => body.id));
    expect(ids.size).toBe(1);
    const list = await fetch(new URL('/v1/files', app.url));
    expect(((await list.json()) as { data: unknown[] }).data).toHaveLength(1);
    expect(await filesOnDisk(app)).toHaveLength(1);
  });
});
