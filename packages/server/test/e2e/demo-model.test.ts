import type { SDKMessage } from '@anthropic-ai/claude-agent-sdk';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { startDemoModel } from '#src/demo-model/server.ts';
import type { ModelRequest } from '#src/gateway/gateway.ts';
import { createPatience } from '#src/gateway/patience.ts';
import { startGateway } from '#src/gateway/start-gateway.ts';
import { systemClock as clock } from '#src/lib/clock.ts';
import { priceOf } from '#src/sessions/cost.ts';
import { runRawAgent } from '../support/raw-agent.ts';

function resultsOf(messages: SDKMessage[]) {
  return messages.filter((message) => message.type === 'result');
}

function textsOf(messages: SDKMessage[]): string[] {
  return resultsOf(messages).map((message) =>
    message.subtype === 'success' ? message.result : message.subtype,
  );
}

function toolsOf(messages: SDKMessage[]): string[] {
  return messages.flatMap((message) =>
    message.type === 'assistant'
      ? message.message.content.flatMap((block) => (block.type === 'tool_use' ? [block.name] : []))
      : [],
  );
}

describe('the real agent on the demo model', () => {
  it('plans, writes, runs, reads and sums up; remembers over turns and over a compaction', async () => {
    await using model = await startDemoModel({ clock });
    const messages = await runRawAgent({ url: model.url, key: 'none' }, [
      'My name is Ada',
      'Create a file hello.txt with the content "hi there"',
      '/compact',
      'What was my name?',
    ]);
    expect(toolsOf(messages)).toEqual(['Write', 'Bash', 'Read']);
    const texts = textsOf(messages);
    expect(texts[1]).toContain('hi there');
    expect(texts[1]).not.toContain('did not work');
    expect(texts[3]).toBe('Your name is Ada.');
  });

  it('follows directives: tools, thinking, failures that pass, limits, background agents', async () => {
    await using model = await startDemoModel({ clock });
    const messages = await runRawAgent({ url: model.url, key: 'none' }, [
      '[[thinking=hm]][[text=a]][[tool=Bash {"command":"echo 1"}]][[tool=Read {"file_path":"/none"}]][[text=one]]',
      '[[drop times=1]][[text=two]]',
      '[[status=529 times=1]][[text=three]]',
      '[[text=four]][[stop=max_tokens times=1]]',
      '[[agent=Go [[tool=Bash {"command":"echo sub"}]][[text=sub]]]][[text=five]]',
      '[[status=400 message="No"]]',
      '[[status=529]]',
      '[[text=x]][[stop=refusal]]',
      'What was my name?',
    ]);
    expect(textsOf(messages)).toEqual([
      'one',
      'two',
      'three',
      'four',
      'five',
      'Background work has ended: Agent "Background work" finished.',
      expect.stringContaining('No'),
      expect.stringContaining('529'),
      expect.any(String),
      'You have not told me your name yet.',
    ]);
    expect(resultsOf(messages).findIndex((message) => message.is_error)).toBe(6);
    expect(toolsOf(messages)).toEqual(['Bash', 'Read', 'Agent', 'Bash']);
  });

  it('gives structured output', async () => {
    await using model = await startDemoModel({ clock });
    const schema = { type: 'object', properties: { answer: { type: 'integer' } }, required: ['answer'] };
    const messages = await runRawAgent(
      { url: model.url, key: 'none' },
      ['hello', '[[structured={"answer":42}]]'],
      {
        outputFormat: { type: 'json_schema', schema },
      },
    );
    expect(textsOf(messages)).toEqual(['{"answer":1}', '{"answer":42}']);
  });
});

describe('the real agent through the gateway', () => {
  it('costs, row by row, what the agent says that it cost', async () => {
    await using model = await startDemoModel({ clock });
    const rows: ModelRequest[] = [];
    await using gateway = await startGateway({
      upstream: { url: model.url, headers: { 'x-api-key': 'real' } },
      clock,
      log: pino({ level: 'silent' }),
      patience: createPatience(0),
      onRequest: (row) => void rows.push(row),
    });
    const pass = gateway.issuePass({ tenantId: 'tenant', sessionId: 'session' });
    pass.setRun('run');
    const messages = await runRawAgent({ url: gateway.url, key: pass.token }, ['Create a file', 'hello']);
    await pass.settled();
    const last = resultsOf(messages).at(-1);
    expect(rows).toHaveLength(5);
    expect(rows.reduce((sum, row) => sum + priceOf(row.model, row), 0)).toBeCloseTo(
      last?.total_cost_usd ?? 0,
      9,
    );
  });

  it.each([
    ['outside a run', (token: string) => token, '403 No run'],
    ['with a token that is not known', () => 'unknown', '401 This token'],
  ])('gives up at once %s', async (_, toKey, expected) => {
    await using model = await startDemoModel({ clock });
    await using gateway = await startGateway({
      upstream: { url: model.url, headers: {} },
      clock,
      log: pino({ level: 'silent' }),
      patience: createPatience(0),
      onRequest: () => {},
    });
    const pass = gateway.issuePass({ tenantId: 'tenant', sessionId: 'session' });
    // A last result that is an error makes the SDK throw; a retry would take half a second and more.
    await expect(runRawAgent({ url: gateway.url, key: toKey(pass.token) }, ['hello'])).rejects.toThrow(
      expected,
    );
  });
});
