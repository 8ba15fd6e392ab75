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
