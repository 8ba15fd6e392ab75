import type { Query } from '@anthropic-ai/claude-agent-sdk';

/** Messages that the agent has not taken yet are not heard either: the server still has them. The type lacks the option. */
export async function interruptAll(query: Query): Promise<void> {
  await (query.interrupt as (options: { cancelQueued: boolean }) => Promise<unknown>).call(query, {
    cancelQueued: true,
  });
}
