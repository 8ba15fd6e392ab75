import type { AgentProcess, RunEnd } from '../agent/agent.ts';
import type { AgentResult } from '../domain/event.ts';
import type { Failure } from '../domain/failure.ts';
import { createId } from '../lib/ids.ts';
import { findOpenOutcome } from '../sessions/outcomes.ts';
import type { RunRecord } from '../store/records.ts';
import type { ClaimedSession } from '../store/store.ts';
import { createSpec } from './agent-spec.ts';
import { limitBudget } from './budgets.ts';
import type { TurnHandle, WorkerContext } from './context.ts';
import { findContinuation, type Continuation } from './continuation.ts';
import { isCut } from './is-cut.ts';
import { fitOutput } from './large-output.ts';
import { whileHeld, type Lease } from './lease.ts';
import { LogGuard } from './log-guard.ts';
import { OutcomeLoop } from './outcome-loop.ts';
import { Report } from './report.ts';
import { Stopper } from './stopper.ts';
import { tellRecovery } from './tell-recovery.ts';
import { TurnEnd } from './turn-end.ts';
import { TurnOutput } from './turn-output.ts';
import { TurnMessages, type TurnMessage } from './turn-messages.ts';
import { waitForHome } from './wait-for-home.ts';

/** Back-pressure: with so many events on their way to the disk the agent's next output waits. */
const MAX_UNWRITTEN = 256;

/**
 * One turn: the open run of a claimed session, from the queue, or from where it was cut, to its end.
 */
export async function runTurn(
  context: WorkerContext,
  lease: Lease,
  claimed: ClaimedSession,
  handle: TurnHandle,
): Promise<void> {
  if (!claimed.run) throw new Error('A session with work has no run.');
  if (claimed.awayHome) return waitForHome(context, lease, claimed, claimed.awayHome);
  const turn = new Turn(context, lease, claimed, claimed.run, handle);
  try {
    await turn.run();
  } finally {
    turn.report.stopped();
    await turn.release();
  }
}

class Turn {
  readonly #context: WorkerContext;
  readonly #lease: Lease;
  readonly #claimed: ClaimedSession;
  readonly #run: RunRecord;
  readonly #stop: AbortSignal;
  readonly report: Report;
  readonly #output: TurnOutput;
  readonly #messages: TurnMessages;
  readonly #outcomes: OutcomeLoop;
  readonly #end: TurnEnd;
  #process: AgentProcess | undefined;
  #reusable = false;
  #hasBudget = true;
  #hasBegun = false;

