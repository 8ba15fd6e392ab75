import type {
  AnsweredRequest,
  EndedModelRequest,
  EndedRun,
  StartedTurn,
  StoreWrite,
  TriedDelivery,
  TurnObserver,
} from './facts.ts';
import type { Metrics } from './metrics.ts';

/** Models are named by clients: as many get a label of their own, the others share one. */
const MAX_MODELS = 50;

const FAST = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const STARTS = [0.1, 0.25, 0.5, 0.75, 1, 1.5, 2, 3, 5, 10, 30, 60];
const ANSWERS = [0.1, 0.25, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600];
const RUNS = [1, 2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 7200];

/** The counters and histograms of the server, and what is counted where. docs/guide/operations.md explains them. */
export class Instruments {
  readonly #models = new Set<string>();
  readonly #requests;
  readonly #requestSeconds;
  readonly #agentStartSeconds;
  readonly #modelRequests;
  readonly #modelRequestSeconds;
  readonly #tokens;
  readonly #cost;
  readonly #writeSeconds;
  readonly #writeErrors;
  readonly #leaseLosses;
  readonly #deliveries;
  readonly #waitSeconds;
  readonly #firstTextSeconds;
  readonly #runs;
  readonly #turnSeconds;
  readonly #toolCalls;
  readonly #recoveries;
  #readers = 0;
  #turns = 0;

  constructor(metrics: Metrics, failures: readonly string[]) {
    this.#requests = metrics.counter('bullpen_http_requests_total', 'HTTP requests answered.');
    this.#requestSeconds = metrics.histogram(
      'bullpen_http_request_duration_seconds',
      'Time to answer a request, streams aside. /status and /cancel wait when they are asked to.',
      FAST,
    );
    metrics.gauge('bullpen_stream_readers', 'Readers of event streams.', () => this.#readers);
    metrics.gauge('bullpen_turns_active', 'Turns under way on this server.', () => this.#turns);
    this.#waitSeconds = metrics.histogram(
      'bullpen_queue_wait_seconds',
      'From the acknowledgement of a run to the beginning of its work.',
      FAST.concat([30, 60, 300, 1800]),
    );
    this.#firstTextSeconds = metrics.histogram(
      'bullpen_first_text_seconds',
      'From the acknowledgement of a run to the first text of the agent.',
      ANSWERS,
    );
    this.#runs = metrics.counter('bullpen_runs_ended_total', 'Runs that have ended.');
    this.#turnSeconds = metrics.histogram(
      'bullpen_turn_duration_seconds',
      'Work on a run, from its beginning, or from where it goes on, to its end or to where it is cut.',
      RUNS,
    );
    this.#recoveries = metrics.counter('bullpen_run_recoveries_total', 'Runs that were cut and went on.');
    this.#toolCalls = metrics.counter('bullpen_tool_calls_total', 'Tool calls that were answered.');
    this.#agentStartSeconds = metrics.histogram(
      'bullpen_agent_start_duration_seconds',
      'Start of an agent process, until its first request to the model.',
      STARTS,
    );
    this.#modelRequests = metrics.counter(
      'bullpen_model_requests_total',
      'Requests to the model, by HTTP status; 0 when there was no answer.',
    );
    this.#modelRequestSeconds = metrics.histogram(
      'bullpen_model_request_duration_seconds',
      'Requests to the model, to the end of the answer.',
      ANSWERS,
    );
    this.#tokens = metrics.counter('bullpen_model_tokens_total', 'Tokens, as the provider counts them.');
    this.#cost = metrics.counter('bullpen_model_cost_usd_total', 'Cost at list price, in USD.');
    this.#writeSeconds = metrics.histogram(
      'bullpen_store_write_duration_seconds',
      'Writes to the database, until they are on disk.',
      FAST,
    );
    this.#writeErrors = metrics.counter('bullpen_store_write_errors_total', 'Writes that failed.');
    this.#leaseLosses = metrics.counter(
      'bullpen_lease_losses_total',
      'Turns stopped because the lease of their session was lost.',
    );
    this.#deliveries = metrics.counter(
      'bullpen_webhook_attempts_total',
      'Messages sent to the webhook, by what became of them; pending: it is sent again.',
    );
    // What alerts watch begins at 0: Prometheus sees no increase in a number that was not there before.
    this.#leaseLosses.add(0);
    this.#writeErrors.add(0);
    this.#deliveries.add(0, { outcome: 'failed' });
    this.#runs.add(0, { state: 'completed', failure: '' });
    this.#runs.add(0, { state: 'cancelled', failure: '' });
    for (const failure of failures) this.#runs.add(0, { state: 'failed', failure });
  }

  requestAnswered({ method, route, status, durationMs }: AnsweredRequest): void {
    this.#requests.add(1, { method, route, status: String(status) });
    if (durationMs !== undefined) this.#requestSeconds.observe(durationMs / 1000, { method, route });
  }

  streamOpened(): () => void {
    this.#readers++;
    let isOpen = true;
    return () => {
      if (isOpen) this.#readers--;
      isOpen = false;
    };
  }

  agentStarted(durationMs: number): void {
    this.#agentStartSeconds.observe(durationMs / 1000);
  }

  modelRequestEnded(request: EndedModelRequest): void {
    const model = this.#modelLabel(request.model);
    this.#modelRequests.add(1, { model, status: String(request.status) });
    this.#modelRequestSeconds.observe((request.endedAt - request.startedAt) / 1000);
    this.#tokens.add(request.inputTokens, { model, type: 'input' });
    this.#tokens.add(request.outputTokens, { model, type: 'output' });
    this.#tokens.add(request.cacheReadInputTokens, { model, type: 'cache_read' });
    this.#tokens.add(request.cacheCreationInputTokens, { model, type: 'cache_creation' });
    this.#cost.add(request.costUsd, { model });
  }

  storeWritten({ operation, durationMs, ok }: StoreWrite): void {
    this.#writeSeconds.observe(durationMs / 1000, { operation });
    if (!ok) this.#writeErrors.add(1);
  }

  leaseLost(): void {
    this.#leaseLosses.add(1);
  }

  deliveryTried(outcome: TriedDelivery): void {
    this.#deliveries.add(1, { outcome });
  }

  turnStarted({ goesOn, queuedAt, startedAt }: StartedTurn): TurnObserver {
    this.#turns++;
    if (!goesOn) this.#waitSeconds.observe(secondsBetween(queuedAt, startedAt));
    let isSilent = !goesOn;
    return {
      textSeen: (at) => {
        if (isSilent) this.#firstTextSeconds.observe(secondsBetween(queuedAt, at));
        isSilent = false;
      },
      toolCalled: () => undefined,
      toolAnswered: ({ isError }) => this.#toolCalls.add(1, { outcome: isError ? 'error' : 'ok' }),
      recovered: (how) => this.#recoveries.add(1, { how }),
      ended: ({ state, at }) => {
        this.#turns--;
        this.#turnSeconds.observe(secondsBetween(startedAt, at), { state });
      },
    };
  }

  runEnded({ state, failure = '' }: EndedRun): void {
    this.#runs.add(1, { state, failure });
  }

  #modelLabel(model: string): string {
    if (this.#models.size < MAX_MODELS) this.#models.add(model);
    return this.#models.has(model) ? model : 'other';
  }
}

/** In seconds. The clocks of two nodes may differ: never negative. */
function secondsBetween(from: number, to: number): number {
  return Math.max(0, to - from) / 1000;
}
