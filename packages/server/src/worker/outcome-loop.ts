import type { AgentProcess } from '../agent/agent.ts';
import type { NewEvent } from '../domain/event.ts';
import type { Outcome } from '../domain/managed-session.ts';
import { addTokens, NO_TOKENS } from '../domain/tokens.ts';
import { SECOND } from '../lib/duration.ts';
import { endEvaluation, findOpenOutcome, withOutcome } from '../sessions/outcomes.ts';
import type { RunRecord } from '../store/records.ts';
import type { WorkerContext } from './context.ts';
import { Grader, type Graded } from './grader.ts';
import type { Lease } from './lease.ts';
import { findFeedback } from './outcome-words.ts';
import type { TurnMessage } from './turn-messages.ts';
import type { TurnOutput } from './turn-output.ts';
import { explain } from './verdict.ts';

/** How often people hear that the grader is still at it. */
const HEARTBEAT_MS = 10 * SECOND;

/** What follows from an evaluation. */
export type Judged =
  /** No outcome is open any more. */
  | { how: 'closed' }
  /** The agent is told this. */
  | { how: 'goes_on'; message: TurnMessage }
  | Extract<Graded, { how: 'cut' | 'stopped' | 'budget_reached' }>;

interface Surroundings {
  context: WorkerContext;
  lease: Lease;
  run: RunRecord;
  stop: AbortSignal;
  output: TurnOutput;
}

/**
 * Has the work on an outcome looked at when the agent has come to its end, until the outcome is reached or given up:
 *
 *   running → evaluating → running (the agent hears what is missing) → evaluating … → satisfied, max_iterations_reached, failed
 *
 * Each step is one commit of event and row. An evaluation that was cut goes on under the event with which it began, with
 * another grader; what the agent is told has the id of the event that says so, so that after a cut it is known whether it heard it.
 */
export class OutcomeLoop {
  readonly #around: Surroundings;
  #grader: Grader | undefined;

  constructor(around: Surroundings) {
    this.#around = around;
  }

  /** Whether the agent works on an outcome: there is work to be looked at. */
  get isOpen(): boolean {
    return this.#open !== undefined;
  }

  /** Who looks at the work. */
  get process(): AgentProcess | undefined {
    return this.#grader?.process;
  }

  /** `said`: the agent's last words. */
  async judge(said: string): Promise<Judged> {
    const { context, lease, run, stop, output } = this.#around;
    if (stop.aborted) return { how: 'stopped' };
    const outcome = this.#begin();
    if (!outcome) return { how: 'closed' };
    const grader = new Grader({ context, lease, run, stop, heard: (words) => output.countBeside(words) });
    this.#grader = grader;
    const heartbeat = setInterval(
      () => output.commit({ events: [this.#tell(outcome, 'ongoing')] }),
      HEARTBEAT_MS,
    );
    try {
      const graded = await grader.grade({ session: output.session, outcome, said });
      const used = this.#count(outcome, grader);
      if (graded.how === 'verdict' || graded.how === 'failed') return this.#end(used, graded);
      // The next turn goes on with it.
      this.#change(used);
      return graded;
    } finally {
      clearInterval(heartbeat);
      this.#grader = undefined;
    }
  }

  get #open(): Outcome | undefined {
    const open = findOpenOutcome(this.#around.output.session.outcomes);
    return open?.result === 'pending' ? undefined : open;
  }

  /** The outcome under evaluation. */
  #begin(): Outcome | undefined {
    const { output } = this.#around;
    const open = this.#open;
    if (!open) return undefined;
    if (open.evaluation) {
      output.commit({ events: [this.#tell(open, 'ongoing')] });
      return open;
    }
    const event = this.#tell(open, 'started');
    const outcome: Outcome = {
      ...open,
      result: 'evaluating',
      evaluation: { eventId: event.id, usage: NO_TOKENS },
    };
    this.#change(outcome, event);
    return outcome;
  }

  #end(outcome: Outcome, graded: Extract<Graded, { how: 'verdict' | 'failed' }>): Judged {
    const { context, output } = this.#around;
    const end = toEnd(outcome, graded);
    const { session, event } = endEvaluation(output.session, outcome, end, context.clock.now());
    output.commit({ session, events: [event] });
    const content = findFeedback(event.body);
    return content === undefined
      ? { how: 'closed' }
      : { how: 'goes_on', message: { inputId: event.id, content } };
  }

  /** With what this grader has used. */
  #count(outcome: Outcome, { usage }: Grader): Outcome {
    const { evaluation } = outcome;
    return {
      ...outcome,
      evaluation: evaluation && { ...evaluation, usage: addTokens(evaluation.usage, usage) },
    };
  }

  #change(outcome: Outcome, ...events: NewEvent[]): void {
    const { output } = this.#around;
    output.commit({ session: { outcomes: withOutcome(output.session.outcomes, outcome) }, events });
  }

  #tell({ id: outcomeId, iteration }: Outcome, phase: 'started' | 'ongoing'): NewEvent {
    const { writer } = this.#around.output;
    return writer.createEvent({ type: 'outcome.evaluation', phase, outcomeId, iteration });
  }
}

function toEnd(
  { iteration, maxIterations }: Outcome,
  graded: Extract<Graded, { how: 'verdict' | 'failed' }>,
): Parameters<typeof endEvaluation>[2] {
  if (graded.how === 'failed') {
    return { result: 'failed', explanation: `The work could not be judged. ${graded.why}` };
  }
  const { verdict } = graded;
  const isLast = iteration + 1 >= maxIterations;
  const result = verdict.result === 'needs_revision' && isLast ? 'max_iterations_reached' : verdict.result;
  return { result, explanation: explain(result, verdict) };
}
