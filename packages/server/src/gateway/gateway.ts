/** Where the gateway sends requests, with the credential that it adds. */
export interface Upstream {
  /** Base URL without a trailing slash, e.g. `https://api.anthropic.com`. */
  url: string;
  /** `x-api-key` or `authorization`; replaces whatever the agent sent. */
  headers: Record<string, string>;
}

/** One request to the model that has ended, whichever way. Times in ms since the epoch. */
export interface ModelRequest {
  tenantId: string;
  sessionId: string;
  runId: string;
  model: string;
  /** 0 when the provider gave no answer. */
  status: number;
  requestId: string | null;
  /** The id of the message in the answer; absent when none began. */
  messageId?: string | undefined;
  inputTokens: number;
  outputTokens: number;
  cacheReadInputTokens: number;
  cacheCreationInputTokens: number;
  startedAt: number;
  endedAt: number;
}

/** A request that waits in the gateway, because the provider is in trouble. */
export interface ModelHold {
  /** 1, 2, 3 … for one request. */
  attempt: number;
  /** Until it goes out, as far as can be told now. */
  delayMs: number;
  /** What the provider said last, to whichever request; null: it cannot be reached. */
  status: number | null;
  /** When that is over the request has failed. */
  givesUpInMs: number;
}

/** What the gateway has done since its start, and what it does now. */
export interface GatewayStats {
  /** Answers of the provider to model requests, by status; 0: no answer. */
  byStatus: Readonly<Record<number, number>>;
  /** Requests that wait for the provider's trouble to pass. */
  waiting: number;
  /** How often requests had to pause. */
  pauses: number;
  /** The models that nothing but probes goes to now. */
  pausedModels: string[];
}

/** The agents' only way to a model: adds the credential, meters, backs off for all, and refuses who has no running run. */
export interface Gateway {
  /** What agents get as ANTHROPIC_BASE_URL. */
  readonly url: string;
  stats(): GatewayStats;
  /** A pass for one agent process. It is refused until a run is set. */
  issuePass(holder: { tenantId: string; sessionId: string }): GatewayPass;
  [Symbol.asyncDispose](): Promise<void>;
}

export interface GatewayPass {
  /** What the agent process sends as its API key. */
  readonly token: string;
  /** The run that requests count for; null: requests are refused (403). */
  setRun(runId: string | null): void;
  /** Who hears when a request of this pass has to wait; replaces the one before. */
  onHold(listener: (hold: ModelHold) => void): void;
  /** Who hears when a request of this pass is held because its session may not cost more; replaces the one before. */
  onBudgetReached(listener: () => void): void;
  /**
   * Requests under way now, and when the last byte of any went by (monotonic ms; undefined: never). A request that
   * waits in the gateway is not silent: it counts as activity.
   */
  readonly openRequests: number;
  readonly lastActivityAt: number | undefined;
  /** Resolves when every request under way has ended and has been recorded. */
  settled(): Promise<void>;
  /**
   * Its process is being killed: ends the requests under way and lets go of further ones without an answer, which the agent
   * would write down as its last word.
   */
  stop(): void;
  /** Its process is gone: the same, and refuses further ones. */
  revoke(): void;
}
