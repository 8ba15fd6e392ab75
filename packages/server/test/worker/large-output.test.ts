import { mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { AgentEventBody } from '#src/agent/agent.ts';
import { systemClock } from '#src/lib/clock.ts';
import { createLog } from '#src/log.ts';
import { isLarge, keepLarge } from '#src/worker/large-output.ts';
import { createOutputs } from '#src/workspace/outputs.ts';

const root = await mkdtemp(join(tmpdir(), 'bullpen-outputs-'));
afterAll(() => rm(root, { recursive: true }));

const outputs = createOutputs(root);
const log = createLog({ level: 'silent', format: 'json' });
const context = { outputs, limits: { maxToolOutputBytes: 10_000 }, clock: systemClock, log };

const result = (content: unknown): AgentEventBody => ({
  type: 'agent.tool_result',
  toolUseId: 't',
  content,
  isError: false,
  uuid: null,
  parentToolUseId: null,
});

describe('an event that is too large for the log', () => {
  it('is kept for the eyes of the server alone, byte for byte', async () => {
    const body = result([{ type: 'text', text: 'ä'.repeat(10_000) }]);
    expect(isLarge(body, context)).toBe(true);
    const short = await keepLarge(body, 'session', context);
    if (!('fullOutput' in short) || !short.fullOutput) throw new Error('It names no file.');
    expect(short.fullOutput).toEqual({ name: expect.stringMatching(/\.txt$/), bytes: 20_000 });
    const path = join(root, 'session', 'outputs', short.fullOutput.name);
    expect(await readFile(path, 'utf8')).toBe('ä'.repeat(10_000));
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(isLarge(short, context)).toBe(false);
  });

  it('with an image is kept as JSON', async () => {
    const content = [{ type: 'image', source: { type: 'base64', data: 'A'.repeat(20_000) } }];
    const short = await keepLarge(result(content), 'session', context);
    expect(short).toMatchObject({
      content: [{ type: 'text' }],
      fullOutput: { bytes: JSON.stringify(content).length },
    });
  });

  it('is shortened also when the file cannot be written, and the run goes on', async () => {
    await writeFile(join(root, 'blocked'), '');
    const short = await keepLarge(result('x'.repeat(20_000)), 'blocked', context);
    expect(short).not.toHaveProperty('fullOutput');
    expect(isLarge(short, context)).toBe(false);
  });

  it('stays as it is without a limit, and a result always does', () => {
    expect(isLarge(result('x'.repeat(20_000)), { ...context, limits: { maxToolOutputBytes: 0 } })).toBe(
      false,
    );
    const said = { subtype: 'success', isError: false, agentSessionId: 'c', durationMs: 1, durationApiMs: 1 };
    const rest = { numTurns: 1, totalCostUsd: 0, usage: {}, modelUsage: {}, result: 'x'.repeat(20_000) };
    expect(isLarge({ type: 'run.result', runId: 'r', result: { ...said, ...rest } }, context)).toBe(false);
  });
});

it('a link among the outputs is not followed', async () => {
  const name = '01890000-0000-7000-8000-000000000000.txt';
  await outputs.write('linked', '01890000-0000-7000-8000-000000000001.txt', 'x');
  await writeFile(join(root, 'secret'), 'secret');
  await symlink(join(root, 'secret'), join(root, 'linked', 'outputs', name));
  expect(await outputs.open('linked', name)).toBeUndefined();
});
