import type { SessionStateEvent } from '../../domain/event.ts';
import type { Failure, FailureType } from '../../domain/failure.ts';
import { NO_USAGE } from '../../domain/managed-session.ts';
import { publicId } from './ids.ts';
import { projectUsage } from './project-usage.ts';

type Body = { type: string } & Record<string, unknown>;

/** What every thread event says of the only thread that a session has. */
export interface ThreadNames {
  session_thread_id: string;
  agent_name: string;
}

/** A change of state as the events that tell of it, in order. */
export function projectState(event: SessionStateEvent, thread: ThreadNames): Body[] {
  switch (event.state) {
    case 'running':
      return [{ type: 'session.status_running' }, { type: 'session.thread_status_running', ...thread }];
    case 'rescheduling':
      return [
        // An orderly stop of the server is no error.
        ...(event.failure && event.attempt !== 0 ? [errorEvent(event.failure, 'retrying')] : []),
        { type: 'session.thread_status_rescheduled', ...thread },
        { type: 'session.status_rescheduled' },
      ];
    case 'waiting':
    case 'completed':
    case 'failed':
    case 'cancelled':
      return projectIdle(event, thread);
    case 'new':
    case 'queued':
    case 'deleting':
      return [];
  }
}

function projectIdle(event: SessionStateEvent, thread: ThreadNames): Body[] {
  const { failure, used, budget } = event;
  const stop = { stop_reason: toStopReason(event), stop_details: toStopDetails(failure) };
  const usage = used
    ? { usage: projectUsage(used, used.costUsd, 0), budget: budget ?? null }
    : { usage: projectUsage(NO_USAGE, 0, 0), budget: null };
  return [
    ...(failure && failure.type !== 'refusal' ? [errorEvent(failure, 'exhausted')] : []),
    { type: 'session.thread_status_idle', ...thread, ...stop },
    { type: 'session.usage', ...usage },
    { type: 'session.status_idle', ...stop },
  ];
}

function toStopReason({ waitsFor, failure }: SessionStateEvent): Record<string, unknown> {
  if (waitsFor === 'budget') return { type: 'budget_reached' };
  if (waitsFor) {
    return { type: 'requires_action', event_ids: waitsFor.eventIds.map((id) => publicId('sevt', id)) };
  }
  if (!failure) return { type: 'end_turn' };
  return { type: failure.type === 'refusal' ? 'refusal' : 'retries_exhausted' };
}

function toStopDetails(failure: Failure | undefined): Record<string, unknown> | null {
  if (failure?.type !== 'refusal') return null;
  return { type: 'refusal', category: null, explanation: failure.message };
}

/** Failures that `/v1` has a word for. */
const ERROR_TYPES: Partial<Record<FailureType, string>> = {
  overloaded: 'model_overloaded_error',
  rate_limited: 'model_rate_limited_error',
  billing: 'billing_error',
  max_turns: 'tool_use_limit_reached_error',
  context_overflow: 'compaction_limit_reached_error',
  authentication: 'model_request_failed_error',
  permission: 'model_request_failed_error',
  model_not_found: 'model_request_failed_error',
  invalid_request: 'model_request_failed_error',
  provider_error: 'model_request_failed_error',
  connection: 'model_request_failed_error',
  output_limit: 'model_request_failed_error',
};

function errorEvent({ type, message }: Failure, retry: 'retrying' | 'exhausted'): Body {
  return {
    type: 'session.error',
    error: { type: ERROR_TYPES[type] ?? 'unknown_error', message, retry_status: { type: retry } },
  };
}

/** A request to the model failed and is made again: the session waits for that. */
export function projectRetry(data: Record<string, unknown>, thread: ThreadNames): Body[] {
  const status = data['error_status'];
  const type =
    status === 529
      ? 'model_overloaded_error'
      : status === 429
        ? 'model_rate_limited_error'
        : 'model_request_failed_error';
  const words = typeof status === 'number' ? `answered with ${status}` : 'could not be reached';
  return [
    {
      type: 'session.error',
      error: {
        type,
        message: `The model provider ${words}. The request is made again.`,
        retry_status: { type: 'retrying' },
      },
    },
    { type: 'session.thread_status_rescheduled', ...thread },
    { type: 'session.status_rescheduled' },
  ];
}
