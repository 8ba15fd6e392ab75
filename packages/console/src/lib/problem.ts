import { APIConnectionError, APIError } from '@anthropic-ai/sdk';
import { parseBody } from './problem-body.ts';

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
