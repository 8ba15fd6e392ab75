import { createServer as createSocketServer } from 'node:net';
import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import type { ModelHold } from '#src/gateway/gateway.ts';
import { ask, startStack, startUpstream, type GatewayStack } from '../support/gateway-stack.ts';
import { until } from '../support/until.ts';

const PATIENT = { troubleMs: 20_000, holdMs: 20_000, answerBeginsMs: 20_000 };
const SHORT = { troubleMs: 400, holdMs: 20_000, answerBeginsMs: 20_000 };

interface Provider {
  listener: RequestListener;
  /** The models that it was asked for, in order. */
  asked: string[];
  /** What it answers from now on; 0: it cuts the connection. */
  status: number;
  headers: Record<string, string>;
}

function createProvider(status: number, headers: Record<string, string> = {}): Provider {
  const provider: Provider = {
    asked: [],
    status,
    headers,
    listener(request, response) {
      text(request).then(
        (question) => {
          provider.asked.push((JSON.parse(question) as { model: string }).model);
          if (provider.status === 0) return void response.destroy();
          response.writeHead(provider.status, { 'content-type': 'application/json', ...provider.headers });
          const error = { type: 'api_error', message: `It is ${provider.status}` };
          const body = provider.status < 400 ? { type: 'message', model: 'm' } : { type: 'error', error };
          response.end(JSON.stringify(body));
        },
        () => response.destroy(),
      );
    },
  };
  return provider;
}

/** Agents of other sessions: each asks once, for its own name unless it is told for what. */
function askAs({ gateway }: GatewayStack, session: string, model = 'm'): Promise<Response> {
  const pass = gateway.issuePass({ tenantId: 'tenant', sessionId: session });
  pass.setRun('run');
  return ask(gateway.url, pass, { body: { model, messages: [] } });
}

async function untilWaiting({ gateway }: GatewayStack, count: number): Promise<void> {
  await until(`${count} requests wait`, () => gateway.stats().waiting === count);
}

function holdsOf({ pass }: GatewayStack): ModelHold[] {
  const holds: ModelHold[] = [];
  pass.onHold((hold) => void holds.push(hold));
  return holds;
}

