import { createFailure, type Failure } from '../domain/failure.ts';
import type { StopReason, WorkerContext } from './context.ts';
import { finishRun, type RunOutcome } from './finish.ts';
import { LeaseLost, type Lease } from './lease.ts';
import type { Judged } from './outcome-loop.ts';
import { parkForBudget } from './park.ts';
import { putOff } from './put-off.ts';
import type { TurnMessages } from './turn-messages.ts';
import type { TurnOutput } from './turn-output.ts';

interface Parts {
  context: WorkerContext;
  lease: Lease;
  stop: AbortSignal;
  output: TurnOutput;
  messages: TurnMessages;
  /** Lets the process go. */
  release(): Promise<void>;
}

/** The ways in which a turn ends. All that it has to tell is durable by then. */
export class TurnEnd {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** The run ends. False: a message has come in the meantime, and the run goes on with it, if it `canGoOn`. */
  async finish(outcome: RunOutcome, canGoOn = false): Promise<boolean> {
    const { context, lease, output, messages } = this.#parts;
    await output.flush();
    const waiting = await finishRun(context, lease, outcome, { canGoOn });
    messages.heard(waiting, undefined);
    return waiting.length === 0;
  }

  /** The work could not be looked at now; the next turn of the run goes on with that. */
  unjudged(judged: Exclude<Judged, { how: 'closed' | 'goes_on' }>): Promise<void> {
    switch (judged.how) {
      case 'stopped':
        return this.stopped();
      case 'cut':
        return this.cut(judged.failure);
      case 'budget_reached':
        return this.parkForBudget();
    }
  }

  /** The process is gone through no fault of the run's. */
  async cut(failure: Failure): Promise<void> {
    await this.#parts.release();
    await this.#parts.output.flush();
    await this.#putOff(failure, { counts: true });
  }

  /** The turn was stopped: its process is gone before anybody hears of it. */
  async stopped(): Promise<void> {
    const { stop, output, release } = this.#parts;
    const reason: StopReason = stop.reason;
    await release();
    if (reason === 'lost') throw new LeaseLost();
    if (reason === 'cancel') return void (await this.finish({ state: 'cancelled', failure: null }));
    await output.flush();
    await this.#putOff(createFailure('interrupted'), { counts: false });
  }

  async parkForBudget(): Promise<void> {
    const { context, lease, output, release } = this.#parts;
    await release();
    await output.flush();
    await parkForBudget(context, lease);
  }

  #putOff(failure: Failure, { counts }: { counts: boolean }): Promise<void> {
    const { context, lease, output } = this.#parts;
    const { canPark, session } = output;
    return putOff(context, lease, { state: session.state, canPark, failure, counts });
  }
}
