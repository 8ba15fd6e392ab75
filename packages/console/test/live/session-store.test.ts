import { Problem } from '../../src/lib/problem.ts';
import { expect, test, vi } from 'vitest';
import type { WireEvent } from '../../src/live/session-events.ts';
import type { Session, SessionSnapshot } from '../../src/live/session-items.ts';
import type { Frame, SessionSource } from '../../src/live/session-source.ts';
import { SessionStore } from '../../src/live/session-store.ts';
import { answered, said, wire } from './wire.ts';

const SESSION = { id: 'sesn_1', title: 'A' } as unknown as Session;

/** A server whose log grows, and whose streams are cut when the test says so. */
class FakeServer implements SessionSource {
  readonly log: WireEvent[] = [];
  readonly afters: (string | undefined)[] = [];
  loads = 0;
  /** Holds the history back, all but the end. */
  hold: Promise<void> | undefined;
  isAway = false;
  isGone = false;
  #wake = deferred();
  #cut = deferred();
  #previews: Frame[] = [];

  add(...events: WireEvent[]): void {
    this.log.push(...events);
    this.#signal();
  }

  preview(frame: Frame): void {
    this.#previews.push(frame);
    this.#signal();
  }

  cut(): void {
    const { reject } = this.#cut;
    this.#cut = deferred();
    reject(new Problem(0, ''));
  }

  session = SESSION;

  async retrieve(): Promise<Session> {
    this.#check();
    return this.session;
  }

  async latest(): Promise<{ events: WireEvent[]; isAll: boolean }> {
    this.#check();
    this.loads++;
    return { events: this.log.slice(-2), isAll: this.log.length <= 2 };
  }

  async *history(): AsyncGenerator<WireEvent[]> {
    this.#check();
    await this.hold;
    for (let from = 0; from < this.log.length; from += 2) {
      yield this.log.slice(from, from + 2);
    }
  }

  async *follow(after: string | undefined, signal: AbortSignal): AsyncGenerator<Frame> {
    this.#check();
    this.afters.push(after);
    const cut = this.#cut.promise;
    const aborted = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(new Error('aborted')), { once: true });
    });
    aborted.catch(() => undefined);
    cut.catch(() => undefined);
    let next = this.log.findIndex(({ id }) => id === after) + 1;
    yield { kind: 'ping' };
    for (;;) {
      const woken = this.#wake.promise;
      while (this.#previews.length > 0) yield* this.#previews.splice(0, 1);
      for (const event of this.log.slice(next)) yield { kind: 'event', event };
      next = this.log.length;
      await Promise.race([woken, cut, aborted]);
    }
  }

  #check(): void {
    if (this.isGone) throw new Problem(404, 'Not found');
    if (this.isAway) throw new Problem(0, '');
  }

  #signal(): void {
    const { resolve } = this.#wake;
    this.#wake = deferred();
    resolve();
  }
}

/** As Promise.withResolvers, which Node 20 has not. */
function deferred(): { promise: Promise<void>; resolve: () => void; reject: (error: Error) => void } {
  let resolve = (): void => undefined;
  let reject: (error: Error) => void = () => undefined;
  const promise = new Promise<void>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
}

function open(server: FakeServer): { store: SessionStore; close: () => void; ended: Promise<void> } {
  const store = new SessionStore('sesn_1', server, {
    soon: queueMicrotask,
    drawn: async () => undefined,
    now: () => 0,
  });
  const controller = new AbortController();
  const ended = store.run(controller.signal);
  return { store, close: () => controller.abort(), ended };
}

async function until(store: SessionStore, isSo: (snapshot: SessionSnapshot) => boolean): Promise<void> {
  await vi.waitFor(() => expect(isSo(store.snapshot)).toBe(true), { timeout: 5000, interval: 2 });
}

const textsOf = ({ items }: SessionSnapshot): string[] =>
  items.flatMap((item) => (item.kind === 'text' ? [item.text] : []));

test('loads the history and goes on after its last event', async () => {
  const server = new FakeServer();
  server.add(said('Go'), answered('1'), answered('2'));
  const { store, close } = open(server);
  await until(store, ({ connection }) => connection.state === 'live');
  server.add(answered('3'));
  await until(store, ({ items }) => items.length === 4);
  expect(textsOf(store.snapshot)).toEqual(['1', '2', '3']);
  expect(server.afters).toEqual([server.log[2]?.id]);
  expect(store.snapshot.session).toBe(SESSION);
  close();
});

test('a session that waits for its first slot is queued, though no event says so yet', async () => {
  const server = new FakeServer();
  server.session = { ...SESSION, status: 'running', created_at: '2026-01-01T00:00:00Z' };
  const { store, close } = open(server);
  await until(store, ({ connection }) => connection.state === 'live');
  expect(store.snapshot.activity).toEqual({ state: 'queued', since: Date.parse('2026-01-01') });
  server.add(wire('session.status_running'));
  await until(store, ({ activity }) => activity.state === 'running');
  close();
});

