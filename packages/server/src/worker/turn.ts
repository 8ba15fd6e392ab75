import type { AgentOutput, AgentProcess, AgentPrompt, RunEnd } from '../agent/agent.ts';
import type { AgentResult } from '../domain/event.ts';
import { createFailure, type Failure, type FailureType } from '../domain/failure.ts';
import type { SessionState } from '../domain/session-state.ts';
import { createId } from '../lib/ids.ts';
import { toPromptEvent } from '../sessions/prompt-event.ts';
import { changeState } from '../sessions/session.ts';
import type { RunRecord } from '../store/records.ts';
import type { ClaimedSession } from '../store/store.ts';
import { createSpec } from './agent-spec.ts';
import { BackgroundTasks } from './background-tasks.ts';
import type { StopReason, TurnHandle, WorkerContext } from './context.ts';
import { findContinuation, type Continuation } from './continuation.ts';
import { finishRun, type RunOutcome } from './finish.ts';
import { fitOutput } from './large-output.ts';
import { LeaseLost, whileHeld, type Lease } from './lease.ts';
import { LogGuard } from './log-guard.ts';
import { LogWriter, type CommitPart } from './log-writer.ts';
import { putOff } from './put-off.ts';
import { Report } from './report.ts';
import { Stopper } from './stopper.ts';
import { tellRecovery } from './tell-recovery.ts';
import { TurnAsks } from './turn-asks.ts';
import { RunUsage } from './usage.ts';
import { waitForHome } from './wait-for-home.ts';

/** Back-pressure: with so many events on their way to the disk the agent's next output waits. */
const MAX_UNWRITTEN = 256;
/** Ends that are not the run's doing: it goes on from what the agent has recorded. */
const CUT = new Set<FailureType>(['process_died', 'unresponsive']);

