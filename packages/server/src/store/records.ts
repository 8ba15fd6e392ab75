import type { AgentConfig } from '../domain/agent-config.ts';
import type { AgentResult } from '../domain/event.ts';
import type { OutcomeDefinedEvent } from '../domain/managed-events.ts';
import type { Content } from '../domain/content.ts';
import type { ApprovalDecision, ApprovalKind, ApprovalState } from '../domain/approval.ts';
import type { Failure } from '../domain/failure.ts';
import { NO_USAGE, type Budget, type Outcome, type SessionUsage } from '../domain/managed-session.ts';
import type { RunOptions } from '../domain/run-options.ts';
import type { RunState, SessionState } from '../domain/session-state.ts';
import type { DeliveryState, WebhookType } from '../domain/webhook.ts';

// What the store takes and gives: plain data. Times are milliseconds since the epoch, money is USD.

/** The tenant of everything until tenants can be made. */
export const DEFAULT_TENANT = 'default';

export interface SessionRecord {
  tenantId: string;
  id: string;
  /** Which API it was started by: `cleanup` of the simple API removes its own. */
  origin: 'execute' | 'v1';
  state: SessionState;
  title: string | null;
  metadata: Record<string, unknown> | null;
  /** Where its files live. `ref`: the directory, for `local`. */
  workspace: { kind: 'own' | 'directory'; ref: string };
  /** The node whose disk holds the files, or which worked on it last when all nodes see them; null before the first claim. */
  homeNode: string | null;
  /** Claude's session id, from the agent's first message on. */
  agentSessionId: string | null;
  /** Of all runs; null before the first result. */
  totalCostUsd: number | null;
  /** Permission rules that a person allowed for the rest of the session, such as `Bash(npm test:*)`. */
  grants: string[];
  createdAt: number;
  updatedAt: number;
  /** When the last run ended; null while one is open. Cleanup and retention go by it. */
  endedAt: number | null;
  /** What `/v1` gave it; null in a session of `/execute/`. */
  environmentId: string | null;
  agentId: string | null;
  agentVersion: number | null;
  /** The agent as it was resolved for this session. */
  agent: AgentConfig | null;
  budget: Budget | null;
  outcomes: Outcome[];
  usage: SessionUsage;
  archivedAt: number | null;
  /** Null: it is no fork. */
  forkedFrom: ForkOrigin | null;
}

/** Where a fork comes from. That session may be gone. */
export interface ForkOrigin {
  sessionId: string;
  /** The message with which what it remembers ends; null: all of it. */
  eventId: string | null;
  /** With which its own first run goes on. */
  options: RunOptions;
}

/** What `/v1` knows of a session that it did not make. */
export const UNMANAGED = {
  environmentId: null,
  agentId: null,
  agentVersion: null,
  agent: null,
  budget: null,
  outcomes: [] as Outcome[],
  usage: NO_USAGE,
  archivedAt: null,
  forkedFrom: null,
} satisfies Partial<SessionRecord>;

/** The narrow, often written half of a session: its place in the log and its lease. */
export interface HeadRecord {
  /** Grows by one with every commit and every claim; what a decision was based on is checked against it. */
  version: number;
  lastSeq: number;
  messageCount: number;
  openInputs: number;
  /** When a worker should look at the session; null: nothing to do. */
  wakeAt: number | null;
  /** Whether that work takes an agent's slot (a run does, removing files does not). */
  needsSlot: boolean;
  leaseOwner: string | null;
  leaseUntil: number | null;
  /** Grows with every claim; a write of an earlier holder is refused. */
  leaseEpoch: number;
  /** Of the log, and of the outputs that are kept beside it. */
  logBytes: number;
  /** When retention removed the agent's transcript: since then the session cannot be resumed. */
  transcriptRemovedAt: number | null;
  /** When retention removed the session's own directories; a later run begins with new ones. */
  workspaceRemovedAt: number | null;
  /**
   * By client (a hash of what it shows of itself): after which seq the work began that it asked for last. Not those that
   * have seen the end of it.
   */
  sent: Record<string, number>;
}