  constructor(
    context: WorkerContext,
    lease: Lease,
    claimed: ClaimedSession,
    run: RunRecord,
    handle: TurnHandle,
  ) {
    this.#context = context;
    this.#lease = lease;
    this.#claimed = claimed;
    this.#run = run;
    this.#stop = handle.stop.signal;
    this.report = new Report(context, lease, claimed, run);
    this.#messages = new TurnMessages(
      claimed.inputs,
      claimed.session.agentSessionId ?? createId(context.clock.now()),
    );
    this.#output = new TurnOutput({
      context,
      lease,
      claimed,
      run,
      messages: this.#messages,
      process: () => this.#process ?? this.#outcomes.process,
    });
    const parts = { context, lease, run, stop: this.#stop, output: this.#output };
    this.#outcomes = new OutcomeLoop(parts);
    this.#end = new TurnEnd({ ...parts, messages: this.#messages, release: () => this.release() });
    handle.heard = (inputs) => this.#messages.heard(inputs, this.#process);
    handle.parkableSince = () => this.#output.parkableSince;
  }

  async run(): Promise<void> {
    let message: TurnMessage | undefined;
    let continuation: Continuation | undefined;
    if (this.#claimed.session.state === 'queued') {
      message = this.#messages.next();
      if (!message) throw new Error('A queued session has no prompt.');
    } else {
      const found = await this.#findContinuation();
      if ('failure' in found) return void (await this.#end.finish({ state: 'failed', ...found }));
      if (found.plan.how === 'finished') {
        message = await this.#goOnFinished(found.plan.result, found);
        if (!message) return;
      } else {
        continuation = found;
        message = found.prompt;
      }
    }
    // With a process at hand its client hears at once that the run has begun.
    if (this.#context.pool.isWarm(this.#lease.sessionId)) this.#begin();
    for (;;) {
      using _budget = this.#limitBudget(continuation?.step !== undefined);
      const process = await this.#acquire(continuation);
      if (!process) return;
      this.#begin();
      if (continuation) await this.#goOn(continuation);
      this.#output.tellTroubles();
      const end = await this.#drive(process, message, continuation?.step !== undefined);
      if (this.#stop.aborted && !this.#hasEndedInTime(end)) return await this.#end.stopped();
      if (continuation?.step !== undefined) {
        // The call has been made; the others are planned with its result.
        await this.#dropProcess();
        await this.#output.flush();
        const found = await this.#findContinuation();
        if ('failure' in found) return void (await this.#end.finish({ state: 'failed', ...found }));
        continuation = found;
        message = found.prompt;
        continue;
      }
      if (!this.#hasBudget) return await this.#end.parkForBudget();
      this.#reusable = end.reusable;
      if (isCut(end.failure)) return await this.#end.cut(end.failure);
      message = await this.#comeToEnd(end);
      if (!message) return;
      continuation = undefined;
    }
  }

  /** What the run goes on with when its agent has come to an end; undefined: the turn is over. */
  async #comeToEnd({ failure, result, reusable }: RunEnd): Promise<TurnMessage | undefined> {
    for (;;) {
      const message = failure || !reusable ? undefined : this.#messages.next();
      if (message) return message;
      if (!failure && this.#outcomes.isOpen) {
        // It may make room for who looks at its work.
        await this.#dropProcess();
        const judged = await this.#outcomes.judge(result?.result ?? '');
        if (judged.how === 'goes_on') {
          // It is told only what the log has.
          await this.#output.flush();
          return judged.message;
        }
        if (judged.how === 'closed') continue;
        await this.#end.unjudged(judged);
        return undefined;
      }
      const state = failure ? 'failed' : 'completed';
      if (await this.#end.finish({ state, failure }, reusable)) return undefined;
      const next = this.#messages.next();
      if (!next) throw new Error('A run goes on without a message.');
      return next;
    }
  }

  /** After the end: the process stays warm for the next run, or goes. */
  async release(): Promise<void> {
    this.#output[Symbol.dispose]();
    await this.#dropProcess();
  }

  async #dropProcess(): Promise<void> {
    if (this.#process) await this.#context.pool.release(this.#process, { keepWarm: this.#reusable });
    this.#process = undefined;
  }

  /** A run that came to its end in the very moment in which it was to be parked has ended. */
  #hasEndedInTime({ failure }: RunEnd): boolean {
    return this.#stop.reason === 'park' && !failure;
  }

  /** A process that does one step alone asks the model for nothing. */
  #limitBudget(isStep: boolean): Disposable | undefined {
    const { budgets } = this.#context;
    return isStep ? budgets.limit(this.#lease.sessionId, 0) : limitBudget(budgets, this.#output.session);
  }

  async #findContinuation(): Promise<Continuation | { failure: Failure }> {
    const found = await whileHeld(this.#lease, () =>
      findContinuation(this.#context, this.#lease, this.#claimed, this.#run),
    );
    if ('failure' in found) return found;
    this.#messages.recover(found);
    for (const [toolUseId, call] of found.calls) this.#output.log.remember(toolUseId, call);
    return found;
  }

  /** The process of the run, the present one if it can go on; undefined: there is none, and the turn is over. */
  async #acquire(continuation: Continuation | undefined): Promise<AgentProcess | undefined> {
    if (this.#process) return this.#process;
    try {
      const spec = await createSpec(this.#context, this.#output, this.#run, {
        agentSessionId: this.#messages.agentSessionId,
        leaseEpoch: this.#lease.epoch,
        continuation,
        tell: (error) => this.#output.troubles.push(error),
        patience: AbortSignal.any([this.#lease.ended, this.#stop]),
      });
      if ('failure' in spec) {
        await this.#end.finish({ state: 'failed', ...spec });
        return undefined;
      }
      this.#process = await this.#context.pool.acquire(spec, this.#stop);
      return this.#process;
    } catch (error) {
      if (!this.#stop.aborted) throw error;
      await this.#end.stopped();
      return undefined;
    }
  }

  /**
   * The first commit of the turn. The agent gets its prompt meanwhile: the lease is ours, so nobody else decides about
   * this session, and a commit that fails ends the turn like any other.
   */
  #begin(): void {
    if (this.#hasBegun) return;
    this.#hasBegun = true;
    this.#output.writer.add({
      ...this.#output.changeState('running'),
      updateRun: {
        id: this.#run.id,
        state: 'running',
        startedAt: this.#run.startedAt ?? this.#context.clock.now(),
        firstSeq: this.#run.firstSeq ?? this.#claimed.head.lastSeq,
      },
    });
  }

  async #goOn(continuation: Continuation): Promise<void> {
    this.#tellRecovery(continuation);
    if (continuation.approvals.length === 0) return;
    // Whoever takes the run up after us must know that the call may have run.
    await this.#output.flush();
    for (const { toolUseId } of continuation.approvals) {
      const decision = continuation.decisions.get(toolUseId);
      if (decision) this.#process?.answer(toolUseId, decision);
    }
  }

  #tellRecovery(continuation: Continuation): void {
    this.report.recovered(continuation.how);
    // The prompt is the first that people hear of a run.
    this.#output.take(continuation.promptId);
    tellRecovery(this.#output, this.#run, continuation, this.#context.clock.now());
  }

  /** As #comeToEnd, of a run whose agent had come to its end before it was cut. */
  async #goOnFinished(result: AgentResult, continuation: Continuation): Promise<TurnMessage | undefined> {
    const isOver = findOpenOutcome(this.#output.session.outcomes) === undefined;
    if (!isOver) this.#begin();
    this.#tellRecovery(continuation);
    const { writer } = this.#output;
    const heard = writer.createEvent({ type: 'run.result', runId: this.#run.id, result });
    if (!continuation.isHeard) writer.add({ events: [heard] });
    if (isOver) return void (await this.#end.finish({ state: 'completed', failure: null, result }));
    using _budget = this.#limitBudget(false);
    return await this.#comeToEnd({ failure: null, result, reusable: true });
  }

  async #drive(process: AgentProcess, message: TurnMessage, isStep: boolean): Promise<RunEnd> {
    const stopper = new Stopper(process, this.#stop);
    const guard = new LogGuard(this.#context.limits, () => stopper.kill());
    const outputs = process.run({ runId: this.#run.id, lease: this.#lease, ...message });
    // Those that came while there was no process, or that an earlier one never took.
    if (!isStep) this.#messages.pushAll(process);
    try {
      for await (const output of outputs) {
        if (output.type === 'ended') return guard.judge(output.end);
        if (output.type === 'budget_reached') {
          this.#hasBudget = isStep;
          stopper.kill();
          continue;
        }
        if (isStep && (output.type === 'request_started' || output.type === 'request_ended')) continue;
        this.report.output(output);
        await this.#output.write(await fitOutput(output, this.#lease.sessionId, this.#context));
        guard.look(this.#output.writer.size);
        if (this.#output.unwritten >= MAX_UNWRITTEN) await this.#output.flush();
      }
      throw new Error('The agent process ended its output without an end.');
    } finally {
      await stopper.done();
    }
  }
}
