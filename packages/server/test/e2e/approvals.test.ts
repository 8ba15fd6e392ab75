import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { call, execute, waitForEnd, type Answer } from '../support/api-client.ts';
import { makeDataDir, processesOf, startBullpen, type BullpenProcess } from '../support/bullpen-process.ts';
import {
  countedCall,
  killAgents,
  recoveriesOf,
  runsOf,
  statusOf,
  toolCallsOf,
  toolResultsOf,
} from '../support/recovery.ts';
import { readStream } from '../support/sse-client.ts';
import { until } from '../support/until.ts';

interface Approval {
  id: string;
  session_id: string;
  status: string;
  kind: string;
  tool_name: string;
  tool_use_id: string;
  input: Record<string, unknown>;
  questions: { question: string }[] | null;
  rules: string[];
  decision: { decision: string; by: string; input: unknown } | null;
}

const WAIT = { on_ask: 'wait' };

/** The API of approvals, as a person with the key uses it. */
function personAt(server: BullpenProcess, dataDir: string) {
  const key = readFileSync(join(dataDir, 'approval-key'), 'utf8').trim();
  const headers = { authorization: `Bearer ${key}` };
  const list = async (query = ''): Promise<Approval[]> =>
    (await call<Approval[]>(server.url, 'GET', `/approvals${query}`, undefined, headers)).body;
  return {
    list,
    /** The call of this session that waits. */
    open: (sessionId: string): Promise<Approval> =>
      until('a call waits', async () => (await list(`?session_id=${sessionId}`))[0]),
    answer: (id: string, body: Record<string, unknown>): Promise<Answer<Approval & { detail: string }>> =>
      call(server.url, 'POST', `/approvals/${id}`, body, headers),
  };
}

