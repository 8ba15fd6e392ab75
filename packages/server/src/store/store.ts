import type { NewEvent, StoredEvent } from '../domain/event.ts';
import type { SessionState } from '../domain/session-state.ts';
import type { AgentReads, AgentWrites } from './agents.ts';
import type { ApprovalQuery } from './approvals.ts';
import type { BoundReads, LeaseRequest } from './bounds.ts';
import type {
  DeliveryOutcome,
  DeliveryQuery,
  DeliveryReplay,
  NewDelivery,
  ReplayResult,
} from './deliveries.ts';
import type { EnvironmentReads, EnvironmentWrites } from './environments.ts';
import type { ExpiryRequest, FileReads, FileWrites, NewResource } from './files.ts';
import type { FleetReads } from './fleet.ts';
import type { Hints } from './hints.ts';
import type { FirstTranscript, ManagedReads } from './session-walk.ts';
import type { UsageReportReads } from './usage-reports.ts';
import type { ApprovalDecision } from '../domain/approval.ts';
import type {
  ApprovalRecord,
  DeliveryRecord,
  HeadRecord,
  IdempotencyRecord,
  InputRecord,
  NodeRecord,
  RunRecord,
  SeenNode,
  SessionRecord,
  TranscriptEntry,
  UsageRecord,
} from './records.ts';

/**
 * The store: sessions, their logs, inputs, runs, transcripts and usage, on SQLite or PostgreSQL.
 *
 * Leases and wake-ups go by the store's own time: on PostgreSQL the database's, because nodes have clocks that differ.
 * Callers give durations, and `wakeAt` by the clock that the store was opened with.
 *
 * Writes are plain data, because on SQLite they cross to the thread that owns the file. Writes of many callers
 * share one transaction (group commit); a conflict or an error of one never fails its neighbours. When a write's
 * promise resolves it is on disk. After that, and only then, the hints ring.
 */
export interface Store extends StoreWrites, StoreReads {
  readonly hints: Hints;
  /** What the database takes on disk, what is being written included. */
  databaseBytes(): Promise<number>;
  /** Waits for the writes under way, then closes. */
  [Symbol.asyncDispose](): Promise<void>;
}

export interface StoreWrites extends AgentWrites, EnvironmentWrites, FileWrites {
  createSession(tenantId: string, creation: SessionCreation): Promise<CreationResult>;
  /** Appends to a session's log and changes its rows, all or nothing. */
  commit(tenantId: string, sessionId: string, commit: Commit): Promise<CommitResult>;
  /**
   * Leases up to `limit` sessions whose `wakeAt` has come and that nobody else holds, oldest `wakeAt` first;
   * sessions that need a slot only while `slots` lasts. Two callers never get the same one.
   */
  claim(request: ClaimRequest): Promise<ClaimedSession[]>;
  /** Prolongs leases that `owner` still holds; gives back the session ids of those that it does not hold any more. */
  renew(request: {
    owner: string;
    sessions: { tenantId: string; sessionId: string; epoch: number }[];
    leaseMs: number;
  }): Promise<string[]>;
  /** A node's sign of life; sessions that waited for it can be claimed again. */
  beat(node: NodeRecord): Promise<void>;
  /** Ends every lease: for the one who has just got sole possession of the database (SQLite). */
  voidLeases(now: number): Promise<void>;
  /** Ends the leases of a node's earlier process: for the one who knows that nothing of it is left. */
  voidLeasesOf(nodeId: string): Promise<void>;
  /** Removes every row of a session. With `epoch`: only for the holder of that lease. False: not there, or not the holder. */
  deleteSession(tenantId: string, sessionId: string, epoch: number): Promise<boolean>;
  /**
   * For the last holder of the lease: it may have given the lease back, or let it run out, as long as nobody has claimed
   * the session since. False: somebody has, or there is no such session, and nothing was written. `isRepeated`: tried
   * before, and may have been stored; a part has one writer at a time, so its end tells.
   */
  appendTranscript(
    tenantId: string,
    sessionId: string,
    epoch: number,
    part: TranscriptPart,
    entries: TranscriptEntry[],
    isRepeated?: boolean,
  ): Promise<boolean>;
  /** For anybody, whoever holds the session now: the money was spent. A row is known by its id, so it counts once. */
  recordUsage(usage: UsageRecord): Promise<void>;
  /**
   * Up to `limit` deliveries whose time has come, for the caller alone until `leaseUntil`. One whose session has an
   * earlier one that is due too waits for it.
   */
  claimDeliveries(request: { now: number; leaseUntil: number; limit: number }): Promise<DeliveryRecord[]>;
  /** Notes how an attempt ended and gives the lease back. False: another attempt has begun since. */
  settleDelivery(outcome: DeliveryOutcome): Promise<boolean>;
  /** Has a delivery sent again, from now on, as if it were new. */
  replayDelivery(tenantId: string, replay: DeliveryReplay): Promise<ReplayResult>;
  /** Removes rows whose time is over, up to `limit` of each kind; false: there may be more. */
  removeExpired(request: ExpiryRequest): Promise<boolean>;
  /** Changes nothing; tells whether writes reach the disk. */
  probe(): Promise<void>;
  /** Removes a session's transcript and notes that. False: the session has changed since, and nothing was done. */
  removeTranscript(
    tenantId: string,
    sessionId: string,
    request: { expectedVersion: number; now: number },
  ): Promise<boolean>;
  /** Leases one session to whoever asks; the epoch. Undefined: it has changed since, or somebody holds it. */
  takeLease(tenantId: string, sessionId: string, request: LeaseRequest): Promise<number | undefined>;
}

