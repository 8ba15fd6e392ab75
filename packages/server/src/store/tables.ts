import type { DailyFailureTable, DailyUsageTable, SessionCostTable } from './usage-tables.ts';

// The tables as Kysely sees them. Times are milliseconds since the epoch; flags are 0 or 1, since SQLite has no
// boolean; JSON is text (rows.ts says where), so that the database gives back what was written, byte for byte.

export interface Tables {
  tenants: TenantTable;
  sessions: SessionTable;
  session_heads: HeadTable;
  inputs: InputTable;
  events: EventTable;
  runs: RunTable;
  transcripts: TranscriptTable;
  usage: UsageTable;
  approvals: ApprovalTable;
  idempotency_keys: IdempotencyTable;
  webhook_deliveries: DeliveryTable;
  nodes: NodeTable;
  agents: AgentTable;
  agent_versions: AgentVersionTable;
  environments: EnvironmentTable;
  files: FileTable;
  session_resources: SessionResourceTable;
  session_labels: SessionLabelTable;
  usage_daily: DailyUsageTable;
  failures_daily: DailyFailureTable;
  session_costs: SessionCostTable;
  schema_migrations: { version: number; name: string; applied_at: number };
}

export interface NodeTable {
  id: string;
  name: string;
  seen_at: number;
}

interface TenantTable {
  id: string;
  created_at: number;
}

export interface SessionTable {
  tenant_id: string;
  id: string;
  origin: string;
  state: string;
  title: string | null;
  metadata: string | null;
  workspace_kind: string;
  workspace_ref: string;
  home_node: string | null;
  agent_session_id: string | null;
  total_cost_usd: number | null;
  grants: string | null;
  created_at: number;
  updated_at: number;
  ended_at: number | null;
  environment_id: string | null;
  agent_id: string | null;
  agent_version: number | null;
  /** The agent as it was resolved for this session. */
  agent: string | null;
  budget: string | null;
  outcomes: string | null;
  archived_at: number | null;
  forked_from: string | null;
}

/** One narrow row per session, so that an event does not rewrite the wide one and its indexes. */
export interface HeadTable {
  tenant_id: string;
  session_id: string;
  version: number;
  last_seq: number;
  message_count: number;
  open_inputs: number;
  /** The highest `pos` ever given to an input of the session. */
  last_pos: number;
  /** The latest run's. */
  last_ordinal: number | null;
  wake_at: number | null;
  /** The node for which the session waits, since it alone has the files; `wake_at` is null meanwhile. */
  waits_for: string | null;
  needs_slot: number;
  lease_owner: string | null;
  lease_until: number | null;
  lease_epoch: number;
  log_bytes: number;
  transcript_removed_at: number | null;
  workspace_removed_at: number | null;
  /** What the session has used so far. */
  usage: string | null;
  /** `at_us` of the latest event. */
  last_event_us: number;
  /** JSON: see HeadRecord.sent. */
  sent: string | null;
}

export interface InputTable {
  tenant_id: string;
  session_id: string;
  pos: number;
  id: string;
  thread_id: string;
  kind: string;
  payload: string;
  received_at: number;
}

export interface EventTable {
  tenant_id: string;
  session_id: string;
  seq: number;
  message_index: number | null;
  id: string;
  thread_id: string;
  created_at: number;
  payload: string;
  /** Microseconds since the epoch; null for events of releases before `/v1`. */
  at_us: number | null;
}

export interface RunTable {
  tenant_id: string;
  session_id: string;
  ordinal: number;
  id: string;
  state: string;
  prompt: string;
  options: string;
  failure: string | null;
  result: string | null;
  model_usage: string | null;
  cost_usd: number | null;
  created_at: number;
  started_at: number | null;
  ended_at: number | null;
  attempts: number;
  first_seq: number | null;
}

export interface TranscriptTable {
  tenant_id: string;
  session_id: string;
  agent_session_id: string;
  subpath: string;
  /** Order within the part. Repeated entries leave gaps. */
  ordinal: number;
  uuid: string | null;
  entry: string;
}

export interface UsageTable {
  tenant_id: string;
  session_id: string;
  run_id: string;
  id: string;
  model: string;
  status: number;
  request_id: string | null;
  input_tokens: number;
  output_tokens: number;
  cache_read_input_tokens: number;
  cache_creation_input_tokens: number;
  cost_usd: number;
  started_at: number;
  ended_at: number;
}

export interface ApprovalTable {
  tenant_id: string;
  id: string;
  session_id: string;
  run_id: string;
  tool_use_id: string;
  kind: string;
  name: string;
  input: string;
  rules: string;
  reason: string | null;
  parent_tool_use_id: string | null;
  state: string;
  decision: string | null;
  created_at: number;
  closed_at: number | null;
  delivered_at: number | null;
}

export interface IdempotencyTable {
  tenant_id: string;
  scope: string;
  idempotency_key: string;
  request_hash: string;
  answer: string;
  created_at: number;
  expires_at: number;
}

export interface DeliveryTable {
  tenant_id: string;
  id: string;
  session_id: string;
  type: string;
  payload: string;
  state: string;
  attempts: number;
  failures: number;
  /** Null: it is not sent any more. */
  next_attempt_at: number | null;
  lease_until: number | null;
  last_attempt_at: number | null;
  response_status: number | null;
  error: string | null;
  created_at: number;
}

export interface AgentTable {
  tenant_id: string;
  id: string;
  /** The latest. */
  version: number;
  /** Of the latest version. */
  config: string;
  created_at: number;
  updated_at: number;
  archived_at: number | null;
}

export interface AgentVersionTable {
  tenant_id: string;
  agent_id: string;
  version: number;
  config: string;
  created_at: number;
}

export interface EnvironmentTable {
  tenant_id: string;
  id: string;
  body: string;
  created_at: number;
  updated_at: number;
  archived_at: number | null;
}

export interface FileTable {
  tenant_id: string;
  id: string;
  /** The session to which it belongs; null for an upload. */
  session_id: string | null;
  /** Where the agent wrote it, below the session's outputs. */
  path: string | null;
  filename: string;
  mime_type: string;
  size_bytes: number;
  /** SHA-256 of the bytes: their name among the blobs. */
  digest: string;
  downloadable: number;
  created_at: number;
  expires_at: number | null;
  stamp: string | null;
}

export interface SessionResourceTable {
  tenant_id: string;
  session_id: string;
  id: string;
  body: string;
  /** A token that is never shown. */
  secret: string | null;
  created_at: number;
  updated_at: number;
}

/** One pair of a session's metadata, as a hash: what the list finds sessions by. */
export interface SessionLabelTable {
  tenant_id: string;
  session_id: string;
  label: string;
}
