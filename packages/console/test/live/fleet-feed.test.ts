import { createServer, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { FleetFeed, retryDelay, type FeedMessage } from '../../src/live/fleet-feed.ts';
import { FleetHub } from '../../src/live/fleet-hub.ts';
import { FleetState } from '../../src/live/fleet-state.ts';
import { fleetRow, uuid } from '../support/fleet-row.ts';

interface Connection {
  key: string | undefined;
  response: ServerResponse;
}

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const clean of cleanups.splice(0)) clean();
});

describe('the feed of the fleet', () => {
  it('connects again after a cut, and has then exactly what the new snapshot has', async () => {
    const server = await startFake();
    const page = watch(new FleetFeed({ key: 'k', fetch: server.fetch, random: () => 1 }));
    snapshot(await server.next(), 1, 2);
    await page.until(({ state }) => state.isReady);
    expect(page.connection()).toMatchObject({ state: 'live', retryAt: undefined });
    server.last().response.destroy();
    await page.until(({ connection }) => connection === 'reconnecting');
    expect(page.state.rows.size).toBe(2);
    snapshot(await server.next(), 2, 3);
    await page.until(({ state, connection }) => connection === 'live' && state.rows.has(uuid(3)));
    expect([...page.state.rows.keys()].toSorted()).toEqual([uuid(2), uuid(3)]);
  });

  it('takes a silent connection for dead after 25 s', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    cleanups.push(() => vi.useRealTimers());
    const server = await startFake();
    const page = watch(new FleetFeed({ key: undefined, fetch: server.fetch, random: () => 1 }));
    snapshot(await server.next(), 1);
    await page.until(({ state }) => state.isReady);
    server.last().response.write('event: ping\ndata: {}\n\n');
    await vi.advanceTimersByTimeAsync(24_000);
    expect(page.connection().state).toBe('live');
    await vi.advanceTimersByTimeAsync(2000);
    await page.until(({ connection }) => connection === 'reconnecting');
  });

  it('says why the server refuses, and when it tries again', async () => {
    const server = await startFake();
    const page = watch(new FleetFeed({ key: 'bad', fetch: server.fetch, random: () => 0 }));
    const { response } = await server.next();
    response.writeHead(401, { 'content-type': 'application/json' });
    response.end('{"detail":"Not a key of this server"}');
    await page.until(({ connection }) => connection === 'reconnecting');
    expect(page.connection().problem).toBe('Not a key of this server');
    expect(page.connection().retryAt).toBeGreaterThan(0);
  });

  it('does not wait when somebody asks to try now', async () => {
    const server = await startFake();
    const feed = new FleetFeed({ key: undefined, fetch: server.fetch, random: () => 0 });
    const page = watch(feed);
    for (let attempt = 0; attempt < 3; attempt++) {
      (await server.next()).response.destroy();
      await page.until(() => page.connection().retryAt !== undefined);
      feed.retry();
    }
    snapshot(await server.next(), 1);
    await page.until(({ connection }) => connection === 'live');
  });

  it('waits longer each time, up to 10 s, and never as long as the others', () => {
    const delays = [0, 1, 2, 3, 4, 5, 6].map((attempt) => retryDelay(attempt, () => 0));
    expect(delays).toEqual([500, 1000, 2000, 4000, 8000, 10_000, 10_000]);
    expect(retryDelay(6, () => 1)).toBe(5000);
  });
});

describe('the hub of all tabs', () => {
  it('holds one stream for all pages of one key, and closes it with the last of them', async () => {
    const server = await startFake();
    const hub = new FleetHub(server.fetch);
    const [first, second] = [new FleetState(), new FleetState()];
    const askFirst = hub.join((message) => take(first, message));
    askFirst({ type: 'key', key: 'k' });
    snapshot(await server.next(), 1, 2);
    await vi.waitFor(() => expect(first.isReady).toBe(true));
    const askSecond = hub.join((message) => take(second, message));
    askSecond({ type: 'key', key: 'k' });
    expect([...second.rows.keys()]).toEqual([...first.rows.keys()]);
    expect(second.isReady).toBe(true);
    expect(server.count()).toBe(1);
    askFirst({ type: 'leave' });
    const closed = once(server.last().response, 'close');
    askSecond({ type: 'leave' });
    await closed;
  });

  it('opens another stream for another key, and shows a page nothing of the one before', async () => {
    const server = await startFake();
    const hub = new FleetHub(server.fetch);
    const seen: FeedMessage[] = [];
    const ask = hub.join((message) => seen.push(message));
    ask({ type: 'key', key: 'one' });
    const one = await server.next();
    expect(one.key).toBe('Bearer one');
    const closed = once(one.response, 'close');
    ask({ type: 'key', key: 'two' });
    await closed;
    expect((await server.next()).key).toBe('Bearer two');
    ask({ type: 'leave' });
  });
});

function snapshot({ response }: Connection, ...numbers: number[]): void {
  const rows = numbers.map((number) => fleetRow(number));
  response.write(`event: session\ndata: ${JSON.stringify({ rows })}\n\nevent: ready\n`);
  response.write('data: {"truncated":false}\n\n');
}

function take(state: FleetState, message: FeedMessage): void {
  if (message.type === 'steps') for (const step of message.steps) state.apply(step);
}

interface Seen {
  state: FleetState;
  connection: string;
}

function watch(feed: FleetFeed): Seen2 {
  const state = new FleetState();
  let connection: Extract<FeedMessage, { type: 'connection' }>['connection'] = {
    state: 'connecting',
    retryAt: undefined,
    problem: undefined,
  };
  feed.join((message) => {
    take(state, message);
    if (message.type === 'connection') ({ connection } = message);
  });
  cleanups.push(() => feed.close());
  return {
    state,
    connection: () => connection,
    until: async (isSo) => {
      while (!isSo({ state, connection: connection.state }))
        await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

interface Seen2 {
  state: FleetState;
  connection: () => Extract<FeedMessage, { type: 'connection' }>['connection'];
  until: (isSo: (seen: Seen) => boolean) => Promise<void>;
}

interface Fake {
  fetch: (url: string, init: RequestInit) => Promise<Response>;
  /** The next connection that comes. */
  next: () => Promise<Connection>;
  last: () => Connection;
  count: () => number;
}

/** A server that says what the test wants. */
async function startFake(): Promise<Fake> {
  const connections: Connection[] = [];
  let taken = 0;
  const server = createServer((request, response) => {
    connections.push({ key: request.headers.authorization, response });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanups.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const at = (index: number): Connection => {
    const connection = connections.at(index);
    if (!connection) throw new Error('Nobody has connected.');
    return connection;
  };
  return {
    fetch: (url, init) => fetch(`http://127.0.0.1:${port}${url}`, init),
    next: async () => {
      while (connections.length <= taken) await new Promise((resolve) => setImmediate(resolve));
      const connection = at(taken++);
      if (!connection.response.headersSent)
        connection.response.setHeader('content-type', 'text/event-stream');
      return connection;
    },
    last: () => at(-1),
    count: () => connections.length,
  };
}