test('loses nothing and shows nothing twice when the connection is cut again and again', async () => {
  const server = new FakeServer();
  server.add(said('Go'));
  const { store, close } = open(server);
  await until(store, ({ connection }) => connection.state === 'live');
  for (let round = 0; round < 5; round++) {
    server.add(answered(`${round} seen`));
    await until(store, (snapshot) => textsOf(snapshot).includes(`${round} seen`));
    server.cut();
    await until(store, ({ connection }) => connection.state === 'reconnecting');
    server.add(answered(`${round} missed`));
    store.reconnect();
    await until(store, (snapshot) => textsOf(snapshot).includes(`${round} missed`));
  }
  expect(textsOf(store.snapshot)).toEqual(
    [0, 1, 2, 3, 4].flatMap((round) => [`${round} seen`, `${round} missed`]),
  );
  expect(server.loads).toBe(1);
  close();
});

test('says that it reconnects, and when, while the server is away; and comes back by itself', async () => {
  const server = new FakeServer();
  server.add(said('Go'));
  const { store, close } = open(server);
  await until(store, ({ connection }) => connection.state === 'live');
  server.isAway = true;
  server.cut();
  await until(
    store,
    ({ connection }) => connection.state === 'reconnecting' && connection.retryAt !== undefined,
  );
  server.isAway = false;
  await until(store, ({ connection }) => connection.state === 'live');
  close();
});

test('closes its stream while nobody looks, and catches up afterwards', async () => {
  const server = new FakeServer();
  server.add(said('Go'));
  const { store, close } = open(server);
  await until(store, ({ connection }) => connection.state === 'live');
  store.pause(true);
  await until(store, ({ connection }) => connection.state === 'paused');
  server.add(answered('missed'));
  store.pause(false);
  await until(store, (snapshot) => textsOf(snapshot).includes('missed'));
  expect(store.snapshot.connection.state).toBe('live');
  close();
});

test('shows text while it is written, until its event takes its place', async () => {
  const server = new FakeServer();
  server.add(said('Go'));
  const { store, close } = open(server);
  await until(store, ({ connection }) => connection.state === 'live');
  const event = answered('Hello there');
  server.preview({ kind: 'start', id: event.id, block: 'text' });
  server.preview({ kind: 'delta', id: event.id, text: 'Hello ' });
  server.preview({ kind: 'delta', id: event.id, text: 'there' });
  await vi.waitFor(() => expect(store.streaming).toMatchObject([{ id: event.id, text: 'Hello there' }]));
  const before = store.snapshot;
  server.add(event);
  await until(store, (snapshot) => snapshot !== before);
  expect(textsOf(store.snapshot)).toEqual(['Hello there']);
  expect(store.streaming).toEqual([]);
  close();
});

test('ends when the session is deleted, also while it was not listening', async () => {
  const server = new FakeServer();
  server.add(said('Go'));
  const first = open(server);
  const second = open(server);
  await until(first.store, ({ connection }) => connection.state === 'live');
  await until(second.store, ({ connection }) => connection.state === 'live');
  second.store.pause(true);
  server.add(wire('session.deleted'));
  server.cut();
  await first.ended;
  server.isGone = true;
  second.store.pause(false);
  await second.ended;
  for (const { store } of [first, second]) {
    await until(store, ({ connection }) => connection.state === 'ended');
    expect(store.snapshot.activity.state).toBe('deleted');
  }
});

test('does not try again what the server refuses', async () => {
  const server = new FakeServer();
  server.isGone = true;
  const { store, ended } = open(server);
  await ended;
  await until(store, ({ connection }) => connection.state === 'failed');
});

test('shows the end at once, and the rest when it is there', async () => {
  const server = new FakeServer();
  const { promise, resolve } = deferred();
  server.hold = promise;
  server.add(said('Go'), answered('1'), answered('2'), answered('3'));
  const { store, close } = open(server);
  await until(store, ({ items }) => items.length === 2);
  expect(textsOf(store.snapshot)).toEqual(['2', '3']);
  expect(store.snapshot.connection.state).toBe('loading');
  resolve();
  await until(store, ({ connection }) => connection.state === 'live');
  expect(textsOf(store.snapshot)).toEqual(['1', '2', '3']);
  expect(server.afters).toEqual([server.log[3]?.id]);
  close();
});

test('begins anew when the history breaks off', async () => {
  const server = new FakeServer();
  const { promise, reject } = deferred();
  server.hold = promise;
  server.add(said('Go'), answered('1'), answered('2'), answered('3'));
  const { store, close } = open(server);
  await until(store, ({ items }) => items.length === 2);
  reject(new Problem(0, ''));
  await until(store, ({ connection }) => connection.state === 'reconnecting');
  server.hold = undefined;
  store.reconnect();
  await until(store, ({ connection }) => connection.state === 'live');
  expect(textsOf(store.snapshot)).toEqual(['1', '2', '3']);
  close();
});