describe.concurrent('while the provider is in trouble, the gateway', () => {
  it.each([429, 503, 529, 0])(
    'holds a request that met %i, tells its agent, and repeats it',
    async (status) => {
      const provider = createProvider(status);
      await using stack = await startStack(provider.listener, { patience: PATIENT });
      const holds = holdsOf(stack);
      const answer = ask(stack.gateway.url, stack.pass);
      await until('the agent was told', () => holds.length > 0);
      expect(stack.gateway.stats()).toMatchObject({
        waiting: 1,
        pauses: 1,
        pausedModels: ['claude-haiku-5-5'],
      });
      provider.status = 200;
      expect((await answer).status).toBe(200);
      await stack.pass.settled();
      expect(stack.rows.map((row) => row.status)).toEqual([status, 200]);
      expect(holds).toEqual([
        { attempt: 1, delayMs: expect.any(Number), status: status || null, givesUpInMs: expect.any(Number) },
      ]);
      expect(stack.gateway.stats()).toEqual({
        byStatus: { [status]: 1, 200: 1 },
        waiting: 0,
        pauses: 1,
        pausedModels: [],
      });
    },
  );

  it('holds those of all others for the same model too, in their order, and no others', async () => {
    const provider = createProvider(529);
    await using stack = await startStack(provider.listener, { patience: PATIENT });
    const first = ask(stack.gateway.url, stack.pass, { body: { model: 'm' } });
    await untilWaiting(stack, 1);
    const order: string[] = [];
    const others: Promise<unknown>[] = [];
    for (const session of ['a', 'b', 'c']) {
      others.push(askAs(stack, session).then(() => order.push(session)));
      await untilWaiting(stack, others.length + 1);
    }
    expect(provider.asked).toEqual(['m']);
    provider.status = 200;
    expect((await askAs(stack, 'd', 'another')).status).toBe(200);
    expect(provider.asked).toEqual(['m', 'another']);
    await Promise.all([first, ...others]);
    expect(order).toEqual(['a', 'b', 'c']);
  });

  it('lets nobody ask before the time that the provider wants', async () => {
    const provider = createProvider(429, { 'retry-after': '2' });
    await using stack = await startStack(provider.listener, { patience: PATIENT });
    const holds = holdsOf(stack);
    const answer = ask(stack.gateway.url, stack.pass);
    await until('the agent was told', () => holds.length > 0);
    provider.status = 200;
    await answer;
    await stack.pass.settled();
    const [refused, served] = stack.rows;
    expect((served?.startedAt ?? 0) - (refused?.endedAt ?? 0)).toBeGreaterThanOrEqual(1990);
    expect(holds[0]?.delayMs).toBeGreaterThan(1900);
  });

  it('forgets a request whose agent has left or is gone', async () => {
    const provider = createProvider(529);
    await using stack = await startStack(provider.listener, { patience: PATIENT });
    const leave = new AbortController();
    const left = ask(stack.gateway.url, stack.pass, { signal: leave.signal }).catch(() => 'left');
    await untilWaiting(stack, 1);
    leave.abort();
    expect(await left).toBe('left');
    await untilWaiting(stack, 0);
    const gone = ask(stack.gateway.url, stack.pass).catch(() => 'gone');
    await untilWaiting(stack, 1);
    stack.pass.revoke();
    expect(await gone).toBe('gone');
    await stack.pass.settled();
    expect(stack.gateway.stats().waiting).toBe(0);
  });

  it('refuses a request whose run has ended while it waited', async () => {
    const provider = createProvider(529);
    await using stack = await startStack(provider.listener, { patience: PATIENT });
    const answer = ask(stack.gateway.url, stack.pass);
    await untilWaiting(stack, 1);
    stack.pass.setRun(null);
    provider.status = 200;
    expect((await answer).status).toBe(403);
    expect(provider.asked).toHaveLength(1);
  });

  it('takes a request that waits for activity: the watchdog need not bark', async () => {
    const provider = createProvider(529);
    await using stack = await startStack(provider.listener, { patience: PATIENT });
    const answer = ask(stack.gateway.url, stack.pass);
    await untilWaiting(stack, 1);
    const before = stack.pass.lastActivityAt ?? 0;
    await until('time has passed', () => (stack.pass.lastActivityAt ?? 0) > before);
    provider.status = 200;
    await answer;
  });

  it('still passes on token counts', async () => {
    const provider = createProvider(529);
    await using stack = await startStack(provider.listener, { patience: PATIENT });
    const answer = ask(stack.gateway.url, stack.pass, { body: { model: 'm' } });
    await untilWaiting(stack, 1);
    const count = await fetch(`${stack.gateway.url}/v1/messages/count_tokens`, {
      method: 'POST',
      headers: { 'x-api-key': stack.pass.token },
      body: '{"model":"m"}',
    });
    expect(count.status).toBe(529);
    provider.status = 200;
    await answer;
  });
});

describe.concurrent('when patience ends', () => {
  it.each([
    [429, 429],
    [529, 529],
    [503, 503],
    [0, 502],
  ])('a request that met %i fails as %i, which is not worth another try', async (status, told) => {
    const provider = createProvider(status);
    await using stack = await startStack(provider.listener, { patience: SHORT });
    const answer = await ask(stack.gateway.url, stack.pass);
    expect([answer.status, answer.headers.get('x-should-retry')]).toEqual([told, 'false']);
    expect(await answer.json()).toMatchObject({ type: 'error', error: { message: expect.any(String) } });
    expect(provider.asked.length).toBeGreaterThan(1);
    // The next run begins with all its patience.
    provider.status = 200;
    stack.pass.setRun('run-2');
    expect((await ask(stack.gateway.url, stack.pass)).status).toBe(200);
  });

  it('it ends for all requests of a run together, however often they are given back to the agent', async () => {
    const provider = createProvider(529);
    const patience = { ...PATIENT, troubleMs: 1000, holdMs: 300 };
    await using stack = await startStack(provider.listener, { patience });
    const answers: [number, string | null][] = [];
    do {
      const answer = await ask(stack.gateway.url, stack.pass);
      answers.push([answer.status, answer.headers.get('x-should-retry')]);
    } while (answers.at(-1)?.[1] === 'true');
    // Not 529 before the end: agents take no more than three of those.
    expect(answers[0]).toEqual([503, 'true']);
    expect(answers.at(-1)).toEqual([529, 'false']);
    expect(answers.length).toBeLessThan(6);
  });

  it('or the provider wants more of it than is left, its own answer says so at once', async () => {
    const provider = createProvider(429, { 'retry-after': '3600' });
    await using stack = await startStack(provider.listener, { patience: PATIENT });
    const answer = await ask(stack.gateway.url, stack.pass);
    expect([answer.status, answer.headers.get('x-should-retry')]).toEqual([429, 'false']);
    expect(answer.headers.get('retry-after')).toBe('3600');
    provider.status = 200;
    expect((await ask(stack.gateway.url, stack.pass)).status).toBe(200);
  });

  it('or the provider says that another try is in vain, neither', async () => {
    const provider = createProvider(529, { 'x-should-retry': 'false' });
    await using stack = await startStack(provider.listener, { patience: PATIENT });
    expect((await ask(stack.gateway.url, stack.pass)).status).toBe(529);
    expect(provider.asked).toHaveLength(1);
  });
});

