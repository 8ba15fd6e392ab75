import { describe, expect, it } from 'vitest';
import { call, execute, waitForEnd, type StatusBody } from '../support/api-client.ts';
import { makeDataDir, processesOf, startBullpen } from '../support/bullpen-process.ts';
import {
  countedCall,
  killAgents,
  recoveriesOf,
  runsOf,
  statusOf,
  toolCallsOf,
  toolResultsOf,
  untilRun,
} from '../support/recovery.ts';
import { until } from '../support/until.ts';

const ACCEPT = { allowed_tools: ['Bash'] };

describe('a run whose agent is killed', () => {
  it('in the middle of a tool: goes on, the call gets an error result and is not made again', async () => {
    await using dataDir = await makeDataDir();
    await using server = await startBullpen(dataDir.path);
    const prompt = `Work. [[text=First]] ${countedCall('one')} ${countedCall('two', '; while true; do sleep 1; done')} [[text=All done]]`;
    const id = await execute(server.url, { ...ACCEPT, prompt });
    await untilRun(dataDir.path, id, 'two');
    await killAgents(dataDir.path, server);

    const status = await waitForEnd(server.url, id);
    expect(status).toMatchObject({ status: 'completed', error: null, result: { result: 'All done' } });
    expect(runsOf(dataDir.path, id)).toEqual({ one: 1, two: 1 });
    expect(recoveriesOf(status)).toMatchObject([{ how: 'continued', attempt: 1, abandoned: [] }]);
    const calls = toolCallsOf(status);
    expect(calls).toHaveLength(2);
    const results = toolResultsOf(status);
    expect(results.map((result) => [result.id, result.isError])).toEqual([
      [calls[0], false],
      [calls[1], true],
    ]);
    expect(results[1]?.text).toContain('cut off');
    // It remembers, and the process is warm again.
    await execute(server.url, { prompt: 'What was my first message?', resume_session_id: id });
    expect(await waitForEnd(server.url, id)).toMatchObject({ status: 'completed' });
  });

  it('again and again: ends in a typed error after three continuations, and can be resumed', async () => {
    await using dataDir = await makeDataDir();
    await using server = await startBullpen(dataDir.path, [], { BULLPEN_RETRY_DELAYS: '0s,0s,0s' });
    const calls = [1, 2, 3, 4]
      .map((n) => countedCall(`call${n}`, '; while true; do sleep 1; done'))
      .join(' ');
    const id = await execute(server.url, { ...ACCEPT, prompt: `Work. ${calls} [[text=Never]]` });
    for (const n of [1, 2, 3, 4]) {
      await untilRun(dataDir.path, id, `call${n}`);
      await killAgents(dataDir.path, server);
    }
    const status = await waitForEnd(server.url, id);
    expect(status.status).toBe('error');
    expect(status.error).toContain('cut off again and again');
    expect(recoveriesOf(status).map(({ attempt }) => attempt)).toEqual([1, 2, 3]);
    expect(runsOf(dataDir.path, id)).toEqual({ call1: 1, call2: 1, call3: 1, call4: 1 });
    await execute(server.url, { prompt: '[[text=Here]]', resume_session_id: id });
    expect(await waitForEnd(server.url, id)).toMatchObject({
      status: 'completed',
      result: { result: 'Here' },
    });
  });
});

describe('the limits of a run', () => {
  it('count over all its parts: max_turns of a continuation is what is left', async () => {
    await using dataDir = await makeDataDir();
    await using server = await startBullpen(dataDir.path);
    const calls = [3, 4, 5, 6].map((n) => countedCall(`call${n}`)).join(' ');
    const prompt = `${countedCall('call1')} ${countedCall('call2', '; while true; do sleep 1; done')} ${calls}`;
    const id = await execute(server.url, { ...ACCEPT, prompt, max_turns: 3 });
    await untilRun(dataDir.path, id, 'call2');
    await killAgents(dataDir.path, server);
    const status = await waitForEnd(server.url, id);
    expect(status.error).toContain('max_turns');
    expect(Object.keys(runsOf(dataDir.path, id))).not.toContain('call5');
  });
});

