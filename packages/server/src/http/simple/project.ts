import type { AgentResult, EventBody, FullOutput, StoredEvent } from '../../domain/event.ts';
import type { SessionState } from '../../domain/session-state.ts';
import type { ApprovalRecord, RunRecord } from '../../store/records.ts';
import type { SessionView } from '../../store/store.ts';
import { projectApproval } from './project-approval.ts';
import type { ListedSession, Message, RunSummary, Status, StatusName } from './schemas.ts';
import { formatTime } from '../format-time.ts';

// The core's sessions and events as the simple API shows them. Pure.

/** The projection of domain/session-state.ts; a session that is being deleted is not shown. */
const STATUS = {
  new: 'pending',
  queued: 'pending',
  running: 'running',
  waiting: 'running',
  rescheduling: 'running',
  completed: 'completed',
  failed: 'error',
  cancelled: 'cancelled',
  deleting: 'cancelled',
} as const satisfies Record<SessionState, StatusName>;

export function projectState(state: SessionState): StatusName {
  return STATUS[state];
}

/** The states that read as this status. */
export function statesOf(status: StatusName): SessionState[] {
  return Object.entries(STATUS).flatMap(([state, name]) =>
    name === status && state !== 'deleting' ? [state as SessionState] : [],
  );
}

/** Whether the status stays as it is until a client resumes the session. */
export function isFinal(view: SessionView): boolean {
  return FINAL.has(projectState(view.session.state));
}

const FINAL = new Set<StatusName>(['completed', 'error', 'cancelled']);

/** The status object, but for its messages. `runs`: all runs of the session. `open`: its calls that wait. */
export function projectStatus(
  view: SessionView,
  runs: readonly RunRecord[],
  open: readonly ApprovalRecord[],
  now: number,
): Status {
  const { session, head, run } = view;
  return {
    session_id: session.id,
    status: projectState(session.state),
    result: projectResult(runs),
    error: projectError(view),
    duration_ms: run?.startedAt == null ? null : Math.max(0, (run.endedAt ?? now) - run.startedAt),
    total_cost_usd: session.totalCostUsd === null ? null : roundUsd(session.totalCostUsd),
    message_count: head.messageCount,
    pending_approvals: open.map(projectApproval),
  };
}

/** The status object as messages to the webhook carry it: with what the caller gave the session to know it by. */
export function projectAnnounced(
  view: SessionView,
  runs: readonly RunRecord[],
  open: readonly ApprovalRecord[],
  now: number,
): Status & Pick<ListedSession, 'title' | 'metadata'> {
  const { title, metadata } = view.session;
  return { ...projectStatus(view, runs, open, now), title, metadata };
}

/** An entry of the list. `runs`: all runs of the session. */
export function projectListed(view: SessionView, runs: readonly RunRecord[]): ListedSession {
  const { session, head, run } = view;
  return {
    session_id: session.id,
    status: projectState(session.state),
    prompt: runs.map(({ prompt }) => prompt).join(RESUME_MARK),
    created_at: formatTime(session.createdAt),
    start_time: run?.startedAt == null ? null : formatTime(run.startedAt),
    end_time: run?.endedAt == null ? null : formatTime(run.endedAt),
    error: projectError(view),
    result: projectResult(runs),
    message_count: head.messageCount,
    claude_session_id: session.agentSessionId,
    total_cost_usd: session.totalCostUsd === null ? null : roundUsd(session.totalCostUsd),
    title: session.title,
    metadata: session.metadata,
    model: run?.options.model ?? null,
    cwd: session.workspace.ref,
  };
}

const RESUME_MARK = '\n\n--- Session Resume ---\n';

/** An event of this session as an entry of `messages`; undefined when it is none. */
export function projectMessage(event: StoredEvent, sessionId: string): Message | undefined {
  const message = projectBody(event);
  if (!message) return undefined;
  const full = 'fullOutput' in event.body ? event.body.fullOutput : undefined;
  return {
    ...message,
    content: { ...message.content, ...(full && { full_output: projectFullOutput(full, sessionId) }) },
    timestamp: formatTime(event.createdAt),
  };
}

