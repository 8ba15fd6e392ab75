import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Clock } from '#src/lib/clock.ts';
import { HOUR, MINUTE, SECOND } from '#src/lib/duration.ts';
import { createId } from '#src/lib/ids.ts';
import { createLog } from '#src/log.ts';
import { openStore } from '#src/store/open.ts';
import type { DeliveryRecord } from '#src/store/records.ts';
import type { Store } from '#src/store/store.ts';
import { Deliverer } from '#src/webhooks/deliverer.ts';
import { newSession, TENANT } from '../suites/samples.ts';
import { until } from '../support/until.ts';
import {
  answerWith,
  startReceiver,
  WEBHOOK_SECRET,
  type WebhookReceiver,
} from '../support/webhook-receiver.ts';

const log = createLog({ level: 'silent', format: 'json' });
const secret = Buffer.from(WEBHOOK_SECRET.slice('whsec_'.length), 'base64');

/** A store, a receiver and a clock that stands still until it is moved. */
class Lab implements AsyncDisposable {
  readonly receiver: WebhookReceiver;
  readonly #dataDir = mkdtempSync(join(tmpdir(), 'bullpen-webhooks-'));
  #now = Date.now();
  readonly clock: Clock = { now: () => this.#now, monotonic: () => performance.now() };
  #store: Store | undefined;
  readonly #deliverers: Deliverer[] = [];

  static async start(): Promise<Lab> {
    const lab = new Lab(await startReceiver());
    await lab.openStore();
    return lab;
  }

  private constructor(receiver: WebhookReceiver) {
    this.receiver = receiver;
  }

  async openStore(): Promise<void> {
    await this.#store?.[Symbol.asyncDispose]();
    this.#store = await openStore({ dataDir: this.#dataDir, clock: this.clock, log });
  }

  get store(): Store {
    if (this.#store === undefined) throw new Error('There is no store.');
    return this.#store;
  }

  deliverer({ url = this.receiver.url, answerWithinMs = 5 * SECOND } = {}): Deliverer {
    const { store, clock } = this;
    const deliverer = new Deliverer({ store, clock, log }, { url, secret }, answerWithinMs);
    this.#deliverers.push(deliverer);
    deliverer.start();
    return deliverer;
  }

  /** A session with so many messages; gives their ids. */
  async announce(count = 1): Promise<string[]> {
    const session = newSession({ id: createId(this.#now) });
    await this.store.createSession(TENANT, { session, wakeAt: null });
    const deliveries = Array.from({ length: count }, (_, index) => ({
      id: createId(this.#now),
      type: 'run.completed' as const,
      payload: JSON.stringify({ type: 'run.completed', data: { index, text: 'Grüße\0' } }),
      createdAt: this.#now,
    }));
    await this.store.commit(TENANT, session.id, { deliveries });
    return deliveries.map(({ id }) => id);
  }

  async only(): Promise<DeliveryRecord> {
    const [delivery] = await this.store.listDeliveries(TENANT, { limit: 1 });
    if (delivery === undefined) throw new Error('There is no delivery.');
    return delivery;
  }

  /** Moves the clock, and lets everybody look at it. */
  advance(ms: number): void {
    this.#now += ms;
    this.store.hints.ringDeliveries();
  }

  /** The only delivery once the attempt of this number has ended. */
  after(attempt: number): Promise<DeliveryRecord> {
    return until(`attempt ${attempt} has ended`, async () => {
      const delivery = await this.only();
      const ended = delivery.attempts === attempt && delivery.lastAttemptAt === this.#now;
      return ended && delivery;
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#deliverers.map((deliverer) => deliverer.stop(0)));
    await this.#store?.[Symbol.asyncDispose]();
    await this.receiver[Symbol.asyncDispose]();
    rmSync(this.#dataDir, { recursive: true, force: true });
  }
}

describe('a message to the webhook', () => {
  it('is signed as Standard Webhooks says, and sent once', async () => {
    await using lab = await Lab.start();
    lab.deliverer();
    const [id] = await lab.announce();
    expect(await lab.after(1)).toMatchObject({
      state: 'delivered',
      responseStatus: 204,
      error: null,
      nextAttemptAt: null,
    });
    const [received, ...others] = lab.receiver.received;
    expect(others).toEqual([]);
    expect(received?.verify()).toEqual({ type: 'run.completed', data: { index: 0, text: 'Grüße\0' } });
    expect(received?.headers).toMatchObject({
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(lab.clock.now() / 1000)),
      'content-type': 'application/json',
    });
    expect(received?.headers['user-agent']).toMatch(/^bullpen\/\d/);
  });

  it('is tried ten times over three days, with the same id and body, and then given up', async () => {
    await using lab = await Lab.start();
    lab.receiver.answer = answerWith(500);
    lab.deliverer();
    await lab.announce();
    const pauses: number[] = [];
    for (let attempt = 1; attempt < 10; attempt++) {
      const { nextAttemptAt, lastAttemptAt, ...delivery } = await lab.after(attempt);
      expect(delivery).toMatchObject({
        state: 'pending',
        responseStatus: 500,
        error: 'The receiver answered 500',
      });
      const pause = (nextAttemptAt ?? 0) - (lastAttemptAt ?? 0);
      pauses.push(pause);
      // Not a moment earlier.
      lab.advance(pause - 1);
      expect(await lab.store.claimDeliveries({ now: lab.clock.now(), leaseUntil: 0, limit: 9 })).toEqual([]);
      lab.advance(1);
    }
    const recommended = [
      5 * SECOND,
      5 * MINUTE,
      30 * MINUTE,
      2 * HOUR,
      5 * HOUR,
      10 * HOUR,
      14 * HOUR,
      20 * HOUR,
      24 * HOUR,
    ];
    for (const [index, pause] of pauses.entries()) {
      expect(pause / (recommended[index] ?? 0)).toBeGreaterThanOrEqual(1);
      expect(pause / (recommended[index] ?? 0)).toBeLessThanOrEqual(1.1);
    }
    expect(await lab.after(10)).toMatchObject({ state: 'failed', nextAttemptAt: null });
    const { received } = lab.receiver;
    expect(received).toHaveLength(10);
    expect(new Set(received.map(({ id, body }) => `${id} ${body}`)).size).toBe(1);
    // Each attempt is signed at its own time: a receiver refuses old ones.
    expect(new Set(received.map(({ headers }) => headers['webhook-timestamp'])).size).toBe(10);

    lab.receiver.answer = answerWith(200);
    const { id } = await lab.only();
    await lab.store.replayDelivery(TENANT, { id, now: lab.clock.now() });
    await until('it is delivered', async () => (await lab.only()).state === 'delivered');
    expect(lab.receiver.received.at(-1)?.id).toBe(id);
  });

  it('waits as long as the receiver asks for, but not for ever', async () => {
    await using lab = await Lab.start();
    lab.deliverer();
    lab.receiver.answer = answerWith(503, { 'retry-after': '600' });
    await lab.announce();
    const pauseOf = ({ nextAttemptAt }: DeliveryRecord) => (nextAttemptAt ?? 0) - lab.clock.now();
    expect(pauseOf(await lab.after(1))).toBe(10 * MINUTE);
    lab.receiver.answer = answerWith(429, {
      'retry-after': new Date(lab.clock.now() + 10 * MINUTE + HOUR).toUTCString(),
    });
    lab.advance(10 * MINUTE);
    expect(Math.abs(pauseOf(await lab.after(2)) - HOUR)).toBeLessThan(SECOND);
    lab.receiver.answer = answerWith(503, { 'retry-after': '99999999' });
    lab.advance(HOUR);
    expect(pauseOf(await lab.after(3))).toBe(24 * HOUR);
    lab.receiver.answer = answerWith(503, { 'retry-after': 'soon' });
    lab.advance(24 * HOUR);
    expect(pauseOf(await lab.after(4))).toBeGreaterThanOrEqual(2 * HOUR);
  });

  it('is given up at once when the receiver says 410, and is not sent to where a redirect leads', async () => {
    await using lab = await Lab.start();
    lab.deliverer();
    lab.receiver.answer = answerWith(307, { location: '/elsewhere' });
    await lab.announce();
    expect(await lab.after(1)).toMatchObject({ state: 'pending', responseStatus: 307 });
    lab.receiver.answer = answerWith(410);
    lab.advance(6 * SECOND);
    expect(await lab.after(2)).toMatchObject({ state: 'failed', responseStatus: 410, nextAttemptAt: null });
    expect(lab.receiver.received.map(({ path }) => path)).toEqual(['/hook', '/hook']);
  });

  it('is sent again when the receiver is down, hangs up or is too slow', async () => {
    await using lab = await Lab.start();
    lab.receiver.answer = (response) => response.destroy();
    const own = lab.deliverer({ answerWithinMs: 200 });
    await lab.announce();
    expect(await lab.after(1)).toMatchObject({
      responseStatus: null,
      error: expect.stringMatching(/^The receiver could not be reached \(\w+\)$/) as string,
    });
    lab.receiver.answer = () => undefined;
    lab.advance(6 * SECOND);
    expect(await lab.after(2)).toMatchObject({ error: 'The receiver did not answer in time' });
    await own.stop(0);

    const port = await freePort();
    lab.deliverer({ url: `http://127.0.0.1:${port}/up-again` });
    lab.advance(6 * MINUTE);
    expect(await lab.after(3)).toMatchObject({ error: 'The receiver could not be reached (ECONNREFUSED)' });
    await using receiver = await startReceiver(port);
    lab.advance(HOUR);
    expect(await lab.after(4)).toMatchObject({ state: 'delivered' });
    expect(receiver.received).toHaveLength(1);
  });

  it('does not care how long the answer is: only its status counts', async () => {
    await using lab = await Lab.start();
    let closed = false;
    lab.receiver.answer = (response) => {
      response.writeHead(200);
      const write = (): void => {
        while (!response.destroyed && response.write('x'.repeat(65_536)));
      };
      response.on('drain', write);
      response.on('close', () => (closed = true));
      write();
    };
    lab.deliverer();
    await lab.announce();
    expect(await lab.after(1)).toMatchObject({ state: 'delivered' });
    await until('the connection is closed', () => closed);
  });

  it('comes in order within its session, while a slow one of another session holds nothing up', async () => {
    await using lab = await Lab.start();
    const ids: string[] = [];
    const [slow] = await lab.announce();
    let release = (): void => undefined;
    lab.receiver.answer = (response, { id }) => {
      const finish = (): void => {
        ids.push(id);
        response.end();
      };
      if (id === slow) release = finish;
      else setTimeout(finish, Math.random() * 10);
    };
    lab.deliverer();
    const made = await lab.announce(8);
    await until('all of the one session have arrived', () => ids.length === made.length);
    expect(ids).toEqual(made);
    release();
    await until('the slow one has arrived', () => ids.length === made.length + 1);
  });

  it('is sent by one of two that look at the same time', async () => {
    await using lab = await Lab.start();
    lab.deliverer();
    lab.deliverer();
    const made = (await Promise.all(Array.from({ length: 30 }, () => lab.announce()))).flat();
    await until('all are delivered', async () => {
      const delivered = await lab.store.listDeliveries(TENANT, { limit: 99, state: 'delivered' });
      return delivered.length === made.length;
    });
    expect(lab.receiver.received.map(({ id }) => id).toSorted()).toEqual(made);
  });

  it('that is under way when the server stops gets a moment, and is sent again after the next start', async () => {
    await using lab = await Lab.start();
    let answer = (): void => undefined;
    lab.receiver.answer = (response) => (answer = () => void response.end());
    const first = lab.deliverer();
    await lab.announce();
    await until('it arrives', () => lab.receiver.received.length === 1);
    const stopped = first.stop(10 * SECOND);
    answer();
    await stopped;
    expect(await lab.only()).toMatchObject({ state: 'delivered' });

    const second = lab.deliverer();
    const [id] = await lab.announce();
    await until('it arrives', () => lab.receiver.received.length === 2);
    await second.stop(0);
    // It counts as sent, but not as failed.
    expect(await lab.only()).toMatchObject({ id, state: 'pending', attempts: 1, failures: 0, error: null });
    lab.receiver.answer = answerWith(204);
    lab.deliverer();
    await until('it is delivered', async () => (await lab.only()).state === 'delivered');
  });

  it('whose outcome was never stored is sent again at the next start', async () => {
    await using lab = await Lab.start();
    await lab.announce();
    const now = lab.clock.now();
    // As by a server that is killed after sending.
    await lab.store.claimDeliveries({ now, leaseUntil: now + HOUR, limit: 1 });
    await lab.openStore();
    lab.deliverer();
    expect(await lab.after(2)).toMatchObject({ state: 'delivered' });
  });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
