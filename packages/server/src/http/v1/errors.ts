import { z } from 'zod';

/** The types of error that the API knows, with their HTTP status. */
export const STATUS = {
  invalid_request_error: 400,
  authentication_error: 401,
  permission_error: 403,
  not_found_error: 404,
  conflict_error: 409,
  request_too_large: 413,
  rate_limit_error: 429,
  api_error: 500,
  overloaded_error: 529,
} as const;

export type V1ErrorType = keyof typeof STATUS;

/** The body of every answer that is no success. */
export const errorEnvelope = z
  .object({
    type: z.literal('error'),
    error: z.object({
      type: z.string().meta({ enum: Object.keys(STATUS) }),
      message: z.string().describe('What is wrong and what to do; of a field, with its path in front.'),
      details: z.looseObject({ error_code: z.string().optional() }).optional(),
    }),
    request_id: z.string().describe('As in the header `request-id`.'),
  })
  .meta({ id: 'ErrorEnvelope' });

interface V1ErrorOptions {
  /** For programs; the SDKs have classes for some. */
  code?: string;
  details?: Record<string, unknown>;
  /** When it is not the one of the type. */
  status?: number;
  headers?: Record<string, string>;
}

/** An answer of `/v1` other than success. `message` is for the client: what is wrong and what to do. */
export class V1Error extends Error {
  override name = 'V1Error';
  readonly type: V1ErrorType;
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly details: Record<string, unknown> | undefined;

  constructor(type: V1ErrorType, message: string, options: V1ErrorOptions = {}) {
    super(message);
    this.type = type;
    this.status = options.status ?? STATUS[type];
    this.headers = options.headers ?? {};
    const details = { ...options.details, ...(options.code && { error_code: options.code }) };
    this.details = Object.keys(details).length > 0 ? details : undefined;
  }

  /** As it goes over the wire. */
  toBody(requestId: string): z.infer<typeof errorEnvelope> {
    const { type, message, details } = this;
    return { type: 'error', error: { type, message, ...(details && { details }) }, request_id: requestId };
  }
}

/** A field is wrong. `path`: where it stands, such as `tools.0.name`; empty: the body as a whole. */
export function invalid(path: string, message: string, options?: V1ErrorOptions): V1Error {
  return new V1Error('invalid_request_error', path === '' ? message : `${path}: ${message}`, options);
}

/** There is no such thing, or it is somebody else's. */
export function notFound(what: string, id: string, options?: V1ErrorOptions): V1Error {
  return new V1Error('not_found_error', `${what} ${id} not found.`, options);
}

/**
 * Two clients changed the same thing. The SDKs repeat a 409 by themselves unless they are told that it will not help.
 * Its type is what is recorded of the hosted API.
 */
export function concurrentModification(message: string): V1Error {
  return new V1Error('invalid_request_error', message, {
    status: 409,
    headers: { 'x-should-retry': 'false' },
  });
}
