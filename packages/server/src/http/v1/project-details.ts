import type {
  AgentResult,
  AgentSystemEvent,
  RunRecoveredEvent,
  SessionStateEvent,
  StoredEvent,
} from '../../domain/event.ts';
import type {
  ApprovalAnsweredEvent,
  ApprovalDeliveredEvent,
  ApprovalExpiredEvent,
  ApprovalRequestedEvent,
} from '../../domain/managed-events.ts';
import { toPublicTool } from '../../domain/tool-names.ts';
import { toObject } from '../../lib/to-object.ts';
import { publicId } from './ids.ts';
import type { Included } from './include.ts';
import { isOfSubagent, projectAgentEvent, type AgentEvent } from './project-agent-event.ts';
import { formatTime } from '../format-time.ts';

type Body = { type: string } & Record<string, unknown>;

/**
 * The events of one of the log with what `include[]` adds: an event where there is none, or fields of those that there
 * are. Never an event beside them, since ids and places of events go by their number.
 */
export function projectDetails(stored: StoredEvent, bodies: Body[], included: Included): Body[] {
  const { body } = stored;
  if (included.size === 0) return bodies;
  if (isAgentEvent(body)) return projectAgent(body, bodies, included);
  if (body.type === 'agent.system' && body.subtype.startsWith('task_')) {
    return included.has('subagents') ? [projectSystem(body)] : bodies;
  }
  return included.has('results') ? projectResults(stored, bodies) : bodies;
}

function isAgentEvent(body: StoredEvent['body']): body is AgentEvent {
  return AGENT_EVENTS.has(body.type);
}

const AGENT_EVENTS = new Set<string>([
  'agent.message',
  'agent.thinking',
  'agent.tool_use',
  'agent.tool_result',
] satisfies AgentEvent['type'][]);

function projectAgent(body: AgentEvent, bodies: Body[], included: Included): Body[] {
  const isSubagent = isOfSubagent(body);
  if (isSubagent && !included.has('subagents')) return bodies;
  if (body.type === 'agent.message' && body.error !== undefined && included.has('results')) {
    return [
      { type: 'bullpen.agent_error', error: body.error, text: body.text, ...(isSubagent && parentOf(body)) },
    ];
  }
  const shown = isSubagent ? projectAgentEvent(body) : bodies[0];
  if (!shown) return bodies;
  return [
    {
      ...shown,
      ...(body.type === 'agent.thinking' && included.has('thinking') && { thinking: body.thinking }),
      ...('toolUseId' in body && { call_id: body.toolUseId }),
      ...(isSubagent && parentOf(body)),
      ...(body.fullOutput && { full_output: body.fullOutput }),
      ...(included.has('results') && describeCommand(body)),
    },
  ];
}

function parentOf({ parentToolUseId }: AgentEvent): Record<string, unknown> {
  return { parent_tool_use_id: parentToolUseId };
}

/** What the input of the hosted tool has no place for. */
function describeCommand(body: AgentEvent): Record<string, unknown> {
  if (body.type !== 'agent.tool_use' || body.name !== 'Bash') return {};
  const { description, run_in_background } = toObject(body.input);
  return {
    ...(typeof description === 'string' && { description }),
    ...(typeof run_in_background === 'boolean' && { run_in_background }),
  };
}

function projectResults({ body, createdAt }: StoredEvent, bodies: Body[]): Body[] {
  switch (body.type) {
    case 'run.result':
      return [{ type: 'bullpen.run_result', run_id: body.runId, ...projectResult(body.result) }];
    case 'run.recovered':
      return [projectRecovery(body)];
    case 'approval.requested':
      return [{ type: 'bullpen.approval_requested', ...nameCall(body) }];
    case 'approval.answered':
      return body.kind === 'custom_tool' ? withDecider(bodies, body) : [projectAnswer(body)];
    case 'approval.delivered':
      return withDecider(bodies, body);
    case 'approval.expired':
      return [{ type: 'bullpen.approval_expired', ...nameCall(body), reason: body.reason }];
    case 'agent.system':
      return projectSystemResults(body, createdAt, bodies);
    case 'model.request_ended':
      return withFields(bodies, { model: body.model ?? null, cost_usd: body.costUsd ?? null });
    case 'session.state':
      return projectStateResults(body, bodies);
    case 'session.error':
      return withFields(bodies, { failure_type: null });
    default:
      return bodies;
  }
}

