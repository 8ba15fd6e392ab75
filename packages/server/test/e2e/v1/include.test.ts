import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { formatPrefixedId } from '#src/lib/ids.ts';
import { call, execute, waitForEnd } from '../../support/api-client.ts';
import type { SeenEvent } from '../../support/managed-sessions.ts';
import { readStream, type Frame } from '../../support/sse-client.ts';
import { shareServer } from '../../support/shared-server.ts';

const INCLUDE = 'include[]=thinking&include[]=subagents&include[]=results';
const DELTAS = 'event_deltas[]=agent.thinking&event_deltas[]=agent.message';

const server = shareServer(['--demo']);

const urlOf = (id: string): string => `${server.url}/v1/sessions/${formatPrefixedId('sesn', id)}`;

async function eventsOf(id: string, query = INCLUDE): Promise<SeenEvent[]> {
  const response = await fetch(`${urlOf(id)}/events?${query}`);
  const { data }: { data: SeenEvent[] } = JSON.parse(await response.text());
  return data;
}

/** What comes until the session is idle, or until this comes. */
async function watch(id: string, isLast = (event: SeenEvent) => event.type === 'session.status_idle') {
  const frames: Frame[] = [];
  const events: SeenEvent[] = [];
  for await (const frame of readStream(`${urlOf(id)}/events/stream?${INCLUDE}&${DELTAS}`)) {
    frames.push(frame);
    if (frame.id === undefined) continue;
    const event = frame.data as SeenEvent;
    events.push(event);
    if (isLast(event)) break;
  }
  return { frames, events };
}

const of = (events: readonly SeenEvent[], type: string) => events.filter((event) => event.type === type);

