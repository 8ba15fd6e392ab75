import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { call, execute } from '../support/api-client.ts';
import { makeDataDir, startBullpen } from '../support/bullpen-process.ts';
import { FleetClient } from '../support/fleet-client.ts';
import { countedCall } from '../support/recovery.ts';
import { until } from '../support/until.ts';

describe('GET /fleet/stream over real agents', () => {
  it('tells a session as it waits for a person, goes on, costs and is deleted, and to who comes later the same', async () => {
    await using dataDir = await makeDataDir();
    await using server = await startBullpen(dataDir.path);
    const key = readFileSync(join(dataDir.path, 'approval-key'), 'utf8').trim();
    await using fleet = await FleetClient.open(server.url, { key });
    await fleet.untilReady();
    const id = await execute(server.url, {
      prompt: `Work. ${countedCall('one')} [[text=Done]]`,
      on_ask: 'wait',
    });
    const waiting = await fleet.untilRow('it waits', id, ({ state }) => state.status === 'idle');
    expect(waiting).toMatchObject({
      status: 'running',
      state: { stop_reason: 'requires_action' },
      waits_for: { kind: 'approval', tools: ['Bash'], count: 1 },
      tokens: { output: expect.any(Number) as number },
    });
    const [approval] = await until('the call is told', () => fleet.approvals.get(id));
    expect(approval).toMatchObject({ session_id: id, tool_name: 'Bash', status: 'open' });

    const answered = await call(
      server.url,
      'POST',
      `/approvals/${approval?.id}`,
      { decision: 'allow' },
      { 'x-api-key': key },
    );
    expect(answered.status).toBe(200);
    const ended = await fleet.untilRow('it has ended', id, ({ status }) => status === 'completed');
    expect(ended).toMatchObject({
      state: { status: 'idle', stop_reason: 'end_turn' },
      waits_for: null,
      error: null,
    });
    expect(ended.cost_usd).toBeGreaterThan(0);
    expect(ended['tokens']).toMatchObject({ output: expect.any(Number) as number });
    expect((ended['tokens'] as { output: number }).output).toBeGreaterThan(0);
    expect(fleet.approvals.has(id)).toBe(false);

    await using again = await FleetClient.open(server.url, { key });
    await again.untilReady();
    expect(again.rows.get(id)).toEqual(ended);
    await call(server.url, 'DELETE', `/sessions/${id}`);
    for (const client of [fleet, again]) await until('it is gone', () => !client.rows.has(id));
  });
});