export interface StoreReads
  extends AgentReads, BoundReads, EnvironmentReads, FileReads, FleetReads, ManagedReads, UsageReportReads {
  readSession(tenantId: string, sessionId: string): Promise<SessionView | undefined>;
  /** Whether somebody holds the session's lease now. */
  isLeased(tenantId: string, sessionId: string): Promise<boolean>;
  /** Sessions by id (which is by time of creation), without those being deleted. Keyset pages: no COUNT, no OFFSET. */
  listSessions(tenantId: string, query: SessionQuery): Promise<SessionView[]>;
  /** Events with `seq > after`, in order, at most `limit`. */
  readEvents(tenantId: string, sessionId: string, after: number, limit: number): Promise<StoredEvent[]>;
  /** Events with `seq < before`, the latest first, at most `limit`. */
  readEventsBefore(
    tenantId: string,
    sessionId: string,
    before: number,
    limit: number,
  ): Promise<StoredEvent[]>;
  /** Messages with `messageIndex >= from`, in order, at most `limit`. */
  readMessages(tenantId: string, sessionId: string, from: number, limit: number): Promise<StoredEvent[]>;
  /** Open inputs: control inputs first, then messages, each in order of arrival. */
  readInputs(tenantId: string, sessionId: string): Promise<InputRecord[]>;
  /** All runs of these sessions, by session and ordinal: at most 1000 sessions a call. */
  readRuns(tenantId: string, sessionIds: string[]): Promise<RunRecord[]>;
  readApproval(tenantId: string, approvalId: string): Promise<ApprovalRecord | undefined>;
  /** Approvals by id (which is by time of creation), oldest first. */
  listApprovals(tenantId: string, query: ApprovalQuery): Promise<ApprovalRecord[]>;
  /** Null: this part was never written. */
  loadTranscript(tenantId: string, sessionId: string, part: TranscriptPart): Promise<string[] | null>;
  listTranscriptSubpaths(tenantId: string, sessionId: string, agentSessionId: string): Promise<string[]>;
  readUsage(tenantId: string, sessionId: string, runId: string): Promise<UsageRecord[]>;
  /** The request that used this key, if its time is not over. */
  readIdempotency(
    tenantId: string,
    query: { scope: string; key: string; now: number },
  ): Promise<IdempotencyRecord | undefined>;
  /** Deliveries by id (which is by time of creation), newest first. */
  listDeliveries(tenantId: string, query: DeliveryQuery): Promise<DeliveryRecord[]>;
  /** Which of these sessions have rows, of whichever tenant, also if they are being deleted. */
  findKnownSessions(sessionIds: string[]): Promise<string[]>;
  /** The same as long as it is the same database, also when that moves or comes back from a backup. */
  readDatabaseId(): Promise<string>;
  /** Nodes that gave a sign of life so long ago at most, the latest first; of a database with one server none. */
  listNodes(withinMs: number): Promise<SeenNode[]>;
}

/** A session with what is read together with it. */
export interface SessionView {
  session: SessionRecord;
  head: HeadRecord;
  /** The latest run; null for a session without work yet. */
  run: RunRecord | null;
}

export interface SessionCreation {
  session: SessionRecord;
  /** `wakeAt` null: no work yet. */
  wakeAt: number | null;
  run?: RunRecord;
  /** What it starts with. */
  inputs?: NewInput[];
  resources?: NewResource[];
  /** Its agent must be there, which somebody may be deleting at this moment. */
  needsAgent?: true;
  transcript?: FirstTranscript | undefined;
  /** Which client asked for work, see HeadRecord.sent. */
  sentBy?: string | undefined;
  /** Stored with it; if the key is used already, nothing is: `repeated`. */
  idempotency?: IdempotencyRecord | undefined;
}

