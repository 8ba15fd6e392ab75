import type { Session, Span } from '../../../live/session-items.ts';

/** Half of the whole cent in which a session tells its cost. */
const ROUNDED_BY = 0.005;

/**
 * What a session has cost in USD; undefined: nothing that is known yet. The session tells it in whole cents, the model calls to the digit; those of subagents
 * are in the session's only, and what was a moment ago in the calls' only.
 */
export function costOf(
  session: Pick<Session, 'usage'> | undefined,
  spans: readonly Span[],
): number | undefined {
  const told = Number(session?.usage.list_cost?.amount ?? 0) / 100;
  const counted = spans.reduce((sum, { costUsd = 0 }) => sum + costUsd, 0);
  if (told === 0 && counted === 0) return undefined;
  return counted > told || told - counted <= ROUNDED_BY ? counted : told;
}

/** Input, with what came from the cache, and output. */
export function tokensOf(session: Pick<Session, 'usage'> | undefined): { input: number; output: number } {
  const usage = session?.usage;
  const creation = usage?.cache_creation;
  return {
    input:
      (usage?.input_tokens ?? 0) +
      (usage?.cache_read_input_tokens ?? 0) +
      (creation?.ephemeral_5m_input_tokens ?? 0) +
      (creation?.ephemeral_1h_input_tokens ?? 0),
    output: usage?.output_tokens ?? 0,
  };
}
