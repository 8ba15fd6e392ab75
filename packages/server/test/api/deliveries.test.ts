import { describe, expect, it } from 'vitest';
import { createId } from '#src/lib/ids.ts';
import { newSession, TENANT } from '../suites/samples.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { call } from '../support/api-client.ts';

const webhook = { url: 'http://127.0.0.1:1/hook', secret: Buffer.alloc(32) };

interface Listed {
  id: string;
  status: string;
  attempts: number;
  [field: string]: unknown;
}

/** As many sessions with one message each; the ids of the messages, newest first. */
async function announce(app: TestApp, count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let index = 0; index < count; index++) {
    const createdAt = Date.now();
    const session = newSession({ id: createId(createdAt) });
    await app.store.createSession(TENANT, { session, wakeAt: null });
    const id = createId(createdAt);
    const delivery = { id, type: 'run.failed' as const, payload: '{}', createdAt };
    await app.store.commit(TENANT, session.id, { deliveries: [delivery] });
    ids.unshift(id);
  }
  return ids;
}

/** One attempt at the oldest message that is due. */
async function giveUp(app: TestApp): Promise<string> {
  const now = Date.now();
  const [claimed] = await app.store.claimDeliveries({ now, leaseUntil: now + 1000, limit: 1 });
  if (claimed === undefined) throw new Error('Nothing is due.');
  const { tenantId, sessionId, id, attempts } = claimed;
  const set = {
    state: 'failed' as const,
    nextAttemptAt: null,
    lastAttemptAt: now,
    responseStatus: 410,
    error: 'The receiver answered 410',
  };
  await app.store.settleDelivery({ tenantId, sessionId, id, attempts, set });
  return id;
}

describe('GET /webhooks/deliveries', () => {
  it('lists what was sent and how it went, newest first, page by page, also after the webhook was unset', async () => {
    await using app = await startApp();
    const ids = await announce(app, 5);
    const failed = await giveUp(app);
    const list = async (query: string) => call<Listed[]>(app.url, 'GET', `/webhooks/deliveries${query}`);

    const all = await list('');
    expect(all.body.map(({ id }) => id)).toEqual(ids);
    expect(all.headers.get('link')).toBeNull();
    expect(all.body[4]).toEqual({
      id: failed,
      type: 'run.failed',
      session_id: expect.any(String) as string,
      status: 'failed',
      attempts: 1,
      created_at: expect.stringMatching(/Z$/) as string,
      last_attempt_at: expect.stringMatching(/Z$/) as string,
      next_attempt_at: null,
      response_status: 410,
      error: 'The receiver answered 410',
    });
    expect(all.body[0]).toMatchObject({ status: 'pending', attempts: 0, last_attempt_at: null, error: null });

    expect((await list('?status=failed')).body.map(({ id }) => id)).toEqual([failed]);
    const first = await list('/?limit=2&status=pending');
    expect(first.body.map(({ id }) => id)).toEqual(ids.slice(0, 2));
    const next = /<\/webhooks\/deliveries(\?.*)>; rel="next"/.exec(first.headers.get('link') ?? '')?.[1];
    const second = await list(next ?? '');
    expect(second.body.map(({ id }) => id)).toEqual(ids.slice(2, 4));
    expect(second.headers.get('link')).toBeNull();

    for (const query of ['?status=sent', '?limit=0', '?limit=1001']) {
      expect((await list(query)).status).toBe(422);
    }
    expect(await list('?before=x')).toMatchObject({ status: 404, body: { detail: 'Delivery x not found' } });
  });
});

describe('POST /webhooks/deliveries/{id}/replay', () => {
  it('has a message sent again, once for a key', async () => {
    await using app = await startApp({ config: { webhook } });
    await announce(app, 1);
    const id = await giveUp(app);
    const path = `/webhooks/deliveries/${id}/replay`;
    let rings = 0;
    app.store.hints.onDeliveries(() => rings++);
    const replay = (key: string) => call(app.url, 'POST', path, undefined, { 'idempotency-key': key });
    const answers = await Promise.all(Array.from({ length: 10 }, () => replay('again')));
    for (const { status, body } of answers) {
      expect(status).toBe(200);
      expect(body).toEqual({ id, status: 'pending', message: `Delivery ${id} will be sent again` });
    }
    expect(rings).toBe(1);
    expect(answers.filter(({ headers }) => headers.get('idempotent-replayed') === null)).toHaveLength(1);
    const { body } = await call<Listed[]>(app.url, 'GET', '/webhooks/deliveries?status=pending');
    expect(body).toMatchObject([{ id, status: 'pending', attempts: 1 }]);
    expect((await replay('and again')).status).toBe(200);
    expect(rings).toBe(2);
  });

  it('knows only messages that there are, and needs a webhook', async () => {
    const none = '00000000-0000-4000-8000-000000000000';
    await using app = await startApp({ config: { webhook } });
    for (const id of ['x', none]) {
      expect(await call(app.url, 'POST', `/webhooks/deliveries/${id}/replay`)).toMatchObject({
        status: 404,
        body: { detail: `Delivery ${id} not found` },
      });
    }
    await using without = await startApp();
    const answer = await call(without.url, 'POST', `/webhooks/deliveries/${none}/replay`);
    expect(answer.status).toBe(400);
    expect(answer.body['detail']).toContain('BULLPEN_WEBHOOK_URL');
  });
});
