import type { ApprovalAnsweredEvent, ApprovalDeliveredEvent } from '../../domain/managed-events.ts';
import type { EventBody, StoredEvent } from '../../domain/event.ts';
import type { ModelRequestUsage, OutcomeEvaluationEvent } from '../../domain/managed-events.ts';
import { publicId } from './ids.ts';
import { NOTHING_MORE, type Included } from './include.ts';
import { isOfSubagent, projectAgentEvent } from './project-agent-event.ts';
import { projectDetails } from './project-details.ts';
import { projectChanges } from './project-session.ts';
import { projectRetry, projectState, type ThreadNames } from './project-state.ts';
import { formatMicros } from './time.ts';

// The log as `/v1` shows it. Pure.

/** An event on the wire. */
export interface WireEvent {
  id: string;
  type: string;
  processed_at: string;
  [field: string]: unknown;
}

/** An event with its place: `atUs` is its own, in microseconds; `seq` and `index` those of the event of the log. */
export interface PlacedEvent {
  event: WireEvent;
  atUs: number;
  seq: number;
  index: number;
}

type Body = { type: string } & Record<string, unknown>;

/** The events that one of the log is; none, if it is not for clients of `/v1`, or not for one that asked for no more. */
export function projectEvents(
  stored: StoredEvent,
  thread: ThreadNames,
  included: Included = NOTHING_MORE,
): PlacedEvent[] {
  const bodies = projectDetails(stored, projectBody(stored.body, thread), included);
  // The one that others refer to has the id of the event of the log; it is the last, but for results of a state.
  const main = bodies.length - 1;
  return bodies.map((body, index) => {
    const atUs = stored.atUs + index;
    const id = publicId('sevt', deriveId(stored.id, main - index));
    return {
      event: { ...body, id, type: body.type, processed_at: formatMicros(atUs) },
      atUs,
      seq: stored.seq,
      index,
    };
  });
}

function projectBody(body: EventBody, thread: ThreadNames): Body[] {
  switch (body.type) {
    case 'user.message':
      return [
        {
          type: 'user.message',
          content: typeof body.content === 'string' ? [{ type: 'text', text: body.content }] : body.content,
        },
      ];
    case 'agent.message':
    case 'agent.thinking':
    case 'agent.tool_use':
    case 'agent.tool_result': {
      const event = isOfSubagent(body) ? undefined : projectAgentEvent(body);
      return event ? [event] : [];
    }
    case 'agent.system':
      if (body.subtype === 'compact_boundary') return [{ type: 'agent.thread_context_compacted' }];
      return body.subtype === 'api_retry' ? projectRetry(body.data, thread) : [];
    case 'model.request_started':
      return [
        ...(body.afterRetry
          ? [{ type: 'session.status_running' }, { type: 'session.thread_status_running', ...thread }]
          : []),
        { type: 'span.model_request_start' },
      ];
    case 'model.request_ended':
      return [
        {
          type: 'span.model_request_end',
          model_request_start_id: publicId('sevt', body.startedEventId),
          is_error: body.isError,
          model_usage: projectModelUsage(body.usage),
        },
      ];
    case 'approval.answered':
      return projectCustomResult(body);
    case 'approval.delivered':
      return projectConfirmation(body);
    case 'user.interrupt':
      return [{ type: 'user.interrupt', session_thread_id: null }];
    case 'outcome.defined': {
      const { id, description, rubric, maxIterations } = body.outcome;
      return [
        {
          type: 'user.define_outcome',
          outcome_id: publicId('outc', id),
          description,
          rubric,
          max_iterations: maxIterations,
        },
      ];
    }
    case 'outcome.evaluation':
      return [projectEvaluation(body)];
    case 'session.error':
      return [{ type: 'session.error', error: { ...body.error, retry_status: { type: body.retry } } }];
    case 'session.updated':
      return [{ type: 'session.updated', ...projectChanges(body.changes) }];
    case 'session.archived':
      return [{ type: 'session.thread_status_terminated', ...thread }, { type: 'session.status_terminated' }];
    case 'session.state':
      return projectState(body, thread);
    case 'run.result':
    case 'run.recovered':
    case 'approval.requested':
    case 'approval.expired':
      return [];
  }
}

/** The client's own event, as it sent it. */
function projectCustomResult({ kind, approvalId, decision }: ApprovalAnsweredEvent): Body[] {
  if (kind !== 'custom_tool') return [];
  const { content = [], isError = false } = decision.result ?? {};
  return [
    {
      type: 'user.custom_tool_result',
      custom_tool_use_id: publicId('sevt', approvalId),
      content,
      is_error: isError,
      session_thread_id: null,
    },
  ];
}

/** A decision, when the agent hears of it. */
function projectConfirmation({ kind, approvalId, decision }: ApprovalDeliveredEvent): Body[] {
  if (kind === 'custom_tool') return [];
  return [
    {
      type: 'user.tool_confirmation',
      tool_use_id: publicId('sevt', approvalId),
      result: decision.behavior,
      deny_message: decision.message ?? null,
      session_thread_id: null,
    },
  ];
}

function projectEvaluation(event: OutcomeEvaluationEvent): Body {
  const common = { outcome_id: publicId('outc', event.outcomeId), iteration: event.iteration };
  switch (event.phase) {
    case 'started':
      return { type: 'span.outcome_evaluation_start', ...common };
    case 'ongoing':
      return { type: 'span.outcome_evaluation_ongoing', ...common };
    case 'ended':
      return {
        type: 'span.outcome_evaluation_end',
        ...common,
        outcome_evaluation_start_id:
          event.startedEventId === null ? '' : publicId('sevt', event.startedEventId),
        result: event.result,
        explanation: event.explanation,
        usage: projectModelUsage(event.usage),
      };
  }
}

function projectModelUsage(usage: ModelRequestUsage): Record<string, unknown> {
  return {
    input_tokens: usage.inputTokens,
    output_tokens: usage.outputTokens,
    cache_creation_input_tokens: usage.cacheCreation5mInputTokens + usage.cacheCreation1hInputTokens,
    cache_read_input_tokens: usage.cacheReadInputTokens,
    speed: null,
  };
}

/** The id of an event beside the main one of a log entry: the same every time, and another for each. */
function deriveId(id: string, distance: number): string {
  if (distance === 0) return id;
  const last = Number.parseInt(id.slice(-2), 16) ^ distance;
  return id.slice(0, -2) + last.toString(16).padStart(2, '0');
}