describe('a run whose server is killed', () => {
  it('in the middle of parallel tools: what had ended keeps its result, and nothing runs twice', async () => {
    await using dataDir = await makeDataDir();
    let id: string;
    {
      await using server = await startBullpen(dataDir.path);
      const calls = `[[parallel]] ${countedCall('quick')} ${countedCall('slow', '; while true; do sleep 1; done')}`;
      id = await execute(server.url, { ...ACCEPT, prompt: `Work. ${calls} [[text=All done]]` });
      await untilRun(dataDir.path, id, 'slow');
      await until(
        'the quick one has answered',
        async () => toolResultsOf(await statusOf(server, id)).length === 1,
      );
      await server.stop('SIGKILL');
      await until('no agent is left', async () => (await processesOf(dataDir.path)).length === 0, 3000);
    }
    await using server = await startBullpen(dataDir.path);
    const status = await waitForEnd(server.url, id);
    expect(status).toMatchObject({ status: 'completed', result: { result: 'All done' } });
    expect(runsOf(dataDir.path, id)).toEqual({ quick: 1, slow: 1 });
    expect(toolResultsOf(status).map(({ isError }) => isError)).toEqual([false, true]);
    expect(status.total_cost_usd).toBeGreaterThan(0);
  });

  it('while the model answers: the prompt is in the transcript, so the turn goes on and is not begun again', async () => {
    await using dataDir = await makeDataDir();
    let id: string;
    {
      await using server = await startBullpen(dataDir.path);
      id = await execute(server.url, {
        ...ACCEPT,
        prompt: `${countedCall('one')} [[ttft=600000]] [[text=Late]]`,
      });
      await until(
        'the tool has answered',
        async () => toolResultsOf(await statusOf(server, id)).length === 1,
      );
      await server.stop('SIGKILL');
    }
    await using server = await startBullpen(dataDir.path);
    await until('it goes on', async () => recoveriesOf(await statusOf(server, id)).length === 1);
    expect(recoveriesOf(await statusOf(server, id))).toMatchObject([{ how: 'continued' }]);
    expect((await call(server.url, 'POST', `/cancel/${id}`)).status).toBe(200);
    expect(runsOf(dataDir.path, id)).toEqual({ one: 1 });
    const prompts = (await statusOf(server, id)).messages.filter(
      ({ type, content }) => type === 'UserMessage' && typeof content['content'] === 'string',
    );
    expect(prompts).toHaveLength(1);
  });

  it('after a stop in order (SIGTERM) a run goes on too, and that does not count as one of the three', async () => {
    await using dataDir = await makeDataDir();
    let id: string;
    {
      await using server = await startBullpen(dataDir.path, ['--shutdown-grace', '100ms']);
      id = await execute(server.url, {
        ...ACCEPT,
        prompt: `${countedCall('one', '; while true; do sleep 1; done')} [[text=All done]]`,
      });
      await untilRun(dataDir.path, id, 'one');
      expect(await server.stop('SIGTERM')).toBe(0);
      expect(await processesOf(dataDir.path)).toEqual([]);
    }
    await using server = await startBullpen(dataDir.path);
    const status = await waitForEnd(server.url, id);
    expect(status).toMatchObject({ status: 'completed', result: { result: 'All done' } });
    expect(recoveriesOf(status)).toMatchObject([{ how: 'continued', attempt: 0 }]);
    expect(runsOf(dataDir.path, id)).toEqual({ one: 1 });
  });

  it('with a background agent at work: the model is told that its work is lost', async () => {
    await using dataDir = await makeDataDir();
    let id: string;
    {
      await using server = await startBullpen(dataDir.path);
      const prompt = `[[agent=Look ${countedCall('inner', '; while true; do sleep 1; done')} [[text=Seen]]]] [[text=Launched]]`;
      id = await execute(server.url, { ...ACCEPT, prompt });
      await untilRun(dataDir.path, id, 'inner');
      await until('the main line has spoken', async () => (await statusOf(server, id)).result !== null);
      await server.stop('SIGKILL');
    }
    await using server = await startBullpen(dataDir.path);
    const status = await waitForEnd(server.url, id);
    expect(status.status).toBe('completed');
    expect(runsOf(dataDir.path, id)).toEqual({ inner: 1 });
    const open = new Set(toolCallsOf(status));
    for (const result of toolResultsOf(status)) open.delete(result.id);
    expect([...open]).toEqual([]);
  });
});

describe('a run that is put off', () => {
  it('reads as running, and can be cancelled at once', async () => {
    await using dataDir = await makeDataDir();
    await using server = await startBullpen(dataDir.path, [], { BULLPEN_RETRY_DELAYS: '1h,1h,1h' });
    const id = await execute(server.url, {
      ...ACCEPT,
      prompt: countedCall('one', '; while true; do sleep 1; done'),
    });
    await untilRun(dataDir.path, id, 'one');
    await killAgents(dataDir.path, server);
    await until('it is put off', async () => (await processesOf(dataDir.path, [server.pid])).length === 0);
    const { body } = await call<StatusBody>(server.url, 'GET', `/status/${id}`);
    expect(body.status).toBe('running');
    expect((await call(server.url, 'POST', `/cancel/${id}`)).body).toMatchObject({ status: 'cancelled' });
    expect(runsOf(dataDir.path, id)).toEqual({ one: 1 });
  });
});
