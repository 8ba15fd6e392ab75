import { describe, expect, it } from 'vitest';
import { call, execute, type StatusBody } from '../support/api-client.ts';
import { makeDataDir, startBullpen } from '../support/bullpen-process.ts';
import { until } from '../support/until.ts';

describe.runIf(process.platform === 'linux')('the status of a session', () => {
  it('says what its agent takes, with the commands that it runs, as long as there is one', async () => {
    await using dataDir = await makeDataDir();
    await using server = await startBullpen(dataDir.path);
    const read = async (id: string) => (await call<StatusBody>(server.url, 'GET', `/status/${id}`)).body;
    const id = await execute(server.url, {
      prompt: '[[tool=Bash {"command":"while true; do true; done"}]]',
      allowed_tools: ['Bash'],
    });
    const before = await until('the command is on its way', async () => {
      const { messages, process: usage } = await read(id);
      return messages.length >= 2 && usage;
    });
    expect(() => process.kill(before.pid, 0)).not.toThrow();
    // The agent itself does nothing now.
    const after = await until('the command takes time', async () => {
      const { process: usage } = await read(id);
      return usage && usage.cpu_seconds > before.cpu_seconds + 0.5 && usage;
    });
    expect(after.rss_bytes).toBeGreaterThan(100e6);
    expect(after).toMatchObject({
      pid: before.pid,
      processes: expect.toSatisfy((count: number) => count >= 2),
    });
    await call(server.url, 'POST', `/cancel/${id}`);
    expect((await read(id)).process).toBeNull();
  });
});
