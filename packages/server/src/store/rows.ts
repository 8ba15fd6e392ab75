import type { EventBody, StoredEvent } from '../domain/event.ts';
import { NO_USAGE } from '../domain/managed-session.ts';
import type { HeadRecord, InputRecord, RunRecord, SessionRecord, UsageRecord } from './records.ts';
import type { NewInput, SessionView } from './store.ts';
import type { EventTable, HeadTable, InputTable, RunTable, SessionTable, UsageTable } from './tables.ts';

// Records to rows and back. What the store wrote itself it trusts: a row is parsed, not validated.
// Free text of users is stored as JSON too: PostgreSQL's `text` cannot hold the character NUL, JSON escapes it.

export type RunPatch = Partial<Omit<RunRecord, 'id' | 'sessionId' | 'ordinal'>>;

export function toRunColumns(run: RunPatch): Patch<RunTable> {
  return {
    state: run.state,
    prompt: toJson(run.prompt),
    options: toJson(run.options),
    failure: toJson(run.failure),
    result: toJson(run.result),
    model_usage: toJson(run.modelUsage),
    cost_usd: run.costUsd,
    created_at: run.createdAt,
    started_at: run.startedAt,
    ended_at: run.endedAt,
    attempts: run.attempts,
    first_seq: run.firstSeq,
  };
}

export function toRunRow(tenantId: string, run: RunRecord): RunTable {
  return {
    tenant_id: tenantId,
    session_id: run.sessionId,
    ordinal: run.ordinal,
    id: run.id,
    state: run.state,
    prompt: toJson(run.prompt),
    options: toJson(run.options),
    failure: toJson(run.failure),
    result: toJson(run.result),
    model_usage: toJson(run.modelUsage),
    cost_usd: run.costUsd,
    created_at: run.createdAt,
    started_at: run.startedAt,
    ended_at: run.endedAt,
    attempts: run.attempts,
    first_seq: run.firstSeq,
  };
}

export function toInputRow(tenantId: string, sessionId: string, pos: number, input: NewInput): InputTable {
  return {
    tenant_id: tenantId,
    session_id: sessionId,
    pos,
    id: input.id,
    thread_id: input.threadId,
    kind: input.kind,
    payload: toJson(input.payload),
    received_at: input.receivedAt,
  };
}

export function toEventRow(tenantId: string, sessionId: string, event: StoredEvent): EventTable {
  return {
    tenant_id: tenantId,
    session_id: sessionId,
    seq: event.seq,
    message_index: event.messageIndex,
    id: event.id,
    thread_id: event.threadId,
    created_at: event.createdAt,
    payload: toJson(event.body),
    at_us: event.atUs,
  };
}

export function toUsageRow(usage: UsageRecord): UsageTable {
  return {
    tenant_id: usage.tenantId,
    session_id: usage.sessionId,
    run_id: usage.runId,
    id: usage.id,
    model: usage.model,
    status: usage.status,
    request_id: usage.requestId,
    input_tokens: usage.inputTokens,
    output_tokens: usage.outputTokens,
    cache_read_input_tokens: usage.cacheReadInputTokens,
    cache_creation_input_tokens: usage.cacheCreationInputTokens,
    cost_usd: usage.costUsd,
    started_at: usage.startedAt,
    ended_at: usage.endedAt,
  };
}

/** A session's row, its head and its latest run side by side: see `selectViews`. */
export type ViewRow = SessionTable &
  Omit<HeadTable, 'tenant_id' | 'session_id' | 'last_pos' | 'last_ordinal' | 'waits_for' | 'last_event_us'> &
  LatestRun;

/** Null in every column when the session has no run. */
type LatestRun = {
  [Column in keyof Omit<RunTable, 'tenant_id' | 'session_id'> as `run_${Column}`]: RunTable[Column] | null;
};

export function parseView(row: ViewRow): SessionView {
  return {
    session: {
      tenantId: row.tenant_id,
      id: row.id,
      origin: row.origin as SessionRecord['origin'],
      state: row.state as SessionRecord['state'],
      title: parseJson(row.title) as SessionRecord['title'],
      metadata: parseJson(row.metadata) as SessionRecord['metadata'],
      workspace: { kind: row.workspace_kind as SessionRecord['workspace']['kind'], ref: row.workspace_ref },
      homeNode: row.home_node,
      agentSessionId: row.agent_session_id,
      totalCostUsd: row.total_cost_usd,
      grants: (parseJson(row.grants) ?? []) as SessionRecord['grants'],
      createdAt: row.created_at,
      updatedAt: row.updated_at,
      endedAt: row.ended_at,
      environmentId: row.environment_id,
      agentId: row.agent_id,
      agentVersion: row.agent_version,
      agent: parseJson(row.agent) as SessionRecord['agent'],
      budget: parseJson(row.budget) as SessionRecord['budget'],
      usage: (parseJson(row.usage) ?? NO_USAGE) as SessionRecord['usage'],
      outcomes: (parseJson(row.outcomes) ?? []) as SessionRecord['outcomes'],
      archivedAt: row.archived_at,
      forkedFrom: parseJson(row.forked_from) as SessionRecord['forkedFrom'],
    },
    head: parseHead(row),
    run: parseLatestRun(row),
  };
}

