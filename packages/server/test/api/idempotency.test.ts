import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HOUR } from '#src/lib/duration.ts';
import { systemClock } from '#src/lib/clock.ts';
import { StoreUnavailableError } from '#src/store/store.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { call, type ListedSession } from '../support/api-client.ts';
import { createResult } from '../support/scripted-worker.ts';
import { soakRounds } from '../support/soak.ts';

interface Sent {
  status: number;
  replayed: string | null;
  type: string | null;
  text: string;
}

async function post(app: TestApp, key: string | undefined, body: unknown, path = '/execute/'): Promise<Sent> {
  const response = await fetch(new URL(path, app.url), {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(key !== undefined && { 'idempotency-key': key }),
    },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  const text = await response.text();
  const { headers, status } = response;
  return { status, replayed: headers.get('idempotent-replayed'), type: headers.get('content-type'), text };
}

async function listSessions(app: TestApp): Promise<ListedSession[]> {
  return (await call<ListedSession[]>(app.url, 'GET', '/sessions/')).body;
}

describe('POST /execute/ with an Idempotency-Key', () => {
  it('answers a repeated request with the first answer, byte for byte, and starts nothing', async () => {
    await using app = await startApp();
    const body = { prompt: 'Hello', metadata: { b: [1, { d: 1, c: 2 }], a: 'ä' } };
    const first = await post(app, 'key-1', body);
    expect(first).toMatchObject({ status: 200, replayed: null });
    const again = await post(app, 'key-1', body);
    expect(again).toEqual({ ...first, replayed: 'true' });
    // The same request, written in another way.
    const rewritten = '{ "metadata": {"a": "\\u00e4", "b": [1, {"c": 2, "d": 1}]}, "prompt": "Hello" }';
    expect(await post(app, 'key-1', rewritten, '/execute')).toEqual(again);
    expect(await listSessions(app)).toHaveLength(1);

    expect((await post(app, 'key-2', body)).text).not.toBe(first.text);
    expect((await post(app, undefined, body)).replayed).toBeNull();
    expect(await listSessions(app)).toHaveLength(3);
  });

  it('refuses another request with a used key: 409', async () => {
    await using app = await startApp();
    await post(app, 'key', { prompt: 'Hello' });
    for (const body of [{ prompt: 'Bye' }, { prompt: 'Hello', title: 'x' }, { prompt: 'Hello ' }]) {
      const answer = await post(app, 'key', body);
      expect(answer).toMatchObject({ status: 409, replayed: null });
      expect(answer.text).toContain('This Idempotency-Key was used for another request');
    }
    expect(await listSessions(app)).toHaveLength(1);
  });

  it('starts one session for 100 equal requests at once', async () => {
    await using app = await startApp();
    const answers = await Promise.all(
      Array.from({ length: 100 }, () => post(app, 'burst', { prompt: 'Hello' })),
    );
    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    expect(answers.filter(({ replayed }) => replayed === null)).toHaveLength(1);
    expect(await listSessions(app)).toHaveLength(1);
  });

  it('resumes once, also when the first resume still runs or many come at once', async () => {
    await using app = await startApp();
    const { session_id: id } = JSON.parse((await post(app, 'start', { prompt: 'One' })).text) as {
      session_id: string;
    };
    const run = await app.worker.take(id);
    await run.result(createResult());
    await run.end('completed');

    const body = { prompt: 'Two', resume_session_id: id };
    const answers = await Promise.all(Array.from({ length: 20 }, () => post(app, 'again', body)));
    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`))).toEqual(
      new Set([`200 ${answers[0]?.text}`]),
    );
    // Without the key it is what it always was.
    expect((await post(app, undefined, body)).status).toBe(400);
    expect(await post(app, 'again', body)).toMatchObject({ status: 200, replayed: 'true' });
    const [session] = await listSessions(app);
    expect(session?.prompt).toBe('One\n\n--- Session Resume ---\nTwo');
  });

  it('does not remember a request that failed', async () => {
    let down = true;
    await using app = await startApp({
      sessions: {
        async resume() {
          if (down) throw new StoreUnavailableError('away');
        },
      },
    });
    const unknown = { prompt: 'x', resume_session_id: '00000000-0000-4000-8000-000000000000' };
    expect((await post(app, 'key', { prompt: '' })).status).toBe(422);
    expect((await post(app, 'key', { prompt: 'x', cwd: '/nowhere' })).status).toBe(400);
    expect((await post(app, 'key', unknown)).status).toBe(503);
    down = false;
    expect((await post(app, 'key', unknown)).status).toBe(200);
    expect((await post(app, 'key', { prompt: 'x' })).status).toBe(200);
  });

  it('remembers for 24 hours', async () => {
    let later = 0;
    const clock = { ...systemClock, now: () => systemClock.now() + later };
    await using app = await startApp({ clock });
    const first = await post(app, 'key', { prompt: 'Hello' });
    later = 24 * HOUR - 60_000;
    expect(await post(app, 'key', { prompt: 'Hello' })).toMatchObject({ replayed: 'true', text: first.text });
    later = 24 * HOUR + 60_000;
    const next = await post(app, 'key', { prompt: 'Something else' });
    expect(next).toMatchObject({ status: 200, replayed: null });
    expect(await post(app, 'key', { prompt: 'Something else' })).toMatchObject({ text: next.text });
    expect(await listSessions(app)).toHaveLength(2);
  });

  it('takes 1 to 255 printable characters as a key, and nothing else', async () => {
    await using app = await startApp();
    for (const key of ['a', ' "8e03978e-40d5-43dd-bc93-6894a57f9324" ', 'x'.repeat(255), '~ !']) {
      expect((await post(app, key, { prompt: 'Hello' })).status).toBe(200);
    }
    for (const key of ['', 'x'.repeat(256), 'ä', 'a\tb']) {
      const answer = await post(app, key, { prompt: 'Hello' });
      expect(answer.status).toBe(422);
      expect(JSON.parse(answer.text)).toMatchObject({ detail: [{ loc: ['header', 'idempotency-key'] }] });
    }
    expect(await listSessions(app)).toHaveLength(4);
  });

  it('carries out each key once, whatever comes at once and in which order', async () => {
    await using app = await startApp();
    let round = 0;
    const batches = fc.array(
      fc.array(fc.record({ key: fc.nat(2), body: fc.nat(1), valid: fc.boolean() }), { maxLength: 8 }),
      { maxLength: 4 },
    );
    await fc.assert(
      fc.asyncProperty(batches, async (requests) => {
        const own = `${round++}`;
        const before = (await listSessions(app)).length;
        const first = new Map<number, { body: number; text: string }>();
        for (const batch of requests) {
          const answers = await Promise.all(
            batch.map(({ key, body, valid }) =>
              post(app, `${own}-${key}`, { prompt: `p${body}`, ...(!valid && { cwd: '/nowhere' }) }),
            ),
          );
          for (const [index, { key, body, valid }] of batch.entries()) {
            const answer = answers[index];
            if (answer?.status === 200) first.set(key, first.get(key) ?? { body, text: answer.text });
            if (!valid) expect([400, 409]).toContain(answer?.status);
          }
          for (const [index, { key, body, valid }] of batch.entries()) {
            const known = first.get(key);
            if (!valid) continue;
            const { status, text } = answers[index] ?? {};
            if (known?.body === body) expect({ status, text }).toEqual({ status: 200, text: known.text });
            else expect(status).toBe(409);
          }
        }
        expect((await listSessions(app)).length - before).toBe(first.size);
      }),
      { numRuns: soakRounds(15) },
    );
  });
});
