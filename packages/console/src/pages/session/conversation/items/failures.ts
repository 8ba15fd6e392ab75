import type { ErrorItem } from '../../../../live/session-items.ts';

/** What a person can do about a failure, by the server's name for it (docs/reference/errors.md). */
const TODO = {
  authentication: 'credential',
  permission: 'credential',
  billing: 'billing',
  model_not_found: 'model',
  invalid_request: 'options',
  rate_limited: 'later',
  overloaded: 'later',
  provider_error: 'later',
  connection: 'connection',
  context_overflow: 'fork',
  output_limit: 'less',
  max_turns: 'goOn',
  budget: 'goOn',
  structured_output: 'schema',
  invalid_cwd: 'directory',
  invalid_options: 'options',
  spawn_failed: 'log',
  process_died: 'goOn',
  out_of_memory: 'less',
  transcript_missing: 'anew',
  timed_out: 'goOn',
  log_full: 'anew',
  unresponsive: 'goOn',
  cut_too_often: 'log',
  interrupted: 'goOn',
  internal: 'log',
} as const;

export type KnownFailure = keyof typeof TODO;

/** Undefined: a failure that this console has no words for. */
export function failureOf({ failureType }: ErrorItem): KnownFailure | undefined {
  return isKnown(failureType) ? failureType : undefined;
}

export function todoOf(failure: KnownFailure | undefined): (typeof TODO)[KnownFailure] {
  return failure === undefined ? 'goOn' : TODO[failure];
}

/** What the provider or the agent said of it: the server's message has it in brackets at its end. */
export function detailOf({ message, words }: ErrorItem): string | undefined {
  const detail = /\.\s\(([\s\S]*)\)$/.exec(message)?.[1];
  return words !== undefined && (detail === undefined || words.includes(detail)) ? words : detail;
}

/** Something is missing, and the agent works without it. */
export function isWarning({ retry, failureType, type }: ErrorItem): boolean {
  return retry === 'retrying' && failureType === undefined && !type.startsWith('model_');
}

function isKnown(type: string | undefined): type is KnownFailure {
  return type !== undefined && Object.hasOwn(TODO, type);
}
