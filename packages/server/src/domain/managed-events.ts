import type { AgentConfig } from './agent-config.ts';
import type { ApprovalDecision, ApprovalKind } from './approval.ts';
import type { Budget, Outcome, OutcomeResult } from './managed-session.ts';

// Events of the log that the simple API does not show as messages.

/** A tool call waits for a person. Its input is in the `agent.tool_use` event of the same `toolUseId`. */
export interface ApprovalRequestedEvent {
  type: 'approval.requested';
  approvalId: string;
  runId: string;
  toolUseId: string;
  name: string;
}

export interface ApprovalAnsweredEvent {
  type: 'approval.answered';
  approvalId: string;
  runId: string;
  toolUseId: string;
  name: string;
  decision: ApprovalDecision;
  /** Absent in logs of earlier releases. */
  kind?: ApprovalKind;
}

/** Nobody can answer any more. */
export interface ApprovalExpiredEvent {
  type: 'approval.expired';
  approvalId: string;
  runId: string;
  toolUseId: string;
  name: string;
  /** `run_ended`, or `not_carried_over`: the process is gone, and this call could not be held without it. */
  reason: 'run_ended' | 'not_carried_over';
}

/** The agent hears of a decision now. */
export interface ApprovalDeliveredEvent {
  type: 'approval.delivered';
  approvalId: string;
  runId: string;
  toolUseId: string;
  kind: ApprovalKind;
  decision: ApprovalDecision;
}

/** A request to the model, in the main line. */
export interface ModelRequestStartedEvent {
  type: 'model.request_started';
  runId: string;
  /** The attempt before it failed, and people were told that the session waits. */
  afterRetry?: true;
}

export interface ModelRequestEndedEvent {
  type: 'model.request_ended';
  runId: string;
  startedEventId: string;
  isError: boolean;
  usage: ModelRequestUsage;
  /** Null: none has answered. Absent in logs of earlier releases, as the price is. */
  model?: string | null;
  /** At list price; null: it is not known. */
  costUsd?: number | null;
}

export interface ModelRequestUsage {
  inputTokens: number;
  outputTokens: number;
  cacheReadInputTokens: number;
  cacheCreation5mInputTokens: number;
  cacheCreation1hInputTokens: number;
}

/** A client told the agent to stop. Its event id is the id of the input. `runId` null: there was nothing to stop. */
export interface UserInterruptEvent {
  type: 'user.interrupt';
  runId: string | null;
}

/** A client said what is to be reached; it starts work like a message. */
export interface OutcomeDefinedEvent {
  type: 'outcome.defined';
  runId: string;
  outcome: Pick<Outcome, 'id' | 'description' | 'rubric' | 'maxIterations'>;
}

/** The grader looks at what the agent did. `ended` refers to the event with which it started. */
export type OutcomeEvaluationEvent =
  | { type: 'outcome.evaluation'; phase: 'started' | 'ongoing'; outcomeId: string; iteration: number }
  | {
      type: 'outcome.evaluation';
      phase: 'ended';
      outcomeId: string;
      iteration: number;
      /** Null: it was interrupted before a grader was started. */
      startedEventId: string | null;
      result: OutcomeResult;
      explanation: string;
      usage: ModelRequestUsage;
    };

/** Something went wrong and the session goes on. `error` is in the words of `/v1`. */
export interface SessionErrorEvent {
  type: 'session.error';
  error: { type: string; message: string; mcp_server_name?: string; repository_url?: string | null };
  retry: 'retrying' | 'exhausted' | 'terminal';
}

/** A client changed the session. */
export interface SessionUpdatedEvent {
  type: 'session.updated';
  changes: SessionChanges;
}

/** Only what is different, and that whole. */
export interface SessionChanges {
  title?: string | null;
  /** Absent also when nothing is left of it. */
  metadata?: Record<string, string>;
  budget?: Budget | null;
  agent?: { agentId: string; version: number; config: AgentConfig };
}

/** A client ended the session for good; nothing follows. */
export interface SessionArchivedEvent {
  type: 'session.archived';
}
