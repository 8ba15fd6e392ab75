import { describe, expect, it } from 'vitest';
import { makeDataDir, startBullpen } from '../support/bullpen-process.ts';
import { until } from '../support/until.ts';

/**
 * A program as it was written against these routes long ago: every request says that its body is JSON, also where
 * it has none; optional fields are sent as null or as strings; the status is polled; clean-up comes last.
 */
describe('a program written long ago', () => {
  it('runs unchanged', async () => {
    await using dataDir = await makeDataDir();
    await using server = await startBullpen(dataDir.path);
    const request = async (
      method: string,
      path: string,
      json?: unknown,
    ): Promise<{ code: number; json: never }> => {
      const response = await fetch(server.url + path, {
        method,
        redirect: 'error',
        headers: { 'Content-Type': 'application/json', Accept: '*/*', Connection: 'keep-alive' },
        ...(json !== undefined && { body: JSON.stringify(json) }),
      });
      return { code: response.status, json: (await response.json()) as never };
    };
    const poll = async (id: string): Promise<Record<string, unknown>> =>
      until('the session has ended', async () => {
        const { code, json } = await request('GET', `/status/${id}`);
        expect(code).toBe(200);
        const status: Record<string, unknown> = json;
        return ['completed', 'error', 'cancelled'].includes(String(status['status'])) && status;
      });

    const root: Record<string, unknown> = (await request('GET', '/')).json;
    expect(Object.keys(root['endpoints'] as object)).toEqual(
      expect.arrayContaining(['execute', 'status', 'cancel', 'delete', 'sessions', 'cleanup']),
    );
    const first = await request('POST', '/execute/', {
      prompt: '  My name is Linus. Say hello.  ',
      system_prompt: '',
      permission_mode: 'acceptEdits',
      model: null,
      cwd: null,
      max_turns: '10',
      env: null,
      allowed_tools: null,
      disallowed_tools: [],
      resume_session_id: '',
      some_future_field: { ignored: true },
    });
    expect(first.code).toBe(200);
    const { session_id: id, ...rest } = first.json as { session_id: string };
    expect(id).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(rest).toEqual({ status: 'pending', message: `Session ${id} started successfully` });
    const done = await poll(id);
    expect(done).toMatchObject({ session_id: id, status: 'completed', error: null });
    expect(done['duration_ms']).toBeTypeOf('number');
    expect(done['total_cost_usd']).toBeTypeOf('number');

    const again = await request('POST', '/execute', { prompt: 'What was my name?', resume_session_id: id });
    expect(again).toMatchObject({
      code: 200,
      json: { session_id: id, status: 'pending', message: `Session ${id} resumed successfully` },
    });
    const busy = await request('POST', '/execute/', { prompt: 'Me too', resume_session_id: id });
    expect(busy).toMatchObject({ code: 400, json: { detail: `Session ${id} is currently running` } });
    const remembered = await poll(id);
    expect(JSON.stringify(remembered['result'])).toContain('Linus');
    expect(remembered['total_cost_usd']).toBeGreaterThan(Number(done['total_cost_usd']));

    const slow = (await request('POST', '/execute/', { prompt: 'Please count slowly to 500.' })).json as {
      session_id: string;
    };
    await until('it runs', async () => {
      const { json } = await request('GET', `/status/${slow.session_id}`);
      return (json as { status: string }).status === 'running';
    });
    expect(await request('DELETE', `/sessions/${slow.session_id}`)).toMatchObject({
      code: 400,
      json: { detail: `Cannot delete running session ${slow.session_id}. Please cancel it first.` },
    });
    expect(await request('POST', `/cancel/${slow.session_id}`)).toMatchObject({
      code: 200,
      json: { status: 'cancelled', message: `Session ${slow.session_id} cancelled successfully` },
    });
    expect(await poll(slow.session_id)).toMatchObject({
      status: 'cancelled',
      error: 'Session was cancelled',
    });
    expect(await request('POST', `/cancel/${slow.session_id}`)).toMatchObject({
      code: 400,
      json: { detail: `Session ${slow.session_id} is not running (status: cancelled)` },
    });

    const listed = (await request('GET', '/sessions')).json as { session_id: string; prompt: string }[];
    expect(listed.map((session) => session.session_id)).toEqual([id, slow.session_id]);
    expect(listed[0]?.prompt).toBe(
      'My name is Linus. Say hello.\n\n--- Session Resume ---\nWhat was my name?',
    );
    expect(await request('DELETE', `/sessions/${slow.session_id}/`)).toMatchObject({
      code: 200,
      json: { status: 'cancelled', message: `Session ${slow.session_id} deleted successfully` },
    });
    expect(await request('DELETE', '/sessions/cleanup?max_age_hours=0')).toEqual({
      code: 200,
      json: { removed: 1, message: 'Cleaned up 1 old sessions' },
    });
    expect((await request('GET', '/sessions/')).json).toEqual([]);
    expect(await request('GET', `/status/${id}`)).toEqual({
      code: 404,
      json: { detail: `Session ${id} not found` },
    });
  });
});