/**
 * `repeated`: see SessionCreation.idempotency. `file_gone`: a file that it was to have a copy of went meanwhile. `lease`: that of
 * the session whose transcript is copied is another's.
 */
export type CreationResult =
  | { ok: true }
  | { ok: false; conflict: 'repeated' | 'file_gone' | 'lease' | 'agent_gone' };

export type NewInput = Omit<InputRecord, 'pos'>;

export interface Commit {
  /** The version that the decision was based on; absent: the lease guards it. */
  expectedVersion?: number;
  /** The lease that must still be held. */
  epoch?: number;
  /**
   * This commit was tried before, and may have been stored: it was if its events are in the log after this `seq`. Then
   * nothing is stored again. Only what has events, or only sets values, bears repetition.
   */
  repeatedSince?: number;
  events?: NewEvent[];
  inputs?: NewInput[];
  /** Inputs that leave the queue: taken (an event with that id is among `events`) or dropped. */
  consumeInputIds?: string[];
  session?: Partial<Omit<SessionRecord, 'tenantId' | 'id' | 'origin' | 'createdAt'>>;
  /** `waitsFor`: only this node can go on, so nobody looks at the session before it is back, or somebody sends an input. */
  head?: Partial<Pick<HeadRecord, 'wakeAt' | 'needsSlot' | 'workspaceRemovedAt' | 'sent'>> & {
    waitsFor?: string;
  };
  /** Gives the lease back. */
  releaseLease?: boolean;
  insertRun?: RunRecord;
  updateRun?: Partial<Omit<RunRecord, 'id' | 'sessionId' | 'ordinal'>> & { id: string };
  /** Tool calls that wait for a person from now on. */
  openApprovals?: ApprovalRecord[];
  /** Open ones that nobody can answer any more. */
  expireApprovals?: { ids: string[]; closedAt: number };
  /** Decided ones that the agent is about to be told of. */
  deliverApprovals?: { ids: string[]; deliveredAt: number };
  /** Decisions about open ones: if anybody decided about one of them before, the commit is refused as `answered`. */
  answerApprovals?: { id: string; decision: ApprovalDecision; closedAt: number }[];
  /** Stored with it; if the key is used already, the commit is refused as `repeated`. */
  idempotency?: IdempotencyRecord | undefined;
  /** Messages to the operator's webhook that tell of this commit. */
  deliveries?: NewDelivery[];
}

export type CommitResult =
  /** `logBytes`: what the log has now. */
  | { ok: true; version: number; events: StoredEvent[]; logBytes: number }
  /**
   * `version`: somebody else committed. `lease`: the lease is another's. `gone`: no such session. `answered`: the
   * approval is not open any more. `repeated`: the key of `idempotency` is used already.
   */
  | { ok: false; conflict: CommitConflict };

export type CommitConflict = 'version' | 'lease' | 'gone' | 'answered' | 'repeated';

export interface ClaimRequest {
  /** `<node id>:<something unique to the process>`. */
  owner: string;
  leaseMs: number;
  slots: number;
  limit: number;
  /**
   * Who claims, and whether all nodes see the files of all sessions. Then another node's sessions can be claimed a moment
   * later; else only when that node is away, and then they are `awayHome`. Absent: there is one node.
   */
  place?: { nodeId: string; filesAreShared: boolean } | undefined;
}

export interface ClaimedSession extends SessionView {
  inputs: InputRecord[];
  /** The node that is away and has the session's files. */
  awayHome?: NodeRecord;
}

export interface SessionQuery {
  limit: number;
  order: 'newest' | 'oldest';
  /** Only sessions beyond this id, in the direction of `order`. */
  beyond?: string;
  states?: SessionState[];
  origin?: SessionRecord['origin'];
  /** Only sessions that ended before this time. */
  endedBefore?: number;
}

/** Which file of the agent's transcript: '' is the main one, else e.g. `subagents/agent-1`. */
export interface TranscriptPart {
  agentSessionId: string;
  subpath: string;
}

/** The data dir is another process's, or the schema is newer than the program: starting is refused. */
export class StoreRefusedError extends Error {
  override name = 'StoreRefusedError';
}

/** The database failed (disk full, connection lost, …). A write was not stored, unless it is `unknown`. */
export class StoreUnavailableError extends Error {
  override name = 'StoreUnavailableError';
  /** The connection was lost in the middle of the commit: the write may have been stored. */
  readonly unknown: boolean;

  constructor(message: string, { unknown = false, ...options }: ErrorOptions & { unknown?: boolean } = {}) {
    super(message, options);
    this.unknown = unknown;
  }
}
