import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AgentOutput } from '#src/agent/agent.ts';
import type { StartedAgent } from '#src/agent/context.ts';
import { startDemoModel } from '#src/demo-model/server.ts';
import type { FailureType } from '#src/domain/failure.ts';
import { systemClock as clock } from '#src/lib/clock.ts';
import {
  createAgentLab,
  eventsOf,
  runPrompt,
  type AgentLab,
  type FinishedRun,
} from '../support/agent-lab.ts';
import { call, execute, waitForEnd, type StatusBody } from '../support/api-client.ts';
import { makeDataDir, startBullpen } from '../support/bullpen-process.ts';
import { startRecorder } from '../support/recorder.ts';
import { soakRounds } from '../support/soak.ts';
import { until } from '../support/until.ts';

interface Retry {
  error_status: number | null;
  shared_pause?: boolean;
}

/** What the log was told while the provider was in trouble. */
function retriesOf(outputs: AgentOutput[]): Retry[] {
  return eventsOf(outputs, 'agent.system')
    .filter(({ subtype }) => subtype === 'api_retry')
    .map(({ data }) => ({
      error_status: Number(data['error_status']) || null,
      ...(data['shared_pause'] === true && { shared_pause: true }),
    }));
}

const PATIENCE = { troubleMs: 1500, holdMs: 9000, answerBeginsMs: 700 };

/** The agent waits for at least ten seconds each time: once in the quick form of the test, to the end in the long one. */
const STALLS = soakRounds(1) > 1 ? 99 : 1;

/** `retry`: what the log is told before the end; undefined: nothing. */
const KINDS: [prompt: string, failure: FailureType, retry: Retry | undefined][] = [
  ['[[status=401]]', 'authentication', undefined],
  ['[[status=403]]', 'permission', undefined],
  ['[[status=404]]', 'model_not_found', undefined],
  ['[[status=429]]', 'rate_limited', { error_status: 429, shared_pause: true }],
  ['[[status=429 retry-after=0]]', 'rate_limited', { error_status: 429, shared_pause: true }],
  ['[[status=429 retry-after=60]]', 'rate_limited', undefined],
  ['[[status=500]]', 'provider_error', { error_status: 500 }],
  ['[[status=503]]', 'provider_error', { error_status: 503, shared_pause: true }],
  ['[[status=529]]', 'overloaded', { error_status: 529, shared_pause: true }],
  ['[[away]]', 'connection', { error_status: null, shared_pause: true }],
  ['[[no-headers]]', 'connection', { error_status: 504 }],
  ['[[text=Half a]] [[drop]]', 'connection', { error_status: null }],
];

describe('trouble with the model', () => {
  let lab: AgentLab;
  // One process each for all kinds: trouble must leave both usable.
  let agent: StartedAgent;
  let other: StartedAgent;
  let stalled: Promise<FinishedRun>;
  beforeAll(async () => {
    lab = await createAgentLab({ gatewayPatience: PATIENCE });
    agent = lab.start(await lab.spec());
    other = lab.start(await lab.spec());
    // Of another model, so that the trouble of the others is not its own. It takes long: the other tests run meanwhile.
    stalled = runPrompt(
      lab.start(await lab.spec({ model: 'claude-opus-5-5' })),
      `[[text=Half a]] [[stall times=${STALLS}]]`,
    );
  });
  afterAll(async () => await lab[Symbol.asyncDispose]());

  it.each(KINDS)(
    '%s for good ends as %s; then this session goes on, and others do',
    async (prompt, failure, retry) => {
      const asked = lab.requests.length;
      const { outputs, end } = await runPrompt(agent, prompt);
      expect(end).toMatchObject({ failure: { type: failure }, reusable: true });
      expect(retriesOf(outputs)[0]).toEqual(retry);
      // Not even the shortest patience hammers.
      expect(lab.requests.length - asked).toBeLessThan(10);
      for (const one of [agent, other]) {
        const next = await runPrompt(one, '[[text=Fine]]');
        expect([next.end.failure, next.text]).toEqual([null, 'Fine']);
      }
    },
  );

  it.each(['[[status=429 retry-after=0 times=1]]', '[[status=500 times=1]]', '[[drop times=1]]'])(
    '%s once is survived',
    async (trouble) => {
      const { outputs, end, text } = await runPrompt(agent, `[[text=Well]] ${trouble}`);
      expect([end.failure, text]).toEqual([null, 'Well']);
      expect(retriesOf(outputs)).toHaveLength(1);
    },
  );

  it('tokens that come slowly are no silence', async () => {
    const slow = lab.start(await lab.spec(), { limits: { silenceMs: 1200, maxRunMs: 60_000 } });
    await slow.ready;
    const { end } = await runPrompt(slow, '[[tokens=6 rate=2]]');
    expect(end.failure).toBeNull();
  });

  it('an answer that goes silent is asked for again, and in the end given up', async () => {
    const { outputs, end } = await stalled;
    expect(end.failure?.type).toBe(STALLS > 1 ? 'connection' : undefined);
    expect(JSON.stringify(outputs)).toContain('Half a');
  });
});