describe('a session that somebody watches with include[]', () => {
  it('shows its thinking as it is written, and subagents below the call that started them', async () => {
    const below =
      '[[thinking=Far below]] [[text=I look]] [[tool=Bash {"command":"echo seen"}]] [[text=Seen]]';
    const id = await execute(server.url, {
      prompt: `[[thinking=Let me see what there is]] [[agent=Look ${below}]] [[text=Sent]]`,
      allowed_tools: ['Bash'],
    });
    const { frames, events } = await watch(id);
    const [thought] = of(events, 'agent.thinking');
    expect(thought?.['thinking']).toBe('Let me see what there is');
    const deltas = frames
      .filter(({ event }) => event === 'event_delta')
      .map(({ data }) => data as { event_id: string; delta: { content: { thinking?: string } } });
    const written = deltas.filter(({ event_id: eventId }) => eventId === thought?.id);
    expect(written.map(({ delta }) => delta.content.thinking).join('')).toBe('Let me see what there is');

    const agentCall = events.find(({ name }) => name === 'Agent');
    const nested = events.filter((event) => event['parent_tool_use_id'] === agentCall?.['call_id']);
    expect(agentCall).toBeDefined();
    expect(nested.map(({ type }) => type)).toEqual([
      'agent.thinking',
      'agent.message',
      'agent.tool_use',
      'agent.tool_result',
      'agent.message',
    ]);
    const [, , bash, result] = nested;
    expect(result).toMatchObject({ tool_use_id: bash?.id, call_id: bash?.['call_id'] });
    const tasks = of(events, 'bullpen.agent_system').map((event) => event['subtype']);
    expect(tasks).toEqual(expect.arrayContaining(['init', 'task_started', 'task_notification']));

    const spent = of(events, 'span.model_request_end').map((event) => Number(event['cost_usd']));
    expect(Math.min(...spent)).toBeGreaterThan(0);
    const { body } = await call(server.url, 'GET', `/status/${id}`);
    // Subagents have no spans.
    expect(spent.reduce((sum, usd) => sum + usd)).toBeLessThan(Number(body['total_cost_usd']));
    expect(events.at(-1)).toMatchObject({ state: 'completed', failure: null });
    const all = await eventsOf(id);
    expect(all.slice(-events.length)).toEqual(events);
    const plain = await eventsOf(id, '');
    expect(plain.some((event) => 'parent_tool_use_id' in event || 'call_id' in event)).toBe(false);
  });

  it('shows all that a subagent does while its caller waits for it, too', async () => {
    const prompt =
      'Look [[thinking=Far below]] [[text=I look]] [[tool=Bash {"command":"echo seen"} ]] [[text=Seen]]';
    const input = {
      description: 'Look',
      prompt,
      subagent_type: 'general-purpose',
      run_in_background: false,
    };
    const id = await execute(server.url, {
      prompt: `[[tool=Agent ${JSON.stringify(input)}]] [[text=Seen by it]]`,
      allowed_tools: ['Bash'],
    });
    await waitForEnd(server.url, id);
    const events = await eventsOf(id);
    const agentCall = events.find(({ name }) => name === 'Agent');
    const nested = events.filter((event) => event['parent_tool_use_id'] === agentCall?.['call_id']);
    expect(nested.map(({ type }) => type)).toEqual([
      'agent.thinking',
      'agent.message',
      'agent.tool_use',
      'agent.tool_result',
      'agent.message',
    ]);
    const plain = await eventsOf(id, '');
    expect(of(plain, 'agent.message')).toHaveLength(1);
    expect(of(plain, 'agent.thinking')).toEqual([]);
  });

  it('tells who decided about a call', async () => {
    const key = readFileSync(join(server.dataDir, 'approval-key'), 'utf8').trim();
    const id = await execute(server.url, {
      prompt: '[[tool=Bash {"command":"touch x","description":"Makes x"}]] [[text=Done]]',
      on_ask: 'wait',
    });
    const { events } = await watch(id, ({ type }) => type === 'bullpen.approval_requested');
    const asked = events.at(-1);
    const [bash] = of(events, 'agent.tool_use');
    expect(bash).toMatchObject({ description: 'Makes x', call_id: asked?.['call_id'] });
    expect(asked).toMatchObject({ tool_use_id: bash?.id, name: 'bash' });
    await call(
      server.url,
      'POST',
      `/approvals/${String(asked?.['approval_id'])}`,
      { decision: 'allow' },
      { authorization: `Bearer ${key}` },
    );
    await waitForEnd(server.url, id);
    const [answered] = of(await eventsOf(id), 'bullpen.approval_answered');
    expect(answered).toMatchObject({
      result: 'allow',
      decided_by: expect.stringMatching(/./),
      for_session: false,
    });
    const idle = of(await eventsOf(id), 'session.status_idle');
    expect(idle.map((event) => event['state'])).toEqual(['waiting', 'completed']);
  });

  it('tells that a run of /execute/ reached max_turns, was cancelled, or has a structured output', async () => {
    const { url } = server;
    const turns = await execute(url, {
      prompt: '[[tool=Bash {"command":"echo 1"}]] [[tool=Bash {"command":"echo 2"}]] [[text=No]]',
      allowed_tools: ['Bash'],
      max_turns: 1,
    });
    const structured = await execute(url, {
      prompt: '[[structured={"answer":42}]]',
      output_schema: { type: 'object', properties: { answer: { type: 'number' } } },
    });
    const cancelled = await execute(url, { prompt: '[[tokens=4000 rate=20]]' });
    for (const id of [turns, structured]) await waitForEnd(url, id);
    const [reached] = of(await eventsOf(turns), 'bullpen.run_result');
    expect(reached).toMatchObject({ subtype: 'error_max_turns', is_error: true });
    expect(of(await eventsOf(turns), 'session.error').at(-1)).toMatchObject({ failure_type: 'max_turns' });
    expect((await eventsOf(turns)).at(-1)).toMatchObject({ state: 'failed', failure: { type: 'max_turns' } });
    const [result] = of(await eventsOf(structured), 'bullpen.run_result');
    expect(result).toMatchObject({ subtype: 'success', structured_output: { answer: 42 } });
    await watch(cancelled, ({ type }) => type === 'span.model_request_start');
    await call(url, 'POST', `/cancel/${cancelled}`);
    expect((await eventsOf(cancelled)).at(-1)).toMatchObject({ state: 'cancelled', failure: null });
  });

  it('can be renamed while it works, and says so', async () => {
    const id = await execute(server.url, {
      prompt: '[[tool=Bash {"command":"until test -e go; do sleep 0.1; done"}]] [[text=Over]]',
      allowed_tools: ['Bash'],
    });
    await watch(id, ({ type }) => type === 'agent.tool_use');
    const renamed = await call(server.url, 'POST', `/v1/sessions/${formatPrefixedId('sesn', id)}`, {
      title: 'Another name',
    });
    expect(renamed).toMatchObject({ status: 200, body: { title: 'Another name', status: 'running' } });
    const { events } = await watch(id, ({ type }) => type === 'session.updated');
    expect(events.at(-1)).toMatchObject({ title: 'Another name' });
    writeFileSync(join(server.dataDir, 'sessions', id, 'workspace', 'go'), '');
    await waitForEnd(server.url, id);
    const { body } = await call(server.url, 'GET', `/status/${id}`);
    expect(body).toMatchObject({ status: 'completed' });
  });
});
