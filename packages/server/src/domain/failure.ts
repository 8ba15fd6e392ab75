/**
 * Every way in which a run can fail, with the sentence that users read: what happened and what to do.
 * docs/reference/errors.md lists this table; a test holds the two together.
 */
export const FAILURES = {
  authentication:
    'The model provider refused the credential. Check ANTHROPIC_API_KEY or ANTHROPIC_AUTH_TOKEN of the server and restart it.',
  permission:
    'The model provider does not allow this request with the present credential. Check what the key may use.',
  billing:
    'The model provider refused the request for billing reasons. Check the credit balance of the account.',
  model_not_found:
    'The model provider does not know this model, or the key may not use it. Choose another `model`.',
  invalid_request:
    'The model provider refused the request as invalid. The detail says why; change the options and resume.',
  rate_limited:
    'The model provider limited the rate of requests and retries did not help. Resume the session later.',
  overloaded: 'The model provider is overloaded and retries did not help. Resume the session later.',
  provider_error: 'The model provider failed and retries did not help. Resume the session later.',
  connection:
    'The model provider could not be reached. Check the network and ANTHROPIC_BASE_URL, then resume the session.',
  context_overflow:
    'The conversation no longer fits the context of the model. Start a new session, or choose a model with a larger context.',
  output_limit:
    'The answer reached the output limit of the model again and again. Ask for less at once and resume.',
  max_turns: 'The run reached its max_turns. Resume the session with a larger max_turns to go on.',
  budget: 'The run reached its max_budget_usd. Resume the session with a larger budget to go on.',
  refusal: 'The model declined to answer. Rephrase the prompt and resume.',
  structured_output:
    'The agent did not produce an answer that fits output_schema. Simplify the schema or the prompt and resume.',
  invalid_cwd:
    'The working directory does not exist any more or is not inside an allowed root. Restore it, or start a new session.',
  invalid_options: 'The agent refused its options. The detail says which; change them and resume.',
  spawn_failed: 'The agent process could not be started. The log of the server says why.',
  process_died: 'The agent process ended unexpectedly. Resume the session to go on.',
  out_of_memory:
    'The agent reached its memory limit and was stopped. Ask for less at once, or raise the memory limit per agent.',
  transcript_missing:
    'The conversation of this session is not in the store, so it cannot be continued. Start a new session.',
  timed_out:
    'The run reached the maximum duration of the server. Resume the session to go on, or raise max-run-duration.',
  log_full:
    'The session reached the maximum of messages or bytes of the server and was stopped. Start a new session to go on, or raise max-session-events or max-session-bytes.',
  unresponsive: 'The agent gave no sign of life for too long and was stopped. Resume the session to go on.',
  cut_too_often:
    'The run was cut off again and again, so it was not continued any more. Look at what cuts it off (memory, the log of the server), then resume the session to go on.',
  interrupted: 'The server stopped while this run was working. Resume the session to go on.',
  internal: 'Something went wrong inside the server. The log of the server has the details.',
} as const satisfies Record<string, string>;

export type FailureType = keyof typeof FAILURES;

/** Why a run failed. `message` is for people and ends up in `error`; it never carries a secret or a stack. */
export interface Failure {
  type: FailureType;
  message: string;
}

/** A failure with its sentence, and what the provider or the agent said of it, if that helps. */
export function createFailure(type: FailureType, detail?: string): Failure {
  return { type, message: detail ? `${FAILURES[type]} (${detail})` : FAILURES[type] };
}
