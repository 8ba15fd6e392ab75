import type { AgentOutput, AgentProcess, AgentSpec, RunEnd } from '../agent/agent.ts';
import type { AgentResult, ModelUsage, NewEvent } from '../domain/event.ts';
import { createFailure, type Failure } from '../domain/failure.ts';
import { SECOND } from '../lib/duration.ts';
import { createId } from '../lib/ids.ts';
import { toPromptEvent } from '../sessions/prompt-event.ts';
import { changeState } from '../sessions/session.ts';
import type { InputRecord, RunRecord } from '../store/records.ts';
import type { ClaimedSession } from '../store/store.ts';
import { findCwdFault } from '../workspace/cwd.ts';
import type { Lease, StopReason, WorkerContext } from './context.ts';
import { finishRun, totalCost } from './finish.ts';
import { LeaseLost, LogWriter } from './log-writer.ts';

/** How long a cancelled agent may take to end its turn by itself. */
const INTERRUPT_GRACE_MS = SECOND;
/** Back-pressure: with so many events on their way to the disk the agent's next output waits. */
const MAX_UNWRITTEN = 256;

/**
 * One turn: the open prompt of a claimed session, from the queue to the run's end. Acquires the agent process, moves
 * the prompt and everything the agent says into the log, and commits the end. `stop` aborts with a StopReason.
 */
export async function runTurn(
  context: WorkerContext,
  lease: Lease,
  claimed: ClaimedSession,
  stop: AbortSignal,
): Promise<void> {
  const prompt = claimed.inputs.find((input) => input.kind === 'message');
  if (!claimed.run || !prompt) throw new Error('A queued session has no run or no prompt.');
  const turn = new Turn(context, lease, claimed, claimed.run, prompt, stop);
  try {
    await turn.run();
  } finally {
    await turn.releaseProcess();
  }
}

class Turn {
  readonly #context: WorkerContext;
  readonly #lease: Lease;
  readonly #claimed: ClaimedSession;
  readonly #run: RunRecord;
  readonly #prompt: InputRecord;
  readonly #stop: AbortSignal;
  readonly #writer: LogWriter;
  #process: AgentProcess | undefined;
  #reusable = false;
  #taken = false;
  #unwritten = 0;
  #agentSessionId: string;
  #modelUsage: Record<string, ModelUsage> = {};

  constructor(
    context: WorkerContext,
    lease: Lease,
    claimed: ClaimedSession,
    run: RunRecord,
    prompt: InputRecord,
    stop: AbortSignal,
  ) {
    this.#context = context;
    this.#lease = lease;
    this.#claimed = claimed;
    this.#run = run;
    this.#prompt = prompt;
    this.#stop = stop;
    // What cannot be told must not go on and cost.
    this.#writer = new LogWriter(context.store, context.clock, lease, () => void this.#process?.kill());
    this.#agentSessionId = claimed.session.agentSessionId ?? createId(context.clock.now());
  }

