import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { call, execute } from '../support/api-client.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { readStream } from '../support/sse-client.ts';
import { until } from '../support/until.ts';

const MB = 1e6;

/** A session with a large log. */
async function createLog(app: TestApp, events: number, size: number): Promise<string> {
  const id = await execute(app.url, { prompt: 'x' });
  const run = await app.worker.take(id);
  for (let done = 0; done < events; done += 10) {
    await run.say(...Array.from({ length: 10 }, () => 'x'.repeat(size)));
  }
  await run.end('completed');
  return id;
}

/** Opens a stream, takes the beginning, and then nothing more. */
async function stall(app: TestApp, id: string): Promise<{ socket: Socket; taken: string }> {
  const { hostname, port } = new URL(app.url);
  const socket = connect(Number(port), hostname);
  socket.write(`GET /sessions/${id}/stream HTTP/1.1\r\nHost: localhost\r\n\r\n`);
  const [first] = (await once(socket, 'data')) as [Buffer];
  socket.pause();
  return { socket, taken: first.toString('latin1') };
}

describe('a stream whose reader takes nothing', () => {
  it('costs little memory, however large the log and its events are', async () => {
    await using app = await startApp();
    const id = await createLog(app, 200, 250_000);
    const before = memoryInUse();
    const stalled = await Promise.all(Array.from({ length: 20 }, () => stall(app, id)));
    // Each reads on until its socket takes no more.
    await until('all wait', () => stalled.every(({ socket }) => socket.readableLength > 0));
    // The client's ends are in this process too and hold what a socket reads at once.
    const perReader = (memoryInUse() - before) / stalled.length;
    expect(perReader).toBeLessThan(4 * MB);
    for (const { socket } of stalled) socket.destroy();
  });

  it('is ended after a while, and goes on where it broke off', async () => {
    await using app = await startApp({ bounds: { streamStallMs: 300 } });
    const id = await createLog(app, 200, 100_000);
    const before = app.connections();
    const { socket, taken } = await stall(app, id);
    expect(app.connections()).toBe(before + 1);
    await until('the end of the connection', () => app.connections() === before);
    // What was on its way when it was cut still arrives; the last frame is a part of one.
    let text = taken;
    socket.on('data', (chunk: Buffer) => (text += chunk.toString('latin1')));
    socket.on('error', () => undefined);
    socket.resume();
    await once(socket, 'close');
    const ids = idsOf(text.slice(0, text.lastIndexOf('\n\n')));
    expect(ids.length).toBeLessThan(200);
    for await (const frame of readStream(`${app.url}/sessions/${id}/stream`, ids.at(-1))) {
      if (frame.id !== undefined) ids.push(frame.id);
    }
    const expected = await readIds(`${app.url}/sessions/${id}/stream`);
    expect(ids).toEqual(expected);
    expect(ids).toHaveLength(201);
  });

  it('is ended also when all has been written and only the reader is missing', async () => {
    await using app = await startApp({ bounds: { streamStallMs: 300 } });
    // More than the sockets of both sides take, in one event, so that nothing is left to write after it.
    const id = await createLog(app, 10, 1);
    const run = await resume(app, id);
    await run.say('x'.repeat(30 * MB));
    await run.end('completed');
    const before = app.connections();
    const { socket } = await stall(app, id);
    await until('the end of the connection', () => app.connections() === before);
    socket.destroy();
  });

  it('does not hold up one that is only quiet', async () => {
    await using app = await startApp({ bounds: { streamStallMs: 100 } });
    const id = await execute(app.url, { prompt: 'x' });
    const run = await app.worker.take(id);
    const frames = readStream(`${app.url}/sessions/${id}/stream`);
    await frames.next();
    // One that is cut off shows that the time has passed.
    const large = await createLog(app, 100, 100_000);
    const before = app.connections();
    const { socket } = await stall(app, large);
    await until('the end of the other', () => app.connections() === before);
    socket.destroy();
    await run.say('still here');
    await run.end('completed');
    let seen = '';
    for await (const frame of frames) seen += JSON.stringify(frame.data);
    expect(seen).toContain('still here');
    expect(seen).toContain('"status":"completed"');
  });
});

it('streams beyond max-streams are refused, and let in when others have left', async () => {
  await using app = await startApp({ bounds: { maxStreams: 2 } });
  const id = await execute(app.url, { prompt: 'x' });
  const open = () => readStream(`${app.url}/sessions/${id}/stream`);
  const [first, second] = [open(), open()];
  await Promise.all([first.next(), second.next()]);
  const refused = await call(app.url, 'GET', `/sessions/${id}/stream`);
  expect(refused).toMatchObject({
    status: 503,
    body: { detail: '2 streams are open already. Try again in a moment, or ask for the status' },
  });
  expect(refused.headers.get('retry-after')).toBe('1');
  await first.return(undefined);
  const third = await until('room for another', async () => {
    const stream = open();
    return stream.next().then(
      () => stream,
      () => undefined,
    );
  });
  await Promise.all([second.return(undefined), third.return(undefined)]);
});

async function resume(app: TestApp, id: string) {
  await execute(app.url, { prompt: 'more', resume_session_id: id });
  return app.worker.take(id);
}

async function readIds(url: string): Promise<string[]> {
  const ids: string[] = [];
  for await (const { id } of readStream(url)) if (id !== undefined) ids.push(id);
  return ids;
}

function idsOf(text: string): string[] {
  return [...text.matchAll(/^id: (\d+)$/gm)].map(([, id = '']) => id);
}

/** After everything that nobody holds any more has gone. */
function memoryInUse(): number {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect === 'function') collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