describe.concurrent('what is not held', () => {
  it.each([400, 401, 403, 404, 413])(
    'an answer of %i, which another try would not change',
    async (status) => {
      const provider = createProvider(status);
      await using stack = await startStack(provider.listener, { patience: PATIENT });
      expect((await ask(stack.gateway.url, stack.pass)).status).toBe(status);
      expect([provider.asked.length, stack.gateway.stats().pauses]).toEqual([1, 0]);
    },
  );

  it('a failure at one request, before it is one of all', async () => {
    const provider = createProvider(500);
    await using stack = await startStack(provider.listener, { patience: PATIENT });
    for (const _ of [1, 2]) expect((await ask(stack.gateway.url, stack.pass)).status).toBe(500);
    const third = ask(stack.gateway.url, stack.pass);
    await untilWaiting(stack, 1);
    provider.status = 200;
    expect((await third).status).toBe(200);
  });

  it('anything, because an agent has left: that is no trouble of the provider', async () => {
    let asked = 0;
    await using stack = await startStack(() => asked++, { patience: PATIENT });
    const leave = new AbortController();
    const left = ask(stack.gateway.url, stack.pass, { signal: leave.signal }).catch(() => 'left');
    await until('the request is upstream', () => asked === 1);
    leave.abort();
    expect(await left).toBe('left');
    await stack.pass.settled();
    expect(stack.rows).toMatchObject([{ status: 0 }]);
    expect(stack.gateway.stats().pauses).toBe(0);
  });

  it('silence: the provider may be at work, so the agent decides about another try', async () => {
    await using stack = await startStack(() => {}, { patience: { ...PATIENT, answerBeginsMs: 100 } });
    const answer = await ask(stack.gateway.url, stack.pass);
    expect([answer.status, answer.headers.get('x-should-retry')]).toEqual([504, 'true']);
    await stack.pass.settled();
    expect(stack.rows).toMatchObject([{ status: 0 }]);
    expect(stack.gateway.stats().pauses).toBe(0);
  });
});

describe.concurrent('a provider that comes back', () => {
  it('at the same address finds those who waited for it', async () => {
    const provider = createProvider(200);
    const before = await startUpstream(provider.listener);
    await using stack = await startStack({ url: before.url, headers: {} }, { patience: PATIENT });
    expect((await ask(stack.gateway.url, stack.pass)).status).toBe(200);
    await before[Symbol.asyncDispose]();
    const answers = ['a', 'b', 'c'].map((session) => askAs(stack, session));
    await untilWaiting(stack, 3);
    await using _after = await startUpstream(provider.listener, before.port);
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([200, 200, 200]);
  });

  it('has not been away because it closed a kept connection', async () => {
    const answer = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}';
    // Serves one request on each connection and cuts it at the next.
    const server = createSocketServer((socket) => {
      let served = 0;
      socket.on('error', () => undefined);
      socket.on('data', () => (served++ === 0 ? socket.write(answer) : socket.destroy()));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : 0;
    await using stack = await startStack(
      { url: `http://127.0.0.1:${port}`, headers: {} },
      { patience: PATIENT },
    );
    for (const _ of [1, 2, 3]) expect((await ask(stack.gateway.url, stack.pass)).status).toBe(200);
    expect(stack.gateway.stats()).toMatchObject({ byStatus: { 200: 3 }, pauses: 0 });
    server.close();
  });
});
