import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFailure } from '#src/domain/failure.ts';
import { describedRoutes } from '#src/http/routes.ts';
import { DAY } from '#src/lib/duration.ts';
import { parseId } from '#src/lib/ids.ts';
import { newSession, newUsage, TENANT } from '../suites/samples.ts';
import { call, execute } from '../support/api-client.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { ManualClock } from '../support/manual-clock.ts';

// 2026-11-25
const NOW = Date.parse('2026-11-25T12:00:00Z');

interface Sum {
  [name: string]: unknown;
  requests: number;
  cost_usd: number;
}

interface UsageBody {
  from: string;
  to: string;
  totals: Sum;
  days: (Sum & { day: string })[];
  by_agent: (Sum & {
    agent_id: string;
    name: string | null;
    cost_by_day: number[];
    tokens_by_day: number[];
  })[];
  by_model: (Sum & { model: string; cost_by_day: number[] })[];
  by_tenant: unknown[];
  failures: unknown[];
}

describe('usage over HTTP', () => {
  let app: TestApp;
  let agentId: string;
  let goneId: string;
  beforeAll(async () => {
    app = await startApp({ clock: new ManualClock(NOW) });
    const make = async (path: string, body: object): Promise<string> =>
      (await call<{ id: string }>(app.url, 'POST', path, body)).body.id;
    const environment = await make('/v1/environments', { name: 'e', config: { type: 'cloud' } });
    agentId = await make('/v1/agents', { name: '=cmd("x"), y', model: 'claude-sonnet-4-5' });
    const session =
      parseId('sesn', await make('/v1/sessions', { agent: agentId, environment_id: environment })) ?? '';
    const simple = await execute(app.url, { prompt: 'x' });
    // Its agent is not there any more.
    const gone = newSession({ agentId: '01990000-0000-7000-8000-000000000001' });
    await app.store.createSession(TENANT, { session: gone, wakeAt: null });
    goneId = gone.id;
    const record = (sessionId: string, daysAgo: number, change: object = {}): Promise<void> =>
      app.store.recordUsage({ ...newUsage(sessionId, 'run'), endedAt: NOW - daysAgo * DAY, ...change });
    await record(session, 0, { costUsd: 0.1 + 0.2, model: 'claude-opus' });
    await record(session, 1, { costUsd: 1 });
    await record(simple, 29, { status: 500, costUsd: 0 });
    await record(gone.id, 30, { costUsd: 7 });
    await app.store.commit(TENANT, session, { session: { totalCostUsd: 0.1 + 0.2, title: 'T' } });
    const run = await app.worker.take(simple);
    await run.end('failed', createFailure('billing'));
  });
  afterAll(() => app[Symbol.asyncDispose]());

  const get = <T = UsageBody>(path: string) => call<T>(app.url, 'GET', path);

  it('is by default the last 30 days, each of them there, with sums by day, agent, model and tenant', async () => {
    const { body } = await get('/usage');
    expect(body).toMatchObject({ from: '2026-10-27', to: '2026-11-25' });
    const counts = {
      requests: 3,
      failed_requests: 1,
      input_tokens: 30,
      output_tokens: 60,
      cache_read_input_tokens: 90,
      cache_creation_input_tokens: 120,
      cost_usd: 1.3,
    };
    expect(body.totals).toEqual(counts);
    expect(body.days).toHaveLength(30);
    expect(body.days[0]).toMatchObject({ day: '2026-10-27', requests: 1, failed_requests: 1, cost_usd: 0 });
    expect(body.days[1]).toMatchObject({ day: '2026-10-28', requests: 0, cost_usd: 0 });
    expect(body.days[29]).toMatchObject({ day: '2026-11-25', requests: 1, cost_usd: 0.3 });
    expect(body.by_agent.map(({ agent_id: id, name, cost_usd: cost }) => [id, name, cost])).toEqual([
      [agentId, '=cmd("x"), y', 1.3],
      [expect.stringMatching(/^agent_01/), 'execute', 0],
    ]);
    expect(body.by_agent[0]?.cost_by_day.slice(-3)).toEqual([0, 1, 0.3]);
    expect(body.by_agent[1]?.tokens_by_day.slice(0, 2)).toEqual([100, 0]);
    expect(body.by_model.map(({ model, requests }) => [model, requests])).toEqual([
      ['claude-demo', 2],
      ['claude-opus', 1],
    ]);
    expect(body.by_tenant).toEqual([{ tenant: 'default', ...counts }]);
    expect(body.failures).toEqual([{ day: '2026-11-25', kind: 'billing', count: 1 }]);
  });

  it('has exactly the documented fields', async () => {
    for (const [name, path] of [
      ['usage', '/usage'],
      ['usageSessions', '/usage/sessions'],
    ] as const) {
      const schema = describedRoutes.find((route) => route.name === name)?.responses[200]?.schema;
      const { body } = await get<object>(path);
      expect(schema?.parse(body)).toEqual(body);
    }
  });

  it('can be of one agent, also the built-in one and one that was deleted, and of one model', async () => {
    const { body: all } = await get('/usage?from=2026-10-01');
    const [gone, ...others] = all.by_agent;
    expect(gone).toMatchObject({ name: null, cost_usd: 7 });
    for (const { agent_id: id, requests } of [gone, ...others].flatMap((one) => one ?? [])) {
      const { body } = await get(`/usage?from=2026-10-01&agent_id=${id}`);
      expect(body.totals.requests).toBe(requests);
      expect(body.by_agent.map((one) => one.agent_id)).toEqual([id]);
      expect(body.by_tenant).toEqual(all.by_tenant);
    }
    const { body: opus } = await get('/usage?model=claude-opus');
    expect(opus.totals).toMatchObject({ requests: 1, cost_usd: 0.3 });
    expect((await get('/usage?model=none')).body.totals.requests).toBe(0);
  });

  it('is a table too, of which no field is a formula', async () => {
    const response = await fetch(`${app.url}/usage.csv?from=2026-11-24&to=2026-11-25`);
    expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(response.headers.get('content-disposition')).toBe(
      'attachment; filename="usage-2026-11-24-2026-11-25.csv"',
    );
    expect((await response.text()).split('\r\n')).toEqual([
      'day,tenant,agent_id,agent,model,requests,failed_requests,input_tokens,output_tokens,cache_read_input_tokens,cache_creation_input_tokens,cost_usd',
      `2026-11-24,default,${agentId},"'=cmd(""x""), y",claude-demo,1,0,10,20,30,40,1`,
      `2026-11-25,default,${agentId},"'=cmd(""x""), y",claude-opus,1,0,10,20,30,40,0.3`,
      '',
    ]);
  });

  it('names the costliest sessions, with what they cost in all', async () => {
    const { body } = await get<{ sessions: { session_id: string }[] }>('/usage/sessions?limit=1');
    expect(body).toEqual({
      from: '2026-10-27',
      to: '2026-11-25',
      sessions: [
        {
          session_id: expect.stringMatching(/^[\da-f-]{36}$/),
          id: expect.stringMatching(/^sesn_01/),
          title: 'T',
          status: 'pending',
          agent_id: agentId,
          agent: '=cmd("x"), y',
          cost_usd: 0.3,
          last_used: '2026-11-25',
          created_at: expect.any(String),
        },
      ],
    });
    expect(body.sessions[0]?.session_id).not.toBe(goneId);
  });

  it('says which parameter is wrong, and how', async () => {
    const faults: Record<string, [string, RegExp]> = {
      'from=yesterday': ['from', /a day such as 2026-11-25/],
      'to=2026-02-30': ['to', /a day such as/],
      'from=2026-11-25&to=2026-11-24': ['from', /not be after/],
      'from=2025-11-24&to=2026-11-25': ['from', /at most 366 days/],
      'agent_id=x': ['agent_id', /id of an agent/],
    };
    for (const [query, [parameter, message]] of Object.entries(faults)) {
      for (const path of parameter === 'agent_id'
        ? ['usage', 'usage.csv']
        : ['usage', 'usage.csv', 'usage/sessions']) {
        const { status, body } = await get<{ detail: { loc: string[]; msg: string }[] }>(`/${path}?${query}`);
        expect({ query, status, loc: body.detail[0]?.loc }).toEqual({
          query,
          status: 422,
          loc: ['query', parameter],
        });
        expect(body.detail[0]?.msg).toMatch(message);
      }
    }
    expect((await get('/usage?from=2025-11-25&to=2026-11-25')).body.days).toHaveLength(366);
    expect((await get('/usage/sessions?limit=0')).status).toBe(422);
    expect((await get('/usage/sessions?limit=101')).status).toBe(422);
  });
});
