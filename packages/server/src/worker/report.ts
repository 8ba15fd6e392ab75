import type { AgentOutput } from '../agent/agent.ts';
import type { RunRecord } from '../store/records.ts';
import type { ClaimedSession } from '../store/store.ts';
import type { TurnReport } from '../telemetry/facts.ts';
import type { WorkerContext } from './context.ts';
import type { Lease } from './lease.ts';

/** What telemetry is told of a turn, taken from what the turn sees anyway. */
export class Report {
  readonly #context: Pick<WorkerContext, 'clock'>;
  readonly #turn: TurnReport;
  #result: string | undefined;

  constructor(
    context: WorkerContext,
    { sessionId, epoch }: Lease,
    { session }: ClaimedSession,
    run: RunRecord,
  ) {
    this.#context = context;
    this.#turn = context.telemetry.turnStarted({
      sessionId,
      runId: run.id,
      epoch,
      goesOn: session.state !== 'queued',
      queuedAt: run.createdAt,
      startedAt: context.clock.now(),
      model: run.options.model,
      traceParent: run.options.traceParent,
      prompt: run.prompt,
    });
  }

  output(output: AgentOutput): void {
    const at = this.#context.clock.now();
    if (output.type === 'preview') {
      const { kind, parentToolUseId } = output.preview;
      if (kind === 'text' && parentToolUseId === null) this.#turn.textSeen(at);
    }
    if (output.type !== 'event') return;
    const { body } = output;
    switch (body.type) {
      case 'agent.message':
        if (body.parentToolUseId === null && body.error === undefined) this.#turn.textSeen(at);
        break;
      case 'agent.tool_use':
        this.#turn.toolCalled({ ...body, id: body.toolUseId, at });
        break;
      case 'agent.tool_result':
        this.#turn.toolAnswered({ ...body, id: body.toolUseId, at });
        break;
      case 'run.result':
        this.#result = body.result.result ?? undefined;
        break;
      case 'agent.thinking':
      case 'agent.system':
        break;
    }
  }

  /** It goes on with what was cut. */
  recovered(how: string): void {
    this.#turn.recovered(how);
  }

  stopped(): void {
    this.#turn.stopped({ result: this.#result, at: this.#context.clock.now() });
  }
}
