// What the rooms of the house tell, in plain words: no room needs to know what becomes of it.

export interface AnsweredRequest {
  method: string;
  /** The pattern, not the path. */
  route: string;
  status: number;
  /** Undefined: it says nothing about the server, because a stream ends when its reader wants. */
  durationMs: number | undefined;
}

export interface EndedModelRequest {
  sessionId: string;
  runId: string;
  model: string;
  /** The model's message; absent when there was none. */
  messageId?: string | undefined;
  /** 0: no answer. */
  status: number;
  inputTokens: number;
  outputTokens: number;
  cacheReadInputTokens: number;
  cacheCreationInputTokens: number;
  costUsd: number;
  startedAt: number;
  endedAt: number;
}

export interface StoreWrite {
  operation: string;
  durationMs: number;
  ok: boolean;
}

export type TriedDelivery = 'delivered' | 'pending' | 'failed';

/** One turn of a run begins: the first one, or one that goes on with what was cut. Times in ms since the epoch. */
export interface StartedTurn {
  sessionId: string;
  runId: string;
  /** Of the lease: tells the turns of one run apart. */
  epoch: number;
  goesOn: boolean;
  /** When it was asked for. */
  queuedAt: number;
  startedAt: number;
  /** As it was asked for. */
  model: string | undefined;
  /** W3C: the span of the client that asked for it. */
  traceParent: string | undefined;
  prompt: string;
}

/** What happens in a turn. */
export interface TurnReport extends TurnEvents {
  /** Nothing more comes. A turn that has not ended its run by then was cut: another one goes on. */
  stopped(stop: { result: string | undefined; at: number }): void;
}

export interface TurnEvents {
  /** Text for people, in the main line. */
  textSeen(at: number): void;
  toolCalled(call: { id: string; name: string; messageId: string; input: unknown; at: number }): void;
  toolAnswered(answer: { id: string; isError: boolean; content: unknown; at: number }): void;
  recovered(how: string): void;
}

export interface EndedRun {
  runId: string;
  state: 'completed' | 'failed' | 'cancelled';
  /** The type of the failure. */
  failure: string | undefined;
}

/** Who looks at a turn. */
export interface TurnObserver extends TurnEvents {
  ended(end: TurnEnd): void;
}

export interface TurnEnd {
  state: EndedRun['state'] | 'cut';
  failure: string | undefined;
  result: string | undefined;
  at: number;
}

/** Where spans go, and what is in them. */
export interface TraceSettings {
  /** Takes OTLP over HTTP, as protobuf: ends with `/v1/traces`. */
  url: string;
  headers: Record<string, string>;
  /** `service.name` and what else the operator says about this server. */
  resource: Record<string, string>;
  /** The part of the traces that begin here; clients decide about theirs. */
  sampleRatio: number;
  /** Prompts, answers, and what tools get and give. */
  withContent: boolean;
}
