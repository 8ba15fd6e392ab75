import { expect } from 'vitest';
import type { StoredEvent } from '#src/domain/event.ts';
import type { OutcomeEvaluationEvent } from '#src/domain/managed-events.ts';
import type { Outcome } from '#src/domain/managed-session.ts';

type End = Extract<OutcomeEvaluationEvent, { phase: 'ended' }>;

/**
 * However often it was cut: each outcome has one end, its evaluations are counted from 0 and are no more than they may be, each has
 * one beginning and one end, and the agent has heard once of each that it had to hear of. `transcript`: what it remembers.
 */
export function checkOutcomes(
  outcomes: readonly Outcome[],
  log: readonly StoredEvent[],
  transcript: readonly string[],
): void {
  const heard = transcript.map(idOf);
  for (const outcome of outcomes) {
    const events = log.flatMap(({ id, body }) =>
      body.type === 'outcome.evaluation' && body.outcomeId === outcome.id ? [{ id, ...body }] : [],
    );
    const starts = events.flatMap(({ id, phase, iteration }) =>
      phase === 'started' ? [{ id, iteration }] : [],
    );
    const ends = events.filter((event): event is End & { id: string } => event.phase === 'ended');
    expect(
      log.filter(({ body }) => body.type === 'outcome.defined' && body.outcome.id === outcome.id),
    ).toHaveLength(1);
    expect(ends.map(({ iteration }) => iteration)).toEqual(ends.map((_, index) => index));
    expect(ends.length).toBeLessThanOrEqual(outcome.maxIterations);
    expect(ends.map(({ result }) => result === 'needs_revision').indexOf(false)).toBe(ends.length - 1);
    expect(outcome).toMatchObject({ result: ends.at(-1)?.result, completedAt: expect.any(Number) });
    const ofGraders = ends.filter(({ startedEventId }) => startedEventId !== null);
    expect(ofGraders.map(({ startedEventId: id, iteration }) => ({ id, iteration }))).toEqual(starts);
    for (const [index, { id }] of ends.entries()) {
      const times = heard.filter((heardId) => heardId === id).length;
      // It went on from there, so it had heard.
      if (index + 1 < starts.length) expect(times).toBe(1);
      else expect(times).toBeLessThanOrEqual(1);
    }
  }
}

/** Of the message that an entry is, however it came to the agent. */
function idOf(line: string): string {
  const { uuid, attachment } = JSON.parse(line) as { uuid: string; attachment?: { source_uuid?: string } };
  return attachment?.source_uuid ?? uuid;
}
