import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FAILURES } from '#src/domain/failure.ts';
import { call, execute, waitForEnd, type StatusBody } from '../support/api-client.ts';
import { makeDataDir, processesOf, startBullpen } from '../support/bullpen-process.ts';

describe('a session that says too much', () => {
  it.each([
    ['events', ['--max-session-events', '20'], '[[tool=Bash {"command":"echo hello"}]] '],
    [
      'bytes',
      ['--max-session-bytes', '64KiB'],
      '[[tool=Bash {"command":"head -c 20000 /dev/zero | tr \'\\\\0\' x"}]] ',
    ],
  ])('by its %s is stopped, keeps what it said, and says why', async (_what, flags, toolCall) => {
    await using dataDir = await makeDataDir();
    await using server = await startBullpen(dataDir.path, flags);
    const id = await execute(server.url, {
      prompt: `[[text=First]] ${toolCall.repeat(60)} [[text=Last]]`,
      permission_mode: 'bypassPermissions',
    });
    const end = await waitForEnd(server.url, id);
    expect(end).toMatchObject({ status: 'error', error: FAILURES.log_full });
    // The model was asked, and each request costs, also without a result.
    expect(end.total_cost_usd).toBeGreaterThan(0);
    expect(await processesOf(dataDir.path, [server.pid])).toEqual([]);
    const { body } = await call<StatusBody>(server.url, 'GET', `/status/${id}`);
    const said = JSON.stringify(body.messages);
    expect(body.messages).toHaveLength(body.message_count);
    expect(said).toContain('"First"');
    expect(said).not.toContain('"Last"');
    expect(
      await call(server.url, 'POST', '/execute/', { prompt: 'more', resume_session_id: id }),
    ).toMatchObject({ status: 400 });
  });
});

describe('what is too large for the messages', () => {
  it('is in them shortened, and as a whole in a file, through a restart and until the session goes', async () => {
    await using dataDir = await makeDataDir();
    const flags = ['--max-tool-output', '16KiB'];
    const input = { file_path: 'large.txt', content: `begin ${'c'.repeat(40_000)} end` };
    let path = '';
    let id = '';
    {
      await using server = await startBullpen(dataDir.path, flags);
      id = await execute(server.url, {
        prompt:
          `[[tool=Bash {"command":"seq 1 5000"}]] [[tool=Write ${JSON.stringify(input)}]]` +
          '[[tool=Bash {"command":"wc -c < large.txt"}]] [[tokens=10000]]',
        permission_mode: 'bypassPermissions',
      });
      const end = await waitForEnd(server.url, id);
      expect(end.status).toBe('completed');
      const large = end.messages.filter(({ content }) => 'full_output' in content);
      const [result, toolCall, text] = large.map(({ content }) => content);
      expect(large).toHaveLength(3);
      for (const message of large) expect(JSON.stringify(message).length).toBeLessThan(25_000);

      const seq = Array.from({ length: 5000 }, (_, index) => `${index + 1}`).join('\n');
      expect(await readOutput(server.url, result)).toEqual({ type: 'text/plain; charset=utf-8', text: seq });
      expect(JSON.stringify(result)).toMatch(/1\\n2\\n3\\n.* bytes left out .*4999\\n5000/);

      expect(toolCall).toMatchObject({
        content: [{ name: 'Write', input: { content: expect.stringMatching(/^begin c+\n/) } }],
      });
      const whole = await readOutput(server.url, toolCall);
      expect(whole.type).toBe('application/json; charset=utf-8');
      expect(JSON.parse(whole.text)).toMatchObject({ content: input.content });
      // The tool itself got all of it.
      expect(JSON.stringify(end.messages)).toContain(String(input.content.length));

      expect((await readOutput(server.url, text)).text).toHaveLength(40_000);
      // The answer is a result that programs read: it stays.
      expect(String(end.result?.['result'])).toHaveLength(40_000);
      path = fullOutputOf(text).path;
    }
    await using server = await startBullpen(dataDir.path, flags);
    expect((await fetch(`${server.url}${path}`)).status).toBe(200);
    expect(await call(server.url, 'GET', `/sessions/${id}/outputs/..%2Fhome%2Fx.txt`)).toMatchObject({
      status: 404,
      body: { detail: `Session ${id} has no output ../home/x.txt on this server` },
    });
    await call(server.url, 'DELETE', `/sessions/${id}`);
    expect((await fetch(`${server.url}${path}`)).status).toBe(404);
    expect(await readdir(join(dataDir.path, 'sessions'))).toEqual([]);
  });
});

function fullOutputOf(content: Record<string, unknown> = {}): { path: string; bytes: number } {
  return content['full_output'] as { path: string; bytes: number };
}

async function readOutput(url: string, content: Record<string, unknown> | undefined) {
  const { path, bytes } = fullOutputOf(content);
  const response = await fetch(`${url}${path}`);
  expect(response.status).toBe(200);
  const text = await response.text();
  expect(Buffer.byteLength(text)).toBe(bytes);
  return { type: response.headers.get('content-type'), text };
}
