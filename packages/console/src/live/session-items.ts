import type { Anthropic } from '@anthropic-ai/sdk';

/** The session as `/v1` gives it, with what Bullpen adds. */
export type Session = Anthropic.Beta.BetaManagedAgentsSession & {
  forked_from?: { session_id: string; event_id: string | null };
};

/** Where the page stands with the server. */
export type Connection =
  | { state: 'loading' }
  | { state: 'live' }
  /** `retryAt`: when the next attempt is made; absent while one is under way. */
  | { state: 'reconnecting'; retryAt?: number }
  /** Nobody looks: the stream is closed, and goes on when the tab is shown. */
  | { state: 'paused' }
  /** Nothing comes any more: the session was deleted. */
  | { state: 'ended' }
  | { state: 'failed'; error: unknown };

/** What the session does at this moment, as its events say. */
export interface Activity {
  state:
    | 'new'
    | 'queued'
    | 'running'
    | 'rescheduling'
    | 'waiting'
    | 'completed'
    | 'failed'
    | 'cancelled'
    | 'archived'
    | 'deleted';
  /** Since when, in ms since the epoch; 0: not known yet. */
  since: number;
  /** While waiting. `budget`: its limit is reached. */
  waitsFor?: 'approval' | 'budget';
  /** While rescheduling: when it goes on. */
  retryAt?: number;
  waitsForNode?: string;
  failure?: { type: string; message: string };
}

/** Content of messages and results: text, image, document, search_result, and what comes later. */
export interface ContentBlock {
  type: string;
  [field: string]: unknown;
}

export interface FullOutput {
  /** `GET /sessions/{sesn_…}/outputs/{name}` has all of it. */
  name: string;
  bytes: number;
}

interface ItemBase {
  /** The id of the event that made it: stable, unique, the key of its row. */
  id: string;
  /** Ms since the epoch. */
  at: number;
  /** Which turn of the conversation it belongs to, counted from 0: a turn begins with what a person says after the agent was at rest. */
  turn: number;
  /** People saw it, and the agent does not remember it: the server went away before it was kept. */
  isAbandoned?: boolean;
}

export interface UserItem extends ItemBase {
  kind: 'user';
  content: readonly ContentBlock[];
  /** Sent while the agent was at work. */
  isFollowUp: boolean;
}

export interface TextItem extends ItemBase {
  kind: 'text';
  text: string;
  fullOutput?: FullOutput;
}

export interface ThinkingItem extends ItemBase {
  kind: 'thinking';
  /** '' when the model hides it. */
  text: string;
  /** Absent: not known. */
  durationMs?: number;
}

export type ToolName =
  | { kind: 'built_in'; name: string }
  | { kind: 'mcp'; server: string; name: string }
  | { kind: 'custom'; name: string };

export interface ToolResult {
  at: number;
  content: readonly ContentBlock[];
  isError: boolean;
  fullOutput?: FullOutput;
}

/** A person is asked, or was. */
export interface CallApproval {
  /** As in `/approvals`; absent: the server did not say (it is asked for by `toolUseId`). */
  approvalId?: string;
  state: 'pending' | 'allowed' | 'denied' | 'expired';
  kind: 'permission' | 'question' | 'custom_tool';
  requestedAt: number;
  answeredAt?: number;
  decidedBy?: string;
  denyMessage?: string;
  /** What the tool ran with instead; of a question: with its answers. */
  input?: Record<string, unknown>;
  forSession?: boolean;
}

export interface CallItem extends ItemBase {
  kind: 'call';
  /** The model's own id (`toolu_…`); '' when the server does not tell it. `id` is what `/v1` calls `tool_use_id`. */
  callId: string;
  tool: ToolName;
  input: Record<string, unknown>;
  /** `stopped`: it never got a result, and will not. */
  state: 'running' | 'waiting' | 'done' | 'failed' | 'denied' | 'stopped';
  result?: ToolResult;
  fullInput?: FullOutput;
  /** What the model said of a command; of a change to its list: what the entry is called. */
  description?: string;
  approval?: CallApproval;
  /** A rule forbade it, no person. */
  refusal?: { message?: string };
  /** A command that goes on while the agent does something else. */
  background?: TaskState;
  /** What the subagent does that this call started. */
  thread?: Subagent;
}

