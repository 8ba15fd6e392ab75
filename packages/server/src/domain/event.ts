import type { Content } from './content.ts';
import type { Failure } from './failure.ts';
import type {
  ApprovalAnsweredEvent,
  ApprovalDeliveredEvent,
  ApprovalExpiredEvent,
  ApprovalRequestedEvent,
  ModelRequestEndedEvent,
  ModelRequestStartedEvent,
  OutcomeDefinedEvent,
  OutcomeEvaluationEvent,
  SessionArchivedEvent,
  SessionErrorEvent,
  SessionUpdatedEvent,
  UserInterruptEvent,
} from './managed-events.ts';
import type { Budget, SessionUsage } from './managed-session.ts';
import type { SessionState } from './session-state.ts';

/**
 * The vocabulary of the log. One event is one content block, one tool result or one change of state: small
 * enough that `/v1` maps it one to one, rich enough that the simple API can rebuild the SDK's messages.
 */
export type EventBody =
  | UserMessageEvent
  | AgentMessageEvent
  | AgentThinkingEvent
  | ToolUseEvent
  | ToolResultEvent
  | AgentSystemEvent
  | RunResultEvent
  | RunRecoveredEvent
  | ApprovalRequestedEvent
  | ApprovalAnsweredEvent
  | ApprovalDeliveredEvent
  | ApprovalExpiredEvent
  | ModelRequestStartedEvent
  | ModelRequestEndedEvent
  | UserInterruptEvent
  | OutcomeDefinedEvent
  | OutcomeEvaluationEvent
  | SessionErrorEvent
  | SessionUpdatedEvent
  | SessionArchivedEvent
  | SessionStateEvent;

/** A prompt, at the moment the agent took it. Its event id is the id of the input. */
export interface UserMessageEvent {
  type: 'user.message';
  runId: string;
  content: Content;
}

/** Of an event that is too large for the log, which has its beginning and its end. The whole is in a file. */
export interface FullOutput {
  /** Of the file, among the outputs of the session. */
  name: string;
  bytes: number;
}

interface FromAgent {
  /** The tool call of the parent under which a subagent wrote this; null in the main line. */
  parentToolUseId: string | null;
  fullOutput?: FullOutput;
}

interface FromModel extends FromAgent {
  /** The model's message, of which this is one block. */
  messageId: string;
  model: string;
  /** The transcript's id of this block; absent in logs of earlier releases. */
  uuid?: string;
}

export interface AgentMessageEvent extends FromModel {
  type: 'agent.message';
  text: string;
  /** Set when the text reports a failed model request, in the SDK's words (`rate_limit`, …). */
  error?: string;
}

export interface AgentThinkingEvent extends FromModel {
  type: 'agent.thinking';
  thinking: string;
  signature: string;
}

export interface ToolUseEvent extends FromModel {
  type: 'agent.tool_use';
  toolUseId: string;
  name: string;
  input: unknown;
  /** Who was to decide about it; absent where the agent's own rules do (sessions of `/execute/`). */
  permission?: ToolPermission;
}

/** What the policy of a tool said of a call. */
export interface ToolPermission {
  evaluated: 'allow' | 'ask' | 'deny';
  /** Absent: no policy applied, because the tool is not there. */
  policy?: 'always_allow' | 'always_ask' | 'auto';
}

export interface ToolResultEvent extends FromAgent {
  type: 'agent.tool_result';
  toolUseId: string;
  /** A string, or content blocks of the Messages API. */
  content: unknown;
  isError: boolean;
  /** The transcript's id of the message that carried it. */
  uuid: string | null;
  /** The call that it answers: the id of its event, and the tool. Absent in logs of earlier releases. */
  call?: { eventId: string; name: string };
}

/** A system message of the agent that users see: init, compact_boundary, api_retry, task_*, permission_denied. */
export interface AgentSystemEvent {
  type: 'agent.system';
  subtype: string;
  data: Record<string, unknown>;
  fullOutput?: FullOutput;
}

/** A result of the agent. A run has several when background work of it ends later. */
export interface RunResultEvent {
  type: 'run.result';
  runId: string;
  result: AgentResult;
}

/** What the agent said at the end of a turn; the names and units of the SDK's ResultMessage, in its own words. */
export interface AgentResult {
  subtype: string;
  isError: boolean;
  /** Claude's own session id. */
  agentSessionId: string;
  durationMs: number;
  durationApiMs: number;
  numTurns: number;
  /** Of the session so far, as the agent counts. */
  totalCostUsd: number;
  /** The final text. */
  result: string | null;
  usage: Record<string, unknown>;
  structuredOutput?: unknown;
  /** Per model, since the last result. */
  modelUsage: Record<string, ModelUsage>;
}

/** Tokens and cost of one model. USD at list price. */
export interface ModelUsage {
  inputTokens: number;
  outputTokens: number;
  cacheReadInputTokens: number;
  cacheCreationInputTokens: number;
  costUsd: number;
}

/** The session went into another state. */
export interface SessionStateEvent {
  type: 'session.state';
  state: SessionState;
  runId: string | null;
  failure?: Failure;
  /** With `rescheduling`: which continuation of the run comes (0: the server stopped in order), and when, in ms since the epoch. */
  attempt?: number;
  retryAt?: number;
  /** The node that has the session's files and is away: the run goes on when it is back. */
  waitsForNode?: string;
  /** With `queued`: the run begins with what the one before had not taken; its client has not seen the end of it. */
  isLeft?: true;
  /** With `waiting`: the calls that need the client, by the ids of their events; or the budget has to be raised. */
  waitsFor?: { eventIds: string[] } | 'budget';
  /** What the session had used when it went idle, with its cost in USD. */
  used?: SessionUsage & { costUsd: number };
  budget?: Budget | null;
}

/** A run that was cut goes on. */
export interface RunRecoveredEvent {
  type: 'run.recovered';
  runId: string;
  /** 1, 2, 3; 0 after an orderly stop of the server. */
  attempt: number;
  /**
   * `sent_again`: the agent had not recorded the prompt. `continued`: from what the agent had recorded.
   * `held_call`: from a call that waited for a person.
   */
  how: 'sent_again' | 'continued' | 'held_call';
  /** Events that the agent does not remember: it said this, and then it was cut before it was recorded. */
  abandoned: { eventId: string; uuid: string }[];
}

/** Events that the simple API shows as a message: they get a message index as well as a seq. */
export function isMessage(body: EventBody): boolean {
  return MESSAGES.has(body.type);
}

const MESSAGES = new Set<EventBody['type']>([
  'user.message',
  'agent.message',
  'agent.thinking',
  'agent.tool_use',
  'agent.tool_result',
  'agent.system',
  'run.result',
  'run.recovered',
]);

/** An event on its way into the log. */
export interface NewEvent {
  id: string;
  threadId: string;
  body: EventBody;
  /** Milliseconds since the epoch. */
  createdAt: number;
}

/** An event of the log. It never changes. */
export interface StoredEvent extends NewEvent {
  /** 1, 2, 3 … within its session; the order of the log. */
  seq: number;
  /** 0, 1, 2 … among the session's messages; null when it is none. */
  messageIndex: number | null;
  /** Microseconds since the epoch. Strictly increasing: the next event comes at least MICROS_PER_EVENT later. */
  atUs: number;
}

/** One event of the log is several of `/v1`, each a microsecond after the other. */
export const MICROS_PER_EVENT = 10;

/** The thread that every session has; subagents get threads of their own in `/v1`. */
export const PRIMARY_THREAD = 'primary';