export interface RunRecord {
  id: string;
  sessionId: string;
  /** 0, 1, 2 … within the session. */
  ordinal: number;
  state: RunState;
  prompt: string;
  options: RunOptions;
  failure: Failure | null;
  result: AgentResult | null;
  /** Per model, all results of the run together. */
  modelUsage: AgentResult['modelUsage'] | null;
  costUsd: number | null;
  createdAt: number;
  startedAt: number | null;
  endedAt: number | null;
  /** How often it was continued after it had been cut. */
  attempts: number;
  /** Its events come after this seq; null until it has begun, and for runs of earlier releases. */
  firstSeq: number | null;
}

export type InputKind = 'message' | 'cancel';

/** What a client sent and the agent has not taken yet. */
export interface InputRecord {
  id: string;
  threadId: string;
  kind: InputKind;
  /** `isFinal`: of a cancel that leaves no message for another run. `content`: of a message. `isPrompt`: the run begins with it. `outcome`: it says what is to be reached. */
  payload: {
    runId: string;
    content?: Content;
    isPrompt?: true;
    isFinal?: true;
    outcome?: OutcomeDefinedEvent['outcome'];
  };
  /** Order within the session; assigned by the store. */
  pos: number;
  receivedAt: number;
}

/** One request to the model, as the gateway saw it. */
export interface UsageRecord {
  id: string;
  tenantId: string;
  sessionId: string;
  runId: string;
  model: string;
  /** HTTP status; 0 when the provider gave none. */
  status: number;
  /** The provider's `request-id`. */
  requestId: string | null;
  inputTokens: number;
  outputTokens: number;
  cacheReadInputTokens: number;
  cacheCreationInputTokens: number;
  costUsd: number;
  startedAt: number;
  endedAt: number;
}

/** One line of the agent's own transcript, verbatim. */
export interface TranscriptEntry {
  /** The entry's uuid: a repeated one is stored once. Null: always appended. */
  uuid: string | null;
  /** JSON. */
  entry: string;
}

/** One server process of several on one database: over all its restarts. */
export interface NodeRecord {
  id: string;
  /** For people. */
  name: string;
}

export interface SeenNode extends NodeRecord {
  /** Its last sign of life, by the store's own time. */
  seenAt: number;
}

/** A tool call that waits, or waited, for a person. */
export interface ApprovalRecord {
  tenantId: string;
  id: string;
  sessionId: string;
  runId: string;
  toolUseId: string;
  kind: ApprovalKind;
  /** The tool. */
  name: string;
  input: Record<string, unknown>;
  /** What `remember` would allow for the rest of the session. */
  rules: string[];
  /** Why the agent asks, in its words. */
  reason: string | null;
  /** The call of the parent under which a subagent asks; null in the main line. */
  parentToolUseId: string | null;
  state: ApprovalState;
  /** Null while it is open, and when it expired. */
  decision: ApprovalDecision | null;
  createdAt: number;
  closedAt: number | null;
  /** When the decision went to the agent: from then on the call may have run. */
  deliveredAt: number | null;
}

/** A request that was answered, as its Idempotency-Key finds it again. */
export interface IdempotencyRecord {
  /** The route: a key counts within one. */
  scope: string;
  key: string;
  /** Of all that the client asked for. */
  requestHash: string;
  /** The body of the answer, byte for byte. */
  answer: string;
  createdAt: number;
  expiresAt: number;
}

/** A message to the operator's webhook, and how its delivery goes. */
export interface DeliveryRecord {
  tenantId: string;
  /** The message's own: the same in every attempt. */
  id: string;
  sessionId: string;
  type: WebhookType;
  /** The body, byte for byte. */
  payload: string;
  state: DeliveryState;
  /** How often it was sent, or begun to be. It fences: an attempt's outcome counts only while no other has begun. */
  attempts: number;
  /** In a row, since it was made or asked for again: the place in the back-off. */
  failures: number;
  /** Null: it is not sent any more. */
  nextAttemptAt: number | null;
  lastAttemptAt: number | null;
  /** Of the last attempt; null when nobody answered. */
  responseStatus: number | null;
  /** Why the last attempt failed. */
  error: string | null;
  createdAt: number;
}