describe('a provider that is in trouble for many agents', () => {
  let lab: AgentLab;
  let agents: StartedAgent[];
  beforeAll(async () => {
    lab = await createAgentLab({
      gatewayPatience: { troubleMs: 15_000, holdMs: 60_000, answerBeginsMs: 60_000 },
    });
    const specs = await Promise.all(Array.from({ length: 4 }, () => lab.spec({ allowedTools: ['Bash'] })));
    agents = specs.map((spec) => lab.start(spec));
    await Promise.all(agents.map(({ ready }) => ready));
  });
  afterAll(async () => await lab[Symbol.asyncDispose]());

  it('is asked by one of them at a time, and serves all when it is well again', async () => {
    let isDown = true;
    let asked = 0;
    lab.provider.intercept = (response) => {
      if (!isDown) return false;
      asked++;
      response.writeHead(529, { 'content-type': 'application/json' });
      response.end('{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}');
      return true;
    };
    const told = new Set<number>();
    const runs = agents.map((agent, index) =>
      runPrompt(agent, '[[text=Served]]', {
        onOutput(output) {
          if (retriesOf([output])[0]?.shared_pause) told.add(index);
        },
      }),
    );
    await until('all have been told', () => told.size === agents.length);
    const before = asked;
    await until('it was asked again', () => asked > before);
    isDown = false;
    for (const { end, text } of await Promise.all(runs))
      expect([end.failure, text]).toEqual([null, 'Served']);
    // At most every agent once, and then a probe per pause.
    expect(asked).toBeLessThan(agents.length + 6);
  });

  it('is not hammered when it limits the rate, and all agents get their turn', async () => {
    let refused = 0;
    let served = 0;
    let nextAt = 0;
    lab.provider.intercept = (response) => {
      if (clock.monotonic() >= nextAt) {
        nextAt = clock.monotonic() + 250;
        served++;
        return false;
      }
      refused++;
      response.writeHead(429, { 'content-type': 'application/json', 'retry-after': '1' });
      response.end('{"type":"error","error":{"type":"rate_limit_error","message":"Slow down"}}');
      return true;
    };
    const prompt = '[[tool=Bash {"command":"true"}]] [[tool=Bash {"command":"true"}]] [[text=Served]]';
    const runs = await Promise.all(agents.map((agent) => runPrompt(agent, prompt)));
    for (const { end, text } of runs) expect([end.failure, text]).toEqual([null, 'Served']);
    expect(served).toBeGreaterThanOrEqual(3 * agents.length);
    expect(refused).toBeLessThan(served);
  });
});

describe('a server whose provider is down', () => {
  const down = (response: ServerResponse): boolean => {
    response.destroy();
    return true;
  };

  it('shows it in the status while it lasts, goes on when it ends, and gives up when it lasts too long', async () => {
    await using model = await startDemoModel({ clock });
    await using provider = await startRecorder(model.url);
    await using dataDir = await makeDataDir();
    await using server = await startBullpen(dataDir.path, ['--model-patience', '4s'], {
      ANTHROPIC_BASE_URL: provider.url,
      ANTHROPIC_API_KEY: 'sk-test',
    });
    const { url } = server;
    const untilRetry = (sessionId: string): Promise<unknown> =>
      until('the status shows an api_retry', async () => {
        const { body } = await call<StatusBody>(url, 'GET', `/status/${sessionId}`);
        return body.messages.some(
          ({ type, content }) => type === 'SystemMessage' && content['subtype'] === 'api_retry',
        );
      });
    provider.intercept = down;
    const survivor = await execute(url, { prompt: '[[text=Survived]]' });
    await untilRetry(survivor);
    provider.intercept = undefined;
    expect(await waitForEnd(url, survivor)).toMatchObject({ status: 'completed', error: null });

    provider.intercept = down;
    await execute(url, { prompt: '[[text=Lost]]', resume_session_id: survivor });
    expect(await waitForEnd(url, survivor)).toMatchObject({
      status: 'error',
      error: expect.stringContaining('The model provider could not be reached'),
    });
    // Not kept waiting by what its requests wait for.
    const cancelled = await execute(url, { prompt: '[[text=Cancelled]]' });
    await untilRetry(cancelled);
    expect(await call(url, 'POST', `/cancel/${cancelled}`)).toMatchObject({ status: 200 });
    expect(await waitForEnd(url, cancelled)).toMatchObject({ status: 'cancelled' });
    provider.intercept = undefined;
    await execute(url, { prompt: '[[text=Back]]', resume_session_id: survivor });
    const another = await execute(url, { prompt: '[[text=Another]]' });
    for (const sessionId of [survivor, another]) {
      expect(await waitForEnd(url, sessionId)).toMatchObject({ status: 'completed' });
    }
  });
});
