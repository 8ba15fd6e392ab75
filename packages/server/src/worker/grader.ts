import { setTimeout as sleep } from 'node:timers/promises';
import type { AgentOutput, AgentProcess, RunEnd } from '../agent/agent.ts';
import type { AgentResult } from '../domain/event.ts';
import { createFailure, type Failure, type FailureType } from '../domain/failure.ts';
import type { ModelRequestUsage } from '../domain/managed-events.ts';
import type { Outcome } from '../domain/managed-session.ts';
import { addTokens, NO_TOKENS } from '../domain/tokens.ts';
import { SECOND } from '../lib/duration.ts';
import { createId } from '../lib/ids.ts';
import type { RunRecord, SessionRecord } from '../store/records.ts';
import type { WorkerContext } from './context.ts';
import { createGraderSpec } from './grader-spec.ts';
import { isCut } from './is-cut.ts';
import type { Lease } from './lease.ts';
import { describeWork } from './outcome-words.ts';
import { parseVerdict, type Verdict } from './verdict.ts';

/** How often it is tried to come to a verdict; the troubles of the model's provider are waited for by the gateway. */
const TRIES = 2;
const TRY_AGAIN_MS = SECOND;
/** What another grader may not run into. */
const WORTH_ANOTHER_TRY = new Set<FailureType>([
  'structured_output',
  'rate_limited',
  'overloaded',
  'provider_error',
  'connection',
  'output_limit',
  'spawn_failed',
  'out_of_memory',
  'internal',
]);
const NO_VERDICT = 'The grader gave no verdict.';

/** What came of looking at the work. */
export type Graded =
  | { how: 'verdict'; verdict: Verdict }
  /** There is no verdict, and there will be none: why, for people. */
  | { how: 'failed'; why: string }
  /** Nothing, because everything ended here: what is left is for the next turn of the run. */
  | { how: 'cut'; failure: Failure }
  | { how: 'stopped' }
  | { how: 'budget_reached' };

type Tried = Exclude<Graded, { how: 'failed' }> | { how: 'failed'; failure: Failure };

interface Assignment {
  session: SessionRecord;
  outcome: Outcome;
  /** The agent's last words. */
  said: string;
}

interface Surroundings {
  context: WorkerContext;
  lease: Lease;
  run: RunRecord;
  stop: AbortSignal;
  /** Everything that a grader says. */
  heard(output: AgentOutput): void;
}

/**
 * Looks at the work of a run with fresh eyes: an agent of its own in the same directory, that knows the outcome and the rubric
 * and nothing else. Every try is another one.
 */
export class Grader {
  readonly #around: Surroundings;
  #usage: ModelRequestUsage = NO_TOKENS;
  #process: AgentProcess | undefined;

  constructor(around: Surroundings) {
    this.#around = around;
  }

  /** Of all tries so far. */
  get usage(): ModelRequestUsage {
    return this.#usage;
  }

  async grade(assignment: Assignment): Promise<Graded> {
    const { stop } = this.#around;
    for (let tries = 1; ; tries++) {
      const graded = await this.#try(assignment);
      if (!('failure' in graded) || graded.how === 'cut') return graded;
      const { type, message } = graded.failure;
      const why = type === 'structured_output' ? NO_VERDICT : message;
      if (tries === TRIES || !WORTH_ANOTHER_TRY.has(type)) return { how: 'failed', why };
      await sleep(TRY_AGAIN_MS, undefined, { signal: stop }).catch(() => undefined);
      if (stop.aborted) return { how: 'stopped' };
    }
  }

  /** While it is at work. */
  get process(): AgentProcess | undefined {
    return this.#process;
  }

  async #try({ session, outcome, said }: Assignment): Promise<Tried> {
    const { context, lease, run, stop } = this.#around;
    if (stop.aborted) return { how: 'stopped' };
    const kill = (): void => void this.#process?.kill();
    try {
      const spec = await createGraderSpec(context, session, run, {
        leaseEpoch: lease.epoch,
        patience: AbortSignal.any([lease.ended, stop]),
      });
      if ('failure' in spec) return { how: 'failed', ...spec };
      this.#process = await context.pool.acquire(spec, stop);
    } catch (error) {
      if (!stop.aborted) throw error;
      return { how: 'stopped' };
    }
    stop.addEventListener('abort', kill, { once: true });
    if (stop.aborted) kill();
    try {
      return await this.#drive(this.#process, outcome, said);
    } finally {
      stop.removeEventListener('abort', kill);
      await context.pool.release(this.#process, { keepWarm: false });
      this.#process = undefined;
    }
  }

  async #drive(process: AgentProcess, outcome: Outcome, said: string): Promise<Tried> {
    const { context, lease, run, stop, heard } = this.#around;
    const inputId = createId(context.clock.now());
    let result: AgentResult | undefined;
    let hasBudget = true;
    let end: RunEnd | undefined;
    for await (const output of process.run({
      runId: run.id,
      inputId,
      content: describeWork(outcome, said),
      lease,
    })) {
      heard(output);
      if (output.type === 'request_ended') this.#usage = addTokens(this.#usage, output.usage);
      if (output.type === 'event' && output.body.type === 'run.result') ({ result } = output.body);
      if (output.type === 'budget_reached') {
        hasBudget = false;
        void process.kill();
      }
      if (output.type === 'ended') ({ end } = output);
    }
    if (stop.aborted) return { how: 'stopped' };
    if (!hasBudget) return { how: 'budget_reached' };
    return judge(end, result);
  }
}

function judge(end: RunEnd | undefined, result: AgentResult | undefined): Tried {
  const failure = end?.failure ?? null;
  if (isCut(failure)) return { how: 'cut', failure };
  if (failure) return { how: 'failed', failure };
  const verdict = parseVerdict(result?.structuredOutput);
  return verdict
    ? { how: 'verdict', verdict }
    : { how: 'failed', failure: createFailure('structured_output') };
}
