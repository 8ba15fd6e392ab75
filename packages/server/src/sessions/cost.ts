import type { ModelUsage } from '../domain/event.ts';

/** USD for a million tokens. Cache writes are those that live for five minutes, which is what agents ask for. */
interface Price {
  input: number;
  output: number;
  cacheRead: number;
  cacheWrite: number;
  /** Holds for the whole request when its prompt, with what is cached, is longer than `above` tokens. */
  long?: { above: number; price: Price };
}

const HAIKU_5_5_LONG: Price = { input: 0.5, output: 2.5, cacheRead: 0.05, cacheWrite: 0.625 };
const OPUS_4_5: Price = { input: 5, output: 25, cacheRead: 0.5, cacheWrite: 6.25 };
const FABLE_5: Price = { input: 10, output: 50, cacheRead: 1, cacheWrite: 12.5 };
const FABLE_5_1: Price = { ...FABLE_5, cacheRead: 0.25 };
const FABLE_5_2: Price = { input: 8, output: 40, cacheRead: 0.2, cacheWrite: 10 };
const DEAREST: Price = { input: 15, output: 75, cacheRead: 1.5, cacheWrite: 18.75 };

// The list prices that the pinned agent binary charges; test/e2e/cost.test.ts compares. The longest name that a
// model's name contains counts, which covers dated names and those of other clouds.
const PRICES: Record<string, Price> = {
  'claude-3-5-haiku': { input: 0.8, output: 4, cacheRead: 0.08, cacheWrite: 1 },
  'claude-haiku-4': { input: 1, output: 5, cacheRead: 0.1, cacheWrite: 1.25 },
  'claude-haiku-5': {
    input: 0.1,
    output: 0.5,
    cacheRead: 0.01,
    cacheWrite: 0.125,
    long: { above: 100_000, price: HAIKU_5_5_LONG },
  },
  'claude-3-5-sonnet': { input: 3, output: 15, cacheRead: 0.3, cacheWrite: 3.75 },
  'claude-3-7-sonnet': { input: 3, output: 15, cacheRead: 0.3, cacheWrite: 3.75 },
  'claude-sonnet-4': { input: 3, output: 15, cacheRead: 0.3, cacheWrite: 3.75 },
  'claude-sonnet-5': { input: 2, output: 10, cacheRead: 0.2, cacheWrite: 2.5 },
  'claude-sonnet-5-5': { input: 2, output: 10, cacheRead: 0.1, cacheWrite: 2.5 },
  'claude-opus-4': DEAREST,
  'claude-opus-4-5': OPUS_4_5,
  'claude-opus-4-6': OPUS_4_5,
  'claude-opus-4-7': OPUS_4_5,
  'claude-opus-4-8': OPUS_4_5,
  'claude-opus-5': OPUS_4_5,
  'claude-opus-5-5': { input: 4, output: 20, cacheRead: 0.2, cacheWrite: 5 },
  'claude-fable-5': FABLE_5,
  'claude-fable-5-1': FABLE_5_1,
  'claude-fable-5-2': FABLE_5_2,
  'claude-mythos-5': FABLE_5,
  'claude-mythos-5-1': FABLE_5_1,
  'claude-mythos-5-2': FABLE_5_2,
};
const NAMES = Object.keys(PRICES).toSorted((a, b) => b.length - a.length);

/**
 * The list price of one request in USD. An unknown model costs as much as the dearest known one: too much is noticed,
 * too little is a budget that does not hold.
 */
export function priceOf(model: string, usage: Omit<ModelUsage, 'costUsd'>): number {
  const listed = PRICES[findName(model) ?? ''] ?? DEAREST;
  const prompt = usage.inputTokens + usage.cacheReadInputTokens + usage.cacheCreationInputTokens;
  const price = listed.long && prompt > listed.long.above ? listed.long.price : listed;
  const perMillion =
    usage.inputTokens * price.input +
    usage.outputTokens * price.output +
    usage.cacheReadInputTokens * price.cacheRead +
    usage.cacheCreationInputTokens * price.cacheWrite;
  return perMillion / 1_000_000;
}

/** Names without a version, which stand for a model of the list. */
const ALIASES = new Set(['default', 'haiku', 'sonnet', 'opus', 'fable', 'mythos']);

/** Whether it is known what the model costs. */
export function hasListPrice(model: string): boolean {
  return ALIASES.has(model) || findName(model) !== undefined;
}

function findName(model: string): string | undefined {
  return NAMES.find((name) => model.includes(name));
}
