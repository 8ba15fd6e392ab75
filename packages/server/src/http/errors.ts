/** Every error that the API answers of its own accord: status and words. `{name}` is filled in from the parameters. */
const API_ERRORS = {
  not_found: [404, 'Not Found'],
  method_not_allowed: [405, 'Method Not Allowed'],
  request_timeout: [408, 'The request took too long to arrive'],
  body_too_large: [413, 'The body is larger than {limit} bytes'],
  unsupported_media_type: [415, 'Bodies must be JSON: send Content-Type: application/json'],
  headers_too_large: [431, 'The request line and headers are larger than {limit} bytes'],
  malformed_request: [400, 'This is not a valid HTTP request'],
  stopping: [503, 'The server is stopping. Try again in a moment'],
  store_unavailable: [503, 'The store is not available at the moment. Try again in a moment'],
  not_ready: [503, 'The server is not ready'],
  too_many_streams: [503, '{max} streams are open already. Try again in a moment, or ask for the status'],
  disk_low: [
    503,
    'The disk of the server is nearly full: {free} MiB are free, and it takes new work from {limit} MiB on (min-free-disk)',
  ],
  queue_full: [503, '{limit} sessions wait for an agent already. Try again in a moment'],

  missing_key: [
    401,
    'An API key is needed: send it as Authorization: Bearer <key> or as x-api-key. Keys are set with BULLPEN_API_KEYS',
  ],
  wrong_key: [401, 'This API key is not valid. Keys are set with BULLPEN_API_KEYS'],
  foreign_host: [
    403,
    'This server is not known as "{host}". Use localhost or 127.0.0.1, or add the name to BULLPEN_ALLOWED_HOSTS',
  ],
  foreign_origin: [
    403,
    'Pages of {origin} may not use this server. To allow them, add the origin to BULLPEN_CORS_ORIGINS',
  ],

  approval_key: [
    401,
    'Approvals need a key, also on this machine, so that an agent cannot answer for a person: send one of BULLPEN_API_KEYS, ' +
      'or without them the key in the file approval-key of the data directory, as Authorization: Bearer <key>',
  ],
  approval_not_found: [404, 'Approval {id} not found'],
  approval_answered: [409, 'Approval {id} was already {state} by {by} at {at}'],
  approval_expired: [409, 'Approval {id} has expired: the call or its run has ended'],
  approval_needs_result: [
    400,
    'Approval {id} is the call of a tool that the client runs: send its result as user.custom_tool_result to /v1',
  ],
  answers_without_questions: [
    400,
    'Approval {id} is no question: answers belong to a question of the agent. Use input to change what the tool runs with',
  ],
  idempotency_key_used: [
    409,
    'This Idempotency-Key was used for another request. Use a new key for each request',
  ],

  session_not_found: [404, 'Session {id} not found'],
  output_not_found: [404, 'Session {id} has no output {name} on this server'],
  not_running: [400, 'Session {id} is not running (status: {status})'],
  delete_running: [400, 'Cannot delete running session {id}. Please cancel it first.'],
  cancel_unconfirmed: [
    503,
    'Session {id} is being cancelled, but its end was not confirmed in time. Ask for its status in a moment',
  ],
  resume_not_found: [400, 'Session {id} not found.'],
  resume_archived: [400, 'Session {id} is archived. It can be read, but not resumed'],
  resume_without_conversation: [400, 'Session {id} has no recorded Claude session ID. Cannot resume.'],
  resume_running: [400, 'Session {id} is currently running'],
  resume_transcript_removed: [
    400,
    'The conversation of session {id} was removed because it ended long ago. Its messages can be read; start a new session to go on',
  ],
  resume_log_full: [
    400,
    'Session {id} has reached the maximum of messages or bytes of this server. Its messages can be read; start a new session to go on',
  ],
  resume_elsewhere: [400, 'Session {id} works in {cwd}'],
  delivery_not_found: [404, 'Delivery {id} not found'],
  no_webhook: [
    400,
    'This server has no webhook. One is set with BULLPEN_WEBHOOK_URL and BULLPEN_WEBHOOK_SECRET',
  ],
  cwd_relative: [400, 'cwd {cwd} is not an absolute path'],
  cwd_missing: [400, 'cwd {cwd} does not exist'],
  cwd_outside: [400, 'cwd {cwd} is not inside an allowed root'],
  no_allowed_root: [
    400,
    'This server has no directory in which sessions may work. Allow some with BULLPEN_ALLOWED_ROOTS',
  ],
  permission_mode_not_allowed: [
    400,
    'permission_mode {mode} is not allowed on this server. Allowed: {allowed}',
  ],
  bypass_impossible: [400, '{reason}'],
  settings_not_trusted: [
    400,
    'setting_sources needs a cwd inside a trusted root of this server (BULLPEN_TRUSTED_ROOTS)',
  ],
} as const satisfies Record<string, readonly [status: number, detail: string]>;

export type ApiErrorCode = keyof typeof API_ERRORS;

/** An answer other than success, from the table above. */
export class ApiError extends Error {
  override name = 'ApiError';
  readonly code: ApiErrorCode;
  readonly status: number;
  readonly headers: Record<string, string>;

  constructor(
    code: ApiErrorCode,
    parameters: Record<string, string | number> = {},
    headers: Record<string, string> = {},
  ) {
    const [status, detail] = API_ERRORS[code];
    super(detail.replace(/\{(\w+)\}/g, (whole, name: string) => String(parameters[name] ?? whole)));
    this.code = code;
    this.status = status;
    this.headers = status === 503 ? { 'retry-after': '1', ...headers } : headers;
  }

  get body(): { detail: string } {
    return { detail: this.message };
  }
}

/** One reason why a request does not fit its schema. */
export interface ValidationDetail {
  type: string;
  loc: (string | number)[];
  msg: string;
  input: unknown;
}

/** The request does not fit its schema: 422 with every reason. */
export class ValidationError extends Error {
  override name = 'ValidationError';
  readonly details: ValidationDetail[];

  constructor(details: ValidationDetail[]) {
    super('The request does not fit its schema.');
    this.details = details;
  }
}
