import type { ModelRequestUsage } from './managed-events.ts';

export const NO_TOKENS: ModelRequestUsage = {
  inputTokens: 0,
  outputTokens: 0,
  cacheReadInputTokens: 0,
  cacheCreation5mInputTokens: 0,
  cacheCreation1hInputTokens: 0,
};

/** A sum of tokens, whatever else it counts, with more of them. */
export function addTokens<Sum extends ModelRequestUsage>(sum: Sum, more: ModelRequestUsage): Sum {
  return {
    ...sum,
    inputTokens: sum.inputTokens + more.inputTokens,
    outputTokens: sum.outputTokens + more.outputTokens,
    cacheReadInputTokens: sum.cacheReadInputTokens + more.cacheReadInputTokens,
    cacheCreation5mInputTokens: sum.cacheCreation5mInputTokens + more.cacheCreation5mInputTokens,
    cacheCreation1hInputTokens: sum.cacheCreation1hInputTokens + more.cacheCreation1hInputTokens,
  };
}
