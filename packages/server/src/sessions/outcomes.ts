import { PRIMARY_THREAD, type NewEvent } from '../domain/event.ts';
import type { Outcome, OutcomeResult } from '../domain/managed-session.ts';
import { addTokens, NO_TOKENS } from '../domain/tokens.ts';
import { createId } from '../lib/ids.ts';
import type { SessionRecord } from '../store/records.ts';
import type { Commit } from '../store/store.ts';

/** Why an outcome of which the work was stopped is not reached. */
export const INTERRUPTED = 'The work was interrupted before the outcome was reached.';

/** The one that is neither reached nor given up; undefined: there is none. */
export function findOpenOutcome(outcomes: readonly Outcome[]): Outcome | undefined {
  return outcomes.find(({ completedAt }) => completedAt === null);
}

/** The outcomes of a session when one of them has changed, or is new. */
export function withOutcome(outcomes: readonly Outcome[], changed: Outcome): Outcome[] {
  const isKnown = outcomes.some(({ id }) => id === changed.id);
  if (!isKnown) return [...outcomes, changed];
  return outcomes.map((outcome) => (outcome.id === changed.id ? changed : outcome));
}

interface EvaluationEnd {
  result: OutcomeResult;
  explanation: string;
}

/** What goes into a commit that ends an evaluation of an outcome of this session. */
export function endEvaluation(
  { outcomes, usage }: Pick<SessionRecord, 'outcomes' | 'usage'>,
  outcome: Outcome,
  { result, explanation }: EvaluationEnd,
  now: number,
): { session: Partial<Pick<SessionRecord, 'outcomes' | 'usage'>>; event: NewEvent } {
  const { evaluation, ...rest } = outcome;
  const { id: outcomeId, iteration } = outcome;
  const goesOn = result === 'needs_revision';
  const used = evaluation?.usage ?? NO_TOKENS;
  const ended: Outcome = goesOn
    ? { ...rest, iteration: iteration + 1, result: 'running', explanation }
    : { ...rest, result, explanation, completedAt: now };
  const startedEventId = evaluation?.eventId ?? null;
  const body = { result, explanation, outcomeId, iteration, startedEventId, usage: used };
  return {
    session: { outcomes: withOutcome(outcomes, ended), usage: addTokens(usage, used) },
    event: {
      id: createId(now),
      threadId: PRIMARY_THREAD,
      createdAt: now,
      body: { type: 'outcome.evaluation', phase: 'ended', ...body },
    },
  };
}

/** Ends the open outcome of a session because the work on it has ended: what goes into the commit of that end. */
export function closeOutcome(
  session: Pick<SessionRecord, 'outcomes' | 'usage'>,
  end: EvaluationEnd,
  now: number,
): Required<Pick<Commit, 'session' | 'events'>> {
  const open = findOpenOutcome(session.outcomes);
  if (!open) return { session: {}, events: [] };
  const ended = endEvaluation(session, open, end, now);
  return { session: ended.session, events: [ended.event] };
}
