import type { Log } from './log.ts';
import type {
  AnsweredRequest,
  EndedModelRequest,
  EndedRun,
  StartedTurn,
  StoreWrite,
  TraceSettings,
  TriedDelivery,
  TurnEnd,
  TurnReport,
} from './telemetry/facts.ts';
import { Instruments } from './telemetry/instruments.ts';
import { Metrics } from './telemetry/metrics.ts';
import type { Spans } from './telemetry/spans.ts';

/**
 * What the rooms of the house tell of their work. Metrics are always kept: they are numbers in memory. Spans are
 * made only between `startTracing` and the end, and only then is their library loaded.
 */
export interface Telemetry {
  /** For numbers that are looked up when somebody reads. */
  readonly metrics: Metrics;
  /** Loads the library; never rejects, because the server works without spans. */
  startTracing(settings: TraceSettings, log: Log): Promise<void>;

  requestAnswered(request: AnsweredRequest): void;
  /** Somebody follows a session, until the result is called. */
  streamOpened(): () => void;
  /** The start of an agent process, until its first request to the model is on its way. */
  agentStarted(durationMs: number): void;
  modelRequestEnded(request: EndedModelRequest): void;
  storeWritten(write: StoreWrite): void;
  leaseLost(): void;
  /** A message to the webhook was sent: it arrived, will be sent again, or is given up. */
  deliveryTried(outcome: TriedDelivery): void;
  turnStarted(turn: StartedTurn): TurnReport;
  runEnded(run: EndedRun): void;
  /** Sends the last spans. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** `failures`: every type of failure that a run can end with. */
export function createTelemetry(failures: readonly string[] = []): Telemetry {
  return new HouseTelemetry(failures);
}

class HouseTelemetry implements Telemetry {
  readonly metrics = new Metrics();
  readonly #instruments: Instruments;
  /** How the runs end whose turns are under way. */
  readonly #open = new Map<string, Pick<TurnEnd, 'state' | 'failure'>>();
  #spans: Spans | undefined;

  constructor(failures: readonly string[]) {
    this.#instruments = new Instruments(this.metrics, failures);
  }

  async startTracing(settings: TraceSettings, log: Log): Promise<void> {
    try {
      const { openSpans } = await import('./telemetry/open-spans.ts');
      this.#spans = openSpans(settings, log);
    } catch (error) {
      log.error({ err: error }, 'No spans are made: their library could not be loaded.');
    }
  }

  requestAnswered(request: AnsweredRequest): void {
    this.#instruments.requestAnswered(request);
  }

  streamOpened(): () => void {
    return this.#instruments.streamOpened();
  }

  agentStarted(durationMs: number): void {
    this.#instruments.agentStarted(durationMs);
  }

  modelRequestEnded(request: EndedModelRequest): void {
    this.#instruments.modelRequestEnded(request);
    this.#spans?.modelRequestEnded(request);
  }

  storeWritten(write: StoreWrite): void {
    this.#instruments.storeWritten(write);
  }

  leaseLost(): void {
    this.#instruments.leaseLost();
  }

  deliveryTried(outcome: TriedDelivery): void {
    this.#instruments.deliveryTried(outcome);
  }

  runEnded(run: EndedRun): void {
    this.#instruments.runEnded(run);
    // Whoever ends it, its turn ends with it.
    const open = this.#open.get(run.runId);
    if (open) Object.assign(open, { state: run.state, failure: run.failure });
  }

  turnStarted(turn: StartedTurn): TurnReport {
    const span = this.#spans?.turnStarted(turn);
    const observers = [this.#instruments.turnStarted(turn), ...(span ? [span] : [])];
    const end: Pick<TurnEnd, 'state' | 'failure'> = { state: 'cut', failure: undefined };
    this.#open.set(turn.runId, end);
    return {
      textSeen: (at) => observers.forEach((observer) => observer.textSeen(at)),
      toolCalled: (call) => observers.forEach((observer) => observer.toolCalled(call)),
      toolAnswered: (answer) => observers.forEach((observer) => observer.toolAnswered(answer)),
      recovered: (how) => observers.forEach((observer) => observer.recovered(how)),
      stopped: ({ result, at }) => {
        if (this.#open.get(turn.runId) === end) this.#open.delete(turn.runId);
        for (const observer of observers) observer.ended({ ...end, result, at });
      },
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#spans?.[Symbol.asyncDispose]();
    this.#spans = undefined;
  }
}