describe('a call that waits for a person', () => {
  it('is listed with its exact input, runs once when it is allowed, and every decision is told', async () => {
    await using dataDir = await makeDataDir();
    await using server = await startBullpen(dataDir.path);
    const person = personAt(server, dataDir.path);
    const id = await execute(server.url, { ...WAIT, prompt: `Work. ${countedCall('one')} [[text=Done]]` });
    const approval = await person.open(id);
    expect(approval).toMatchObject({
      session_id: id,
      status: 'open',
      kind: 'permission',
      tool_name: 'Bash',
      input: { command: 'echo one >> runs.txt' },
      questions: null,
      decision: null,
    });
    const waiting = await statusOf(server, id);
    expect(waiting).toMatchObject({ status: 'running', pending_approvals: [{ id: approval.id }] });
    expect(toolCallsOf(waiting)).toEqual([approval.tool_use_id]);
    expect(runsOf(dataDir.path, id)).toEqual({});

    const answers = await Promise.all(
      ['Ada', 'Ben', 'Eve'].map((by) => person.answer(approval.id, { decision: 'allow', by })),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(2);
    const first = answers.find(({ status }) => status === 200)?.body.decision?.by ?? '';
    for (const { status, body } of answers) {
      if (status === 409) expect(body.detail).toContain(`allowed by ${first}`);
    }
    expect(await waitForEnd(server.url, id)).toMatchObject({ status: 'completed', pending_approvals: [] });
    expect(runsOf(dataDir.path, id)).toEqual({ one: 1 });
    expect(await person.list('?status=allowed')).toMatchObject([
      { id: approval.id, decision: { by: first } },
    ]);
  });

  it('is denied with a message to the agent, or runs with another input', async () => {
    await using dataDir = await makeDataDir();
    await using server = await startBullpen(dataDir.path);
    const person = personAt(server, dataDir.path);
    const prompt = `Work. ${countedCall('one')} ${countedCall('two')} [[text=Done]]`;
    const id = await execute(server.url, { ...WAIT, prompt });
    await person.answer((await person.open(id)).id, { decision: 'deny', message: 'Not on a Friday.' });
    const second = await until('the second call waits', async () =>
      (await person.list()).find(({ input }) => String(input['command']).includes('two')),
    );
    await person.answer(second.id, { decision: 'allow', input: { command: 'echo edited >> runs.txt' } });
    const status = await waitForEnd(server.url, id);
    expect(status.status).toBe('completed');
    expect(toolResultsOf(status)).toMatchObject([
      { text: 'Not on a Friday.', isError: true },
      { isError: false },
    ]);
    expect(runsOf(dataDir.path, id)).toEqual({ edited: 1 });
  });

  it('is not asked for again once its rules are remembered for the session, in a new process too', async () => {
    await using dataDir = await makeDataDir();
    await using server = await startBullpen(dataDir.path);
    const person = personAt(server, dataDir.path);
    const prompt = `Work. ${countedCall('one')} ${countedCall('one')} [[text=Done]]`;
    const id = await execute(server.url, { ...WAIT, prompt });
    const approval = await person.open(id);
    expect(approval.rules.length).toBeGreaterThan(0);
    await person.answer(approval.id, { decision: 'allow', remember: true });
    expect(await waitForEnd(server.url, id)).toMatchObject({ status: 'completed' });
    await killAgents(dataDir.path, server);
    await execute(server.url, {
      ...WAIT,
      prompt: `${countedCall('one')} [[text=Again]]`,
      resume_session_id: id,
    });
    expect(await waitForEnd(server.url, id)).toMatchObject({ status: 'completed' });
    expect(runsOf(dataDir.path, id)).toEqual({ one: 3 });
    expect(await person.list('?status=all')).toHaveLength(1);
  });

  it('is a structured question when the agent asks one', async () => {
    await using dataDir = await makeDataDir();
    await using server = await startBullpen(dataDir.path);
    const person = personAt(server, dataDir.path);
    const options = [
      { label: 'Postgres', description: 'Many nodes' },
      { label: 'SQLite', description: 'One file' },
    ];
    const input = { questions: [{ question: 'Which database?', header: 'DB', multiSelect: false, options }] };
    const json = JSON.stringify(input).replaceAll(']', '] ');
    const id = await execute(server.url, {
      ...WAIT,
      prompt: `[[tool=AskUserQuestion ${json}]] [[text=Good]]`,
    });
    const approval = await person.open(id);
    expect(approval).toMatchObject({ kind: 'question', questions: [{ question: 'Which database?' }] });
    await person.answer(approval.id, { decision: 'allow', answers: { 'Which database?': 'SQLite' } });
    const status = await waitForEnd(server.url, id);
    expect(status).toMatchObject({ status: 'completed', result: { result: 'Good' } });
    expect(toolResultsOf(status)[0]?.text).toContain('"Which database?"="SQLite"');
  });

  it('ends with its run: cancelled, it cannot be answered any more', async () => {
    await using dataDir = await makeDataDir();
    await using server = await startBullpen(dataDir.path);
    const person = personAt(server, dataDir.path);
    const id = await execute(server.url, { ...WAIT, prompt: countedCall('one') });
    const approval = await person.open(id);
    expect((await call(server.url, 'DELETE', `/sessions/${id}`)).status).toBe(400);
    expect((await call(server.url, 'POST', `/cancel/${id}`)).body).toMatchObject({ status: 'cancelled' });
    const late = await person.answer(approval.id, { decision: 'allow' });
    expect([late.status, late.body.detail]).toEqual([409, expect.stringContaining('has expired')]);
    expect(runsOf(dataDir.path, id)).toEqual({});
    expect((await call(server.url, 'DELETE', `/sessions/${id}`)).status).toBe(200);
    expect(await person.list('?status=all')).toEqual([]);
  });
});

describe('a call that waits without its process', () => {
  it('survives a SIGKILL of the server, costs no process, and runs once under its own id', async () => {
    await using dataDir = await makeDataDir();
    let id: string;
    let approval: Approval;
    {
      await using server = await startBullpen(dataDir.path);
      id = await execute(server.url, { ...WAIT, prompt: `Work. ${countedCall('one')} [[text=Done]]` });
      approval = await personAt(server, dataDir.path).open(id);
      await server.stop('SIGKILL');
    }
    {
      await using server = await startBullpen(dataDir.path);
      await until('the server has looked at it', () =>
        server.output().includes('waits for a person without'),
      );
      expect(await processesOf(dataDir.path, [server.pid])).toEqual([]);
      expect(await statusOf(server, id)).toMatchObject({
        status: 'running',
        pending_approvals: [{ id: approval.id }],
      });
      // And once more, in order.
      expect(await server.stop('SIGTERM')).toBe(0);
    }
    await using server = await startBullpen(dataDir.path);
    const answered = await personAt(server, dataDir.path).answer(approval.id, { decision: 'allow' });
    expect(answered.status).toBe(200);
    const status = await waitForEnd(server.url, id);
    expect(status).toMatchObject({ status: 'completed', result: { result: 'Done' } });
    expect(runsOf(dataDir.path, id)).toEqual({ one: 1 });
    expect(recoveriesOf(status)).toMatchObject([{ how: 'held_call' }]);
    expect(toolCallsOf(status)).toEqual([approval.tool_use_id]);
    expect(toolResultsOf(status)).toMatchObject([{ id: approval.tool_use_id, isError: false }]);
  });

  it('gives its process up after a while, and sooner when others wait for the slot', async () => {
    await using dataDir = await makeDataDir();
    await using server = await startBullpen(dataDir.path, ['--max-agents', '1']);
    const person = personAt(server, dataDir.path);
    const id = await execute(server.url, { ...WAIT, prompt: `Work. ${countedCall('one')} [[text=Done]]` });
    const approval = await person.open(id);
    const other = await execute(server.url, { prompt: '[[text=Here]]' });
    expect(await waitForEnd(server.url, other)).toMatchObject({ status: 'completed' });
    await person.answer(approval.id, { decision: 'deny', message: 'No.' });
    const status = await waitForEnd(server.url, id);
    expect(status.status).toBe('completed');
    expect(toolResultsOf(status)).toMatchObject([{ id: approval.tool_use_id, text: 'No.', isError: true }]);
    expect(runsOf(dataDir.path, id)).toEqual({});
  });

  it('expires visibly when it is a call of a subagent, whose process is gone', async () => {
    await using dataDir = await makeDataDir();
    let id: string;
    {
      await using server = await startBullpen(dataDir.path);
      id = await execute(server.url, {
        ...WAIT,
        prompt: `[[agent=Look ${countedCall('inner')}]] [[text=Launched]]`,
      });
      await personAt(server, dataDir.path).open(id);
      await server.stop('SIGKILL');
    }
    await using server = await startBullpen(dataDir.path);
    expect(await waitForEnd(server.url, id)).toMatchObject({ status: 'completed', pending_approvals: [] });
    expect(await personAt(server, dataDir.path).list('?status=all')).toMatchObject([{ status: 'expired' }]);
    expect(runsOf(dataDir.path, id)).toEqual({});
  });

  it('can be cancelled', async () => {
    await using dataDir = await makeDataDir();
    let id: string;
    {
      await using server = await startBullpen(dataDir.path, ['--shutdown-grace', '0s']);
      id = await execute(server.url, { ...WAIT, prompt: countedCall('one') });
      await personAt(server, dataDir.path).open(id);
      expect(await server.stop('SIGTERM')).toBe(0);
    }
    await using server = await startBullpen(dataDir.path);
    expect(await statusOf(server, id)).toMatchObject({ status: 'running', pending_approvals: [{}] });
    expect((await call(server.url, 'POST', `/cancel/${id}`)).body).toMatchObject({ status: 'cancelled' });
    expect(await personAt(server, dataDir.path).list()).toEqual([]);
  });
});

describe('approvals', () => {
  it('need the key of the data directory even on loopback: an agent must not answer for a person', async () => {
    await using dataDir = await makeDataDir();
    await using server = await startBullpen(dataDir.path);
    for (const [method, path] of [
      ['GET', '/approvals'],
      ['POST', '/approvals/01a213c7-597c-7290-8828-e61cde2d5a37'],
    ] as const) {
      const answer = await call(
        server.url,
        method,
        path,
        method === 'POST' ? { decision: 'allow' } : undefined,
      );
      expect([answer.status, answer.body['detail']]).toEqual([401, expect.stringContaining('approval-key')]);
    }
    const person = personAt(server, dataDir.path);
    expect((await person.answer('nonsense', { decision: 'allow' })).status).toBe(404);
    expect((await person.answer('nonsense', { decision: 'maybe' })).status).toBe(422);
  });

  it('show on the stream of their session', async () => {
    await using dataDir = await makeDataDir();
    await using server = await startBullpen(dataDir.path);
    const person = personAt(server, dataDir.path);
    const id = await execute(server.url, { ...WAIT, prompt: `Work. ${countedCall('one')} [[text=Done]]` });
    const pending: number[] = [];
    for await (const { event, data } of readStream(`${server.url}/sessions/${id}/stream`)) {
      if (event !== 'status') continue;
      const open = (data as { pending_approvals: Approval[] }).pending_approvals;
      pending.push(open.length);
      for (const { id: approvalId } of open) await person.answer(approvalId, { decision: 'allow' });
    }
    expect(pending.filter((count) => count > 0)).not.toEqual([]);
    expect(pending.at(-1)).toBe(0);
  });
});