/** A subagent's own conversation. */
export interface Subagent {
  items: readonly ConversationItem[];
  calls: number;
  /** From the agent's own reports; absent: none yet. */
  tokens?: number;
  durationMs?: number;
  lastTool?: string;
  isBackground: boolean;
  state: TaskState;
  /** What it reported at its end. */
  summary?: string;
}

export type TaskState = 'running' | 'completed' | 'failed' | 'stopped';

export interface ErrorItem extends ItemBase {
  kind: 'error';
  /** `model_rate_limited_error`, … as in the SDK's `session.error`. */
  type: string;
  /** docs/reference/errors.md: `rate_limited`, `max_turns`, … */
  failureType?: string;
  message: string;
  retry: 'retrying' | 'exhausted' | 'terminal';
  /** How often in a row: a request that is made again and again is one line. */
  times: number;
  /** The agent's own words for it. */
  words?: string;
  /** The work went on after it. */
  isOver?: boolean;
}

/** One line about the session itself. */
export interface NoticeItem extends ItemBase {
  kind: 'notice';
  notice:
    | { type: 'stopped' }
    | { type: 'archived' }
    | { type: 'deleted' }
    | { type: 'budget_reached' }
    | { type: 'refused' }
    | { type: 'rescheduled'; attempt?: number; retryAt?: number; waitsForNode?: string }
    | { type: 'recovered'; attempt: number; how: string; abandoned: number }
    | { type: 'compacted'; trigger?: string; preTokens?: number }
    | { type: 'renamed'; title: string | null }
    | { type: 'agent_changed' };
}

/** What a run came to. */
export interface ResultItem extends ItemBase {
  kind: 'result';
  runId: string;
  isError: boolean;
  subtype: string;
  turns: number;
  durationMs: number;
  /** Of this run; absent: not known. */
  costUsd?: number;
  structuredOutput?: unknown;
}

export interface OutcomeItem extends ItemBase {
  kind: 'outcome';
  outcomeId: string;
  description: string;
  rubric?: string;
  maxIterations?: number;
  evaluations: readonly {
    iteration: number;
    startedAt: number;
    endedAt?: number;
    /** `satisfied`, `needs_revision`, …; absent: still being judged. */
    result?: string;
    explanation?: string;
  }[];
}

export type ConversationItem =
  | UserItem
  | TextItem
  | ThinkingItem
  | CallItem
  | ErrorItem
  | NoticeItem
  | ResultItem
  | OutcomeItem;

/** A request to the model. */
export interface Span {
  id: string;
  startedAt: number;
  /** Absent: it is under way. */
  endedAt?: number;
  isError?: boolean;
  model?: string;
  costUsd?: number;
  tokens?: { input: number; output: number; cacheRead: number; cacheWrite: number };
}

export interface Todo {
  content: string;
  status: 'pending' | 'in_progress' | 'completed';
  /** How it is called while it is done. */
  activeForm?: string;
}

/** What is being written at this moment. Not part of the snapshot: `useStreaming` gives it, to what shows it only. */
export interface StreamingBlock {
  /** The id that its event will have. */
  id: string;
  kind: 'text' | 'thinking';
  text: string;
  startedAt: number;
}

/** Everything the session page shows. Immutable: what has not changed is the same object as before. */
export interface SessionSnapshot {
  sessionId: string;
  /** Absent until it is loaded. */
  session?: Session;
  connection: Connection;
  activity: Activity;
  items: readonly ConversationItem[];
  /** Calls that a person has to answer, oldest first. */
  pending: readonly CallItem[];
  spans: readonly Span[];
  todos: readonly Todo[];
  /** Tokens of the latest request and its answer: what fills the context. Absent: no request yet. */
  contextTokens?: number;
  /** Where the agent works, as it said last. */
  cwd?: string;
  /** The id of the last event. */
  lastEventId?: string;
  /** How many events came so far. */
  eventCount: number;
}
