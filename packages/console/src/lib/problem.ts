import { APIConnectionError, APIError } from '@anthropic-ai/sdk';

/** Why a request failed, in the server's words, whichever API it went to. */
export class Problem extends Error {
  override name = 'Problem';
  /** HTTP status; 0: the server was not reached. */
  readonly status: number;
  /** What is wrong with which field of the request, by its path (`max_turns`, `tools.0.name`). */
  readonly fields: Readonly<Record<string, string>>;
  readonly requestId: string | undefined;

  constructor(
    status: number,
    message: string,
    { fields = {}, requestId }: { fields?: Record<string, string>; requestId?: string | undefined } = {},
  ) {
    super(message);
    this.status = status;
    this.fields = fields;
    this.requestId = requestId;
  }

  /** The key is missing, wrong, or not one that may do this. */
  get needsKey(): boolean {
    return this.status === 401 || this.status === 403;
  }
}

/** Whatever was thrown, as a Problem. */
export function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof APIConnectionError) return new Problem(0, '');
  if (error instanceof APIError) {
    const { message, fields } = parseBody(error.error);
    return new Problem(error.status ?? 0, message ?? error.message, {
      fields,
      requestId: error.requestID ?? undefined,
    });
  }
  if (error instanceof TypeError) return new Problem(0, '');
  return new Problem(-1, error instanceof Error ? error.message : String(error));
}

/** Reads both envelopes: `{detail}` of the simple API and `{error: {message}}` of /v1. */
export function parseBody(body: unknown): { message: string | undefined; fields: Record<string, string> } {
  const fields: Record<string, string> = {};
  if (!isObject(body)) return { message: undefined, fields };
  const { detail, error } = body;
  if (typeof detail === 'string') return { message: detail, fields };
  if (Array.isArray(detail)) {
    for (const entry of detail) {
      if (!isObject(entry) || !Array.isArray(entry['loc'])) continue;
      const path = entry['loc'].slice(1).join('.');
      fields[path] ??= String(entry['msg']);
    }
    const [first] = Object.entries(fields);
    return { message: first && `${first[0]}: ${first[1]}`, fields };
  }
  if (isObject(error) && typeof error['message'] === 'string') {
    const message = error['message'];
    // `tools.0.name: Field required`, as /v1 says it.
    const named = /^([a-z_][\w.[\]-]*): (.+)$/s.exec(message);
    if (named?.[1] && named[2]) fields[named[1]] = named[2];
    return { message, fields };
  }
  return { message: undefined, fields };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