function parseHead(row: ViewRow): HeadRecord {
  return {
    version: row.version,
    lastSeq: row.last_seq,
    messageCount: row.message_count,
    openInputs: row.open_inputs,
    wakeAt: row.wake_at,
    needsSlot: row.needs_slot === 1,
    leaseOwner: row.lease_owner,
    leaseUntil: row.lease_until,
    leaseEpoch: row.lease_epoch,
    logBytes: row.log_bytes,
    transcriptRemovedAt: row.transcript_removed_at,
    workspaceRemovedAt: row.workspace_removed_at,
    sent: (parseJson(row.sent) ?? {}) as HeadRecord['sent'],
  };
}

function parseLatestRun(row: ViewRow): RunRecord | null {
  if (row.run_id === null) return null;
  return parseRun({
    session_id: row.id,
    ordinal: row.run_ordinal,
    id: row.run_id,
    state: row.run_state,
    prompt: row.run_prompt,
    options: row.run_options,
    failure: row.run_failure,
    result: row.run_result,
    model_usage: row.run_model_usage,
    cost_usd: row.run_cost_usd,
    created_at: row.run_created_at,
    started_at: row.run_started_at,
    ended_at: row.run_ended_at,
    attempts: row.run_attempts,
    first_seq: row.run_first_seq,
  } as RunTable);
}

export function parseRun(row: Omit<RunTable, 'tenant_id'>): RunRecord {
  return {
    id: row.id,
    sessionId: row.session_id,
    ordinal: row.ordinal,
    state: row.state as RunRecord['state'],
    prompt: parseJson(row.prompt) as RunRecord['prompt'],
    options: parseJson(row.options) as RunRecord['options'],
    failure: parseJson(row.failure) as RunRecord['failure'],
    result: parseJson(row.result) as RunRecord['result'],
    modelUsage: parseJson(row.model_usage) as RunRecord['modelUsage'],
    costUsd: row.cost_usd,
    createdAt: row.created_at,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    attempts: row.attempts,
    firstSeq: row.first_seq,
  };
}

export function parseEvent(row: Omit<EventTable, 'tenant_id' | 'session_id'>): StoredEvent {
  return {
    seq: row.seq,
    messageIndex: row.message_index,
    id: row.id,
    threadId: row.thread_id,
    body: parseJson(row.payload) as EventBody,
    createdAt: row.created_at,
    // Events of earlier releases: by the second thousandth of their time, their order tells them apart.
    atUs: row.at_us ?? row.created_at * 1000 + (row.seq % 100) * 10,
  };
}

export function parseInput(row: Omit<InputTable, 'tenant_id' | 'session_id'>): InputRecord {
  return {
    id: row.id,
    threadId: row.thread_id,
    kind: row.kind as InputRecord['kind'],
    payload: parseJson(row.payload) as InputRecord['payload'],
    pos: row.pos,
    receivedAt: row.received_at,
  };
}

export function parseUsage(row: UsageTable): UsageRecord {
  return {
    id: row.id,
    tenantId: row.tenant_id,
    sessionId: row.session_id,
    runId: row.run_id,
    model: row.model,
    status: row.status,
    requestId: row.request_id,
    inputTokens: row.input_tokens,
    outputTokens: row.output_tokens,
    cacheReadInputTokens: row.cache_read_input_tokens,
    cacheCreationInputTokens: row.cache_creation_input_tokens,
    costUsd: row.cost_usd,
    startedAt: row.started_at,
    endedAt: row.ended_at,
  };
}

export type Patch<Row> = { [Column in keyof Row]?: Row[Column] | undefined };

/** JSON text; null and undefined stay what they are. */
export function toJson<T>(value: T): T extends null | undefined ? T : string {
  return (value === null || value === undefined ? value : JSON.stringify(value)) as T extends null | undefined
    ? T
    : string;
}

export function parseJson(text: string | null): unknown {
  return text === null ? null : JSON.parse(text);
}