  async run(): Promise<void> {
    const spec = await this.#prepare();
    if ('failure' in spec) return this.#finish('failed', spec.failure);
    try {
      this.#process = await this.#context.pool.acquire(spec, this.#stop);
    } catch (error) {
      if (!this.#stop.aborted) throw error;
      return this.#stopped();
    }
    this.#markRunning();
    const end = await this.#drive(this.#process);
    // A run that came to its end in the very moment in which it was to be parked has ended.
    const hasEnded = this.#stop.reason === 'park' && !end.failure;
    if (this.#stop.aborted && !hasEnded) return this.#stopped();
    this.#reusable = end.reusable;
    await this.#finish(end.failure ? 'failed' : 'completed', end.failure);
  }

  /** After the end: the process stays warm for the next run, or goes. */
  async releaseProcess(): Promise<void> {
    if (this.#process) await this.#context.pool.release(this.#process, { keepWarm: this.#reusable });
    this.#process = undefined;
  }

  async #prepare(): Promise<AgentSpec | { failure: Failure }> {
    const { session } = this.#claimed;
    const { home, workspace } = await this.#context.workspaces.prepare(session.id);
    const isOwn = session.workspace.kind === 'own';
    // A session's own workspace lies where this node keeps them, whichever node made it.
    const cwd = isOwn ? workspace : session.workspace.ref;
    if (!isOwn) {
      // Checked when it was asked for; it may have gone, or become a link, since.
      const fault = await findCwdFault(cwd, this.#context);
      if (fault) return { failure: createFailure('invalid_cwd', `${cwd} ${fault}`) };
    }
    return {
      tenantId: session.tenantId,
      sessionId: session.id,
      agentSessionId: this.#agentSessionId,
      resume: session.agentSessionId !== null,
      runOrdinal: this.#run.ordinal,
      cwd,
      home,
      options: this.#run.options,
    };
  }

  /**
   * The first commit of the turn. The agent gets its prompt meanwhile: the lease is ours, so nobody else decides about
   * this session, and a commit that fails ends the turn like any other.
   */
  #markRunning(): void {
    const now = this.#context.clock.now();
    const change = changeState(this.#claimed, { to: 'running', eventId: createId(now), now });
    this.#writer.add({
      session: change.session,
      events: [change.event],
      updateRun: { id: this.#run.id, state: 'running', startedAt: now },
    });
  }

  async #drive(process: AgentProcess): Promise<RunEnd> {
    const stopper = new Stopper(process, this.#stop);
    try {
      const prompt = {
        runId: this.#run.id,
        inputId: this.#prompt.id,
        content: this.#prompt.payload.content ?? '',
      };
      for await (const output of process.run(prompt)) {
        if (output.type === 'ended') return output.end;
        this.#write(output);
        if (this.#unwritten >= MAX_UNWRITTEN) await this.#flush();
      }
      throw new Error('The agent process ended its output without an end.');
    } finally {
      await stopper.done();
    }
  }

  #write(output: Exclude<AgentOutput, { type: 'ended' }>): void {
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
      case 'event': {
        // The prompt comes first in the log, whatever the agent reports first.
        this.#take();
        this.#unwritten++;
        this.#writer.add({
          events: [this.#writer.createEvent(output.body)],
          ...(output.body.type === 'run.result' && this.#resultPatch(output.body.result)),
        });
        break;
      }
    }
  }

  #take(): void {
    if (this.#taken) return;
    this.#taken = true;
    this.#writer.add({
      events: [this.#promptEvent()],
      consumeInputIds: [this.#prompt.id],
    });
  }

  #promptEvent(): NewEvent {
    return toPromptEvent(this.#prompt, this.#context.clock.now());
  }

  #resultPatch(result: AgentResult) {
    this.#modelUsage = addUsage(this.#modelUsage, result.modelUsage);
    const costUsd = Object.values(this.#modelUsage).reduce((sum, usage) => sum + usage.costUsd, 0);
    return {
      session: totalCost(this.#claimed.session.totalCostUsd, null, costUsd),
      updateRun: { id: this.#run.id, result, modelUsage: this.#modelUsage, costUsd },
    };
  }

  async #flush(): Promise<void> {
    await this.#writer.flush();
    this.#unwritten = 0;
  }

  async #finish(state: 'completed' | 'failed' | 'cancelled', failure: Failure | null): Promise<void> {
    await this.#flush();
    await finishRun(this.#context, this.#lease, {
      state,
      failure,
      untaken: this.#taken ? undefined : this.#promptEvent(),
    });
  }

  /** The turn was stopped: its process is gone before anybody hears of it. */
  async #stopped(): Promise<void> {
    const reason: StopReason = this.#stop.reason;
    await this.releaseProcess();
    if (reason === 'lost') throw new LeaseLost();
    if (reason === 'cancel') return this.#finish('cancelled', null);
    await this.#flush();
    const { tenantId, sessionId, epoch } = this.#lease;
    // `wakeAt` stays: the next start finds the session at its old place in the queue.
    await this.#context.store.commit(tenantId, sessionId, { epoch, releaseLease: true });
  }
}

/** Ends a run that is told to stop: a cancelled agent gets a moment to end its turn in order, then the tree is killed. */
class Stopper {
  readonly #process: AgentProcess;
  readonly #stop: AbortSignal;
  #timer: NodeJS.Timeout | undefined;
  #killing: Promise<void> | undefined;

  constructor(process: AgentProcess, stop: AbortSignal) {
    this.#process = process;
    this.#stop = stop;
    stop.addEventListener('abort', this.#onStop, { once: true });
    if (stop.aborted) this.#onStop();
  }

  /** The run is over: nothing may be killed after this that was not told to stop before. */
  async done(): Promise<void> {
    clearTimeout(this.#timer);
    this.#stop.removeEventListener('abort', this.#onStop);
    await this.#killing;
  }

  readonly #onStop = (): void => {
    const reason: StopReason = this.#stop.reason;
    if (reason !== 'cancel') return this.#kill();
    void this.#process.interrupt();
    this.#timer = setTimeout(() => this.#kill(), INTERRUPT_GRACE_MS);
  };

  #kill(): void {
    this.#killing = this.#process.kill();
  }
}

function addUsage(
  sum: Record<string, ModelUsage>,
  more: Record<string, ModelUsage>,
): Record<string, ModelUsage> {
  const total = { ...sum };
  for (const [model, usage] of Object.entries(more)) {
    const before = total[model];
    total[model] = before
      ? {
          inputTokens: before.inputTokens + usage.inputTokens,
          outputTokens: before.outputTokens + usage.outputTokens,
          cacheReadInputTokens: before.cacheReadInputTokens + usage.cacheReadInputTokens,
          cacheCreationInputTokens: before.cacheCreationInputTokens + usage.cacheCreationInputTokens,
          costUsd: before.costUsd + usage.costUsd,
        }
      : usage;
  }
  return total;
}
