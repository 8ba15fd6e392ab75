import { toNumber, toOptionalText, toRecord, toText, type WireEvent } from './session-events.ts';
import type { Activity, ErrorItem, ResultItem } from './session-items.ts';

// How work ends, as events tell it.

export function readError(event: WireEvent): Pick<ErrorItem, 'type' | 'message' | 'failureType' | 'retry'> {
  const error = toRecord(event['error']);
  const retry = toRecord(error['retry_status'])['type'];
  return {
    type: toText(error['type']),
    message: toText(error['message']),
    failureType: toOptionalText(event['failure_type']),
    retry: retry === 'retrying' || retry === 'terminal' ? retry : 'exhausted',
  };
}

export function readResult(event: WireEvent): Omit<ResultItem, 'kind' | 'id' | 'at' | 'turn'> {
  const costs = Object.values(toRecord(event['model_usage'])).map((usage) => toRecord(usage)['cost_usd']);
  const known = costs.filter((cost) => typeof cost === 'number');
  return {
    runId: toText(event['run_id']),
    isError: event['is_error'] === true,
    subtype: toText(event['subtype']),
    turns: toNumber(event['num_turns']) ?? 0,
    durationMs: toNumber(event['duration_ms']) ?? 0,
    ...(known.length > 0 && { costUsd: known.reduce((sum, cost) => sum + cost, 0) }),
    ...(event['structured_output'] != null && { structuredOutput: event['structured_output'] }),
  };
}

export function readEnd(event: WireEvent, reason: unknown): Pick<Activity, 'state' | 'failure'> {
  const { state, failure } = event;
  const { type, message } = toRecord(failure);
  return {
    state:
      state === 'completed' || state === 'failed' || state === 'cancelled'
        ? state
        : reason === 'end_turn'
          ? 'completed'
          : 'failed',
    ...(typeof type === 'string' && { failure: { type, message: toText(message) } }),
  };
}
