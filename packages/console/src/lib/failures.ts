/** What a person can do about a failure, by the server's name for it (docs/reference/errors.md). */
const ADVICE = {
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
  refusal: 'rephrase',
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

export type KnownFailure = keyof typeof ADVICE;

export function isKnownFailure(type: string | undefined): type is KnownFailure {
  return type !== undefined && Object.hasOwn(ADVICE, type);
}

/** Undefined: a failure that this console has no words for. */
export function adviceOf(failure: KnownFailure | undefined): (typeof ADVICE)[KnownFailure] {
  return failure === undefined ? 'goOn' : ADVICE[failure];
}