function projectResult(result: AgentResult): Record<string, unknown> {
  return {
    subtype: result.subtype,
    is_error: result.isError,
    num_turns: result.numTurns,
    duration_ms: result.durationMs,
    duration_api_ms: result.durationApiMs,
    result: result.result,
    structured_output: result.structuredOutput ?? null,
    total_cost_usd: result.totalCostUsd,
    model_usage: Object.fromEntries(
      Object.entries(result.modelUsage).map(([model, usage]) => [
        model,
        {
          input_tokens: usage.inputTokens,
          output_tokens: usage.outputTokens,
          cache_read_input_tokens: usage.cacheReadInputTokens,
          cache_creation_input_tokens: usage.cacheCreationInputTokens,
          cost_usd: usage.costUsd,
        },
      ]),
    ),
  };
}

function projectRecovery({ runId, attempt, how, abandoned }: RunRecoveredEvent): Body {
  return {
    type: 'bullpen.run_recovered',
    run_id: runId,
    attempt,
    how,
    abandoned_event_ids: abandoned.map(({ eventId }) => publicId('sevt', eventId)),
  };
}

type ApprovalEvent = ApprovalRequestedEvent | ApprovalAnsweredEvent | ApprovalExpiredEvent;

/** An approval has the id of the event of its call. */
function nameCall({ approvalId, toolUseId, name }: ApprovalEvent): Record<string, unknown> {
  return {
    approval_id: approvalId,
    tool_use_id: publicId('sevt', approvalId),
    call_id: toolUseId,
    name: toPublicTool(name).name,
  };
}

function projectAnswer(event: ApprovalAnsweredEvent): Body {
  const { behavior, by, message, input, remember } = event.decision;
  return {
    type: 'bullpen.approval_answered',
    ...nameCall(event),
    kind: event.kind ?? null,
    result: behavior,
    decided_by: by,
    deny_message: message ?? null,
    input: input ?? null,
    for_session: remember,
  };
}

function withDecider(bodies: Body[], { decision }: ApprovalAnsweredEvent | ApprovalDeliveredEvent): Body[] {
  return withFields(bodies, { decided_by: decision.by });
}

function projectSystemResults(event: AgentSystemEvent, createdAt: number, bodies: Body[]): Body[] {
  const { subtype, data } = event;
  switch (subtype) {
    case 'compact_boundary': {
      const { trigger = null, pre_tokens = null } = toObject(data['compact_metadata']);
      return withFields(bodies, { trigger, pre_tokens });
    }
    case 'api_retry': {
      const { attempt, retry_delay_ms: delayMs } = data;
      return withWait(bodies, null, {
        attempt: typeof attempt === 'number' ? attempt : null,
        retryAt: typeof delayMs === 'number' ? createdAt + delayMs : undefined,
      });
    }
    default:
      return [projectSystem(event)];
  }
}

function projectSystem({ subtype, data, fullOutput }: AgentSystemEvent): Body {
  return {
    type: 'bullpen.agent_system',
    subtype,
    data,
    ...(fullOutput && { full_output: fullOutput }),
  };
}

function projectStateResults(event: SessionStateEvent, bodies: Body[]): Body[] {
  const { state, runId, failure, attempt, retryAt, waitsForNode } = event;
  if (state === 'queued') return [{ type: 'bullpen.status_queued', run_id: runId }];
  const ended = withFields(bodies, { run_id: runId, state, failure: failure ?? null }, 'session.status_idle');
  return withWait(ended, failure?.type ?? null, { attempt: attempt ?? null, retryAt, waitsForNode });
}

function withWait(
  bodies: Body[],
  failureType: string | null,
  wait: { attempt: number | null; retryAt: number | undefined; waitsForNode?: string | undefined },
): Body[] {
  const told = withFields(bodies, { failure_type: failureType }, 'session.error');
  const fields = {
    attempt: wait.attempt,
    retry_at: wait.retryAt === undefined ? null : formatTime(wait.retryAt),
    waits_for_node: wait.waitsForNode ?? null,
  };
  return withFields(told, fields, 'session.status_rescheduled');
}

/** `type`: only events of it. */
function withFields(bodies: Body[], fields: Record<string, unknown>, type?: string): Body[] {
  return bodies.map((body) => (type === undefined || body.type === type ? { ...body, ...fields } : body));
}
