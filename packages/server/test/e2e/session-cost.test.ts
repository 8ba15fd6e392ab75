import { describe, expect, it } from 'vitest';
import { priceOf } from '#src/sessions/cost.ts';
import { call, execute, waitForEnd, type StatusBody } from '../support/api-client.ts';
import { makeDataDir, startBullpen } from '../support/bullpen-process.ts';
import { until } from '../support/until.ts';

const MODEL = 'claude-haiku-4-5';
const USAGE = '[[model-usage input=1000 output=500]]';
/** Of one answer with that usage. */
const PRICE = priceOf(MODEL, {
  inputTokens: 1000,
  outputTokens: 500,
  cacheReadInputTokens: 0,
  cacheCreationInputTokens: 0,
});

describe('the cost of a session', () => {
  it('is the sum of its runs: warm, resumed in a new process, and after a restart', async () => {
    await using dataDir = await makeDataDir();
    const request = { prompt: `${USAGE}[[text=Hello]]`, model: MODEL };
    let id: string;
    {
      await using server = await startBullpen(dataDir.path);
      id = await execute(server.url, request);
      expect((await waitForEnd(server.url, id)).total_cost_usd).toBeCloseTo(PRICE, 9);
      await execute(server.url, { ...request, resume_session_id: id });
      expect((await waitForEnd(server.url, id)).total_cost_usd).toBeCloseTo(2 * PRICE, 9);
      // Another option means another process.
      await execute(server.url, { ...request, resume_session_id: id, env: { A: 'b' } });
      expect((await waitForEnd(server.url, id)).total_cost_usd).toBeCloseTo(3 * PRICE, 9);
      expect(server.output()).not.toContain('disagree');
      await server.stop('SIGTERM');
    }
    await using server = await startBullpen(dataDir.path);
    await execute(server.url, { ...request, resume_session_id: id });
    expect((await waitForEnd(server.url, id)).total_cost_usd).toBeCloseTo(4 * PRICE, 9);
    expect(server.output()).not.toContain('disagree');

    // What is summed up by day agrees, and does not go with the session.
    const costliest = async () =>
      (
        await call<{ sessions: { session_id: string; cost_usd: number }[] }>(
          server.url,
          'GET',
          '/usage/sessions',
        )
      ).body.sessions;
    expect(await costliest()).toMatchObject([{ session_id: id, cost_usd: expect.closeTo(4 * PRICE, 9) }]);
    expect((await call(server.url, 'DELETE', `/sessions/${id}`)).status).toBe(200);
    const { body } = await call(server.url, 'GET', '/usage');
    expect(body['totals']).toMatchObject({ requests: 4, cost_usd: expect.closeTo(4 * PRICE, 9) });
    expect(body['by_model']).toMatchObject([{ model: MODEL }]);
    expect(await costliest()).toEqual([]);
  });

  it('of a run that was cancelled is what the gateway saw of it', async () => {
    await using dataDir = await makeDataDir();
    await using server = await startBullpen(dataDir.path);
    const id = await execute(server.url, {
      prompt: `${USAGE}[[tool=Bash {"command":"echo one"}]][[tool=Bash {"command":"tail -f /dev/null"}]]`,
      model: MODEL,
      allowed_tools: ['Bash'],
    });
    await until('the second call is at work', async () => {
      const { body } = await call<StatusBody>(server.url, 'GET', `/status/${id}`);
      return JSON.stringify(body.messages.slice(1)).includes('tail -f');
    });
    expect((await call(server.url, 'POST', `/cancel/${id}`)).status).toBe(200);
    const { body } = await call<StatusBody>(server.url, 'GET', `/status/${id}`);
    expect(body).toMatchObject({ status: 'cancelled', error: 'Session was cancelled' });
    expect(body.total_cost_usd).toBeCloseTo(2 * PRICE, 9);
  });
});
