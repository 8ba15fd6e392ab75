import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { startDemoModel } from '#src/demo-model/server.ts';
import { systemClock as clock } from '#src/lib/clock.ts';
import { priceOf } from '#src/sessions/cost.ts';
import { runRawAgent } from '../support/raw-agent.ts';

// One kind of token each, then all; the last two are above the limit from which long prompts cost more.
const USAGES = [
  'input=10000 output=0',
  'input=10 output=10000',
  'input=10 output=0 cache-read=10000',
  'input=10 output=0 cache-write=10000',
  'input=1234 output=567 cache-read=8901 cache-write=234',
  'input=150000 output=100',
  'input=10 output=100 cache-read=150000 cache-write=1000',
];

const Tokens = z.number();
// The SDK does not declare it.
const Result = z.object({
  model_usage_since_last_result: z.record(
    z.string(),
    z.object({
      inputTokens: Tokens,
      outputTokens: Tokens,
      cacheReadInputTokens: Tokens,
      cacheCreationInputTokens: Tokens,
      costUSD: z.number(),
    }),
  ),
});

describe('the price of a model request', () => {
  it.each(['opus', 'sonnet', 'haiku', 'fable', 'claude-sonnet-4-5'])(
    'of %s is what the agent binary charges',
    async (model) => {
      await using demo = await startDemoModel({ clock });
      const prompts = USAGES.map((usage) => `[[model-usage ${usage}]][[text=Hi]]`);
      const messages = await runRawAgent({ url: demo.url, key: 'none' }, prompts, { model });
      const charged = messages
        .filter((message) => message.type === 'result')
        .flatMap((message) => Object.entries(Result.parse(message).model_usage_since_last_result));
      expect(charged).toHaveLength(USAGES.length);
      for (const [name, usage] of charged) expect(priceOf(name, usage)).toBeCloseTo(usage.costUSD, 9);
    },
  );

  it('is the dearest known one for models that nobody knows', () => {
    const usage = {
      inputTokens: 1_000_000,
      outputTokens: 0,
      cacheReadInputTokens: 0,
      cacheCreationInputTokens: 0,
    };
    expect(priceOf('some-model', usage)).toBe(15);
    expect(priceOf('us.anthropic.claude-sonnet-4-5-20250929-v1:0', usage)).toBe(3);
  });
});
