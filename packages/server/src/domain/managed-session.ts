import type { ModelRequestUsage } from './managed-events.ts';

/** A cap on what a session may cost at list price. `amount`: whole US cents, as a string. */
export interface Budget {
  type: 'limit';
  max_list_cost: { amount: string; currency: 'USD' };
}

/** What a session has used so far: the sum over its model requests, and the time in which it was running. */
export interface SessionUsage {
  inputTokens: number;
  outputTokens: number;
  cacheReadInputTokens: number;
  /** Written to the cache, by how long it is kept there. */
  cacheCreation5mInputTokens: number;
  cacheCreation1hInputTokens: number;
  webSearchRequests: number;
  webFetchRequests: number;
  activeMs: number;
  /** Since when it is running, ms since the epoch; null: it is not. That time is not in `activeMs` yet. */
  runningSince: number | null;
}

export const NO_USAGE: SessionUsage = {
  inputTokens: 0,
  outputTokens: 0,
  cacheReadInputTokens: 0,
  cacheCreation5mInputTokens: 0,
  cacheCreation1hInputTokens: 0,
  webSearchRequests: 0,
  webFetchRequests: 0,
  activeMs: 0,
  runningSince: null,
};

export const OUTCOME_RESULTS = [
  'satisfied',
  'needs_revision',
  'max_iterations_reached',
  'failed',
  'interrupted',
] as const;
export type OutcomeResult = (typeof OUTCOME_RESULTS)[number];

/** What the agent is to reach, and how far it is. At most one of a session is open. */
export interface Outcome {
  id: string;
  description: string;
  rubric: { type: 'text'; content: string };
  /** How often the work is evaluated at most. */
  maxIterations: number;
  /** The evaluation that is under way, or comes next: 0, 1, 2 … */
  iteration: number;
  /** Pending until the agent has heard of it; running while the agent works; evaluating while the grader does. */
  result: 'pending' | 'running' | 'evaluating' | OutcomeResult;
  /** What the grader said last. */
  explanation: string | null;
  completedAt: number | null;
  /** While it is evaluated: the event with which that began, and what it used in earlier turns of the run. */
  evaluation?: { eventId: string; usage: ModelRequestUsage } | undefined;
}