/**
 * One turn: the open run of a claimed session, from the queue, or from where it was cut, to its end. Acquires the
 * agent process, moves the prompt and everything the agent says into the log, and commits the end.
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
  readonly #writer: LogWriter;
  readonly #asks: TurnAsks;
  readonly #usage: RunUsage;
  readonly #tasks = new BackgroundTasks();
  readonly #withdrawn: string[] = [];
  #state: SessionState;
  #changedAt = 0;
  #prompt: Omit<AgentPrompt, 'runId' | 'lease'> = { inputId: '', content: '' };
  #promptId = '';
  #process: AgentProcess | undefined;
  #reusable = false;
  #taken = false;
  #unwritten = 0;
  #agentSessionId: string;

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
    this.#state = claimed.session.state;
    this.report = new Report(context, lease, claimed, run);
    // What cannot be told must not go on and cost.
    this.#writer = new LogWriter(context.store, context.clock, lease, () => void this.#process?.kill());
    this.#asks = new TurnAsks({
      context,
      lease,
      run,
      writer: this.#writer,
      changeState: (to) => this.#changeState(to),
      process: () => this.#process,
    });
    handle.parkableSince = () =>
      this.#state === 'waiting' && this.#asks.carried && this.#tasks.isEmpty ? this.#changedAt : undefined;
    this.#agentSessionId = claimed.session.agentSessionId ?? createId(context.clock.now());
    this.#usage = new RunUsage(run, claimed.session.totalCostUsd);
  }

  async run(): Promise<void> {
    const continuation = await this.#findContinuation();
    if (continuation && 'failure' in continuation) return this.#finish({ state: 'failed', ...continuation });
    if (continuation?.plan.how === 'finished')
      return this.#finishUnheard(continuation.plan.result, continuation);
    try {
      const spec = await createSpec(this.#context, this.#claimed, this.#run, {
        agentSessionId: this.#agentSessionId,
        leaseEpoch: this.#lease.epoch,
        continuation,
        patience: AbortSignal.any([this.#lease.ended, this.#stop]),
      });
      if ('failure' in spec) return await this.#finish({ state: 'failed', ...spec });
      this.#process = await this.#context.pool.acquire(spec, this.#stop);
    } catch (error) {
      if (!this.#stop.aborted) throw error;
      return this.#stopped();
    }
    await this.#begin(continuation);
    const end = await this.#drive(this.#process);
    // A run that came to its end in the very moment in which it was to be parked has ended.
    const hasEnded = this.#stop.reason === 'park' && !end.failure;
    if (this.#stop.aborted && !hasEnded) return this.#stopped();
    this.#reusable = end.reusable;
    if (end.failure && CUT.has(end.failure.type)) return this.#cut(end.failure);
    await this.#finish({ state: end.failure ? 'failed' : 'completed', failure: end.failure });
  }

  /** After the end: the process stays warm for the next run, or goes. */
  async release(): Promise<void> {
    this.#asks[Symbol.dispose]();
    if (this.#process) await this.#context.pool.release(this.#process, { keepWarm: this.#reusable });
    this.#process = undefined;
  }

  /** Undefined: the run begins now. */
  async #findContinuation(): Promise<Continuation | { failure: Failure } | undefined> {
    const prompt = this.#claimed.inputs.find(({ kind }) => kind === 'message');
    if (this.#claimed.session.state === 'queued') {
      if (!prompt) throw new Error('A queued session has no prompt.');
      this.#promptId = prompt.id;
      this.#prompt = { inputId: prompt.id, content: prompt.payload.content ?? '' };
      return undefined;
    }
    const found = await whileHeld(this.#lease, () =>
      findContinuation(this.#context, this.#lease, this.#claimed, this.#run),
    );
    if ('failure' in found) return found;
    this.#prompt = found.prompt;
    this.#promptId = found.promptId;
    this.#taken = found.isTaken;
    return found;
  }

  /**
   * The first commit of the turn. The agent gets its prompt meanwhile: the lease is ours, so nobody else decides about
   * this session, and a commit that fails ends the turn like any other.
   */
  async #begin(continuation: Continuation | undefined): Promise<void> {
    this.#writer.add({
      ...this.#changeState('running'),
      updateRun: {
        id: this.#run.id,
        state: 'running',
        startedAt: this.#run.startedAt ?? this.#context.clock.now(),
        firstSeq: this.#run.firstSeq ?? this.#claimed.head.lastSeq,
      },
    });
    if (!continuation) return;
    this.#tellRecovery(continuation);
    if (continuation.decisions.size === 0) return;
    // Whoever takes the run up after us must know that the call may have run.
    await this.#flush();
    for (const [toolUseId, decision] of continuation.decisions) this.#process?.answer(toolUseId, decision);
  }

  #tellRecovery(continuation: Continuation): void {
    this.report.recovered(continuation.how);
    // The prompt is the first that people hear of a run.
    this.#take();
    tellRecovery(this.#writer, this.#run, continuation, this.#context.clock.now());
  }

  async #finishUnheard(result: AgentResult, continuation: Continuation | undefined): Promise<void> {
    if (continuation) this.#tellRecovery(continuation);
    this.#writer.add({
      events: [this.#writer.createEvent({ type: 'run.result', runId: this.#run.id, result })],
    });
    await this.#finish({ state: 'completed', failure: null, result });
  }

  async #drive(process: AgentProcess): Promise<RunEnd> {
    const stopper = new Stopper(process, this.#stop);
    const guard = new LogGuard(this.#context.limits, () => stopper.kill());
    try {
      for await (const output of process.run({ runId: this.#run.id, lease: this.#lease, ...this.#prompt })) {
        if (output.type === 'ended') return guard.judge(output.end);
        this.report.output(output);
        await this.#write(await fitOutput(output, this.#lease.sessionId, this.#context));
        guard.look(this.#writer.size);
        if (this.#unwritten >= MAX_UNWRITTEN) await this.#flush();
      }
      throw new Error('The agent process ended its output without an end.');
    } finally {
      await stopper.done();
    }
  }

  async #write(output: Exclude<AgentOutput, { type: 'ended' }>): Promise<void> {
    // A process that goes takes its calls back with its last breath; only one that goes on means it.
    if (output.type !== 'ask_withdrawn') {
      for (const toolUseId of this.#withdrawn.splice(0)) this.#asks.withdraw(toolUseId);
    }
    switch (output.type) {
      case 'taken':
        this.#take();
        break;
      case 'recorded':
        // Not earlier: a session with this id is resumed from its transcript.
        this.#writer.add({ session: { agentSessionId: this.#agentSessionId } });
        break;
      case 'preview':
        this.#context.store.hints.preview(this.#lease.sessionId, output.preview);
        break;
      case 'ask':
        await this.#asks.open(output.ask);
        break;
      case 'ask_withdrawn':
        this.#withdrawn.push(output.toolUseId);
        break;
      case 'event': {
        // The prompt comes first in the log, whatever the agent reports first.
        this.#take();
        this.#unwritten++;
        this.#tasks.observe(output.body);
        this.#writer.add({
          events: [this.#writer.createEvent(output.body)],
          ...(output.body.type === 'run.result' && this.#usage.add(output.body.result)),
        });
        break;
      }
    }
  }

  #take(): void {
    if (this.#taken) return;
    this.#taken = true;
    const prompt = { id: this.#promptId, runId: this.#run.id, content: this.#run.prompt };
    const event = toPromptEvent(prompt, this.#context.clock.now());
    this.#writer.add({ events: [event], consumeInputIds: [prompt.id] });
  }

  #changeState(to: SessionState): CommitPart {
    const now = this.#context.clock.now();
    const view = { ...this.#claimed, session: { ...this.#claimed.session, state: this.#state } };
    const change = changeState(view, { to, eventId: createId(now), now });
    this.#state = to;
    this.#changedAt = this.#context.clock.monotonic();
    return { session: change.session, events: [change.event] };
  }

  async #flush(): Promise<void> {
    await this.#writer.flush();
    this.#unwritten = 0;
  }

  async #finish(outcome: RunOutcome): Promise<void> {
    await this.#flush();
    await finishRun(this.#context, this.#lease, outcome);
  }

  /** The process is gone through no fault of the run's. */
  async #cut(failure: Failure): Promise<void> {
    await this.release();
    await this.#flush();
    await this.#putOff(failure, { counts: true });
  }

  /** The turn was stopped: its process is gone before anybody hears of it. */
  async #stopped(): Promise<void> {
    const reason: StopReason = this.#stop.reason;
    await this.release();
    if (reason === 'lost') throw new LeaseLost();
    if (reason === 'cancel') return this.#finish({ state: 'cancelled', failure: null });
    await this.#flush();
    await this.#putOff(createFailure('interrupted'), { counts: false });
  }

  #putOff(failure: Failure, { counts }: { counts: boolean }): Promise<void> {
    const { carried } = this.#asks;
    return putOff(this.#context, this.#lease, { state: this.#state, carried, failure, counts });
  }
}