/** Where the whole is: the path of a GET. */
function projectFullOutput({ name, bytes }: FullOutput, sessionId: string): { path: string; bytes: number } {
  return { path: `/sessions/${sessionId}/outputs/${name}`, bytes };
}

// The fields of the classes in the Claude Agent SDK for Python.
function projectBody({ id, body }: StoredEvent): Omit<Message, 'timestamp'> | undefined {
  switch (body.type) {
    case 'user.message':
      return {
        type: 'UserMessage',
        content: { content: body.content, uuid: id, parent_tool_use_id: null },
      };
    case 'agent.tool_result':
      return {
        type: 'UserMessage',
        content: {
          content: [{ tool_use_id: body.toolUseId, content: body.content, is_error: body.isError }],
          uuid: body.uuid,
          parent_tool_use_id: body.parentToolUseId,
        },
      };
    case 'agent.message':
      return assistantMessage(body, { text: body.text }, body.error);
    case 'agent.thinking':
      return assistantMessage(body, { thinking: body.thinking, signature: body.signature });
    case 'agent.tool_use':
      return assistantMessage(body, { id: body.toolUseId, name: body.name, input: body.input });
    case 'agent.system':
      return { type: 'SystemMessage', content: { subtype: body.subtype, data: body.data } };
    case 'run.result':
      return { type: 'ResultMessage', content: resultMessage(body.result) };
    case 'run.recovered':
      return {
        type: 'SystemMessage',
        content: {
          subtype: 'run_recovered',
          data: { attempt: body.attempt, how: body.how, abandoned: body.abandoned.map(({ uuid }) => uuid) },
        },
      };
    case 'approval.requested':
    case 'approval.answered':
    case 'approval.delivered':
    case 'approval.expired':
    case 'model.request_started':
    case 'model.request_ended':
    case 'user.interrupt':
    case 'outcome.defined':
    case 'outcome.evaluation':
    case 'session.error':
    case 'session.updated':
    case 'session.archived':
    case 'session.state':
      return undefined;
  }
}

function assistantMessage(
  body: Extract<EventBody, { model: string }>,
  block: Record<string, unknown>,
  error?: string,
): Omit<Message, 'timestamp'> {
  return {
    type: 'AssistantMessage',
    content: {
      content: [block],
      model: body.model,
      parent_tool_use_id: body.parentToolUseId,
      error: error ?? null,
      uuid: body.uuid ?? null,
    },
  };
}

function resultMessage(result: AgentResult): Record<string, unknown> {
  return {
    subtype: result.subtype,
    duration_ms: result.durationMs,
    duration_api_ms: result.durationApiMs,
    is_error: result.isError,
    num_turns: result.numTurns,
    session_id: result.agentSessionId,
    total_cost_usd: roundUsd(result.totalCostUsd),
    usage: result.usage,
    result: result.result,
    structured_output: result.structuredOutput ?? null,
  };
}

/** The latest result of the session: a run that has none yet leaves the one before in place. */
function projectResult(runs: readonly RunRecord[]): RunSummary | null {
  const run = runs.findLast(({ result }) => result !== null);
  if (!run?.result) return null;
  const { result } = run;
  return {
    session_id: result.agentSessionId,
    num_turns: result.numTurns,
    duration_ms: result.durationMs,
    total_cost_usd: roundUsd(result.totalCostUsd),
    usage: result.usage,
    result: result.result,
    structured_output: result.structuredOutput ?? null,
    model_usage: Object.fromEntries(
      Object.entries(run.modelUsage ?? result.modelUsage).map(([model, usage]) => [
        model,
        {
          input_tokens: usage.inputTokens,
          output_tokens: usage.outputTokens,
          cache_read_input_tokens: usage.cacheReadInputTokens,
          cache_creation_input_tokens: usage.cacheCreationInputTokens,
          cost_usd: roundUsd(usage.costUsd),
        },
      ]),
    ),
  };
}

function projectError({ session, run }: SessionView): string | null {
  switch (session.state) {
    case 'failed':
      return run?.failure?.message ?? null;
    case 'cancelled':
    case 'deleting':
      return 'Session was cancelled';
    default:
      return null;
  }
}

/** Sums of prices in binary have a tail that nobody was charged. A token costs more than this leaves away. */
export function roundUsd(usd: number): number {
  return Number(usd.toFixed(10));
}
