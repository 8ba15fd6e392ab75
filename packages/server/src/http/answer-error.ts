import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Log } from '../log.ts';
import { QueueFull } from '../sessions/errors.ts';
import { StoreUnavailableError } from '../store/store.ts';
import { ApiError, ValidationError } from './errors.ts';
import { LIMITS } from './limits.ts';

/** Answers what was thrown. Of an unexpected error nothing is shown but the request's id, under which the log has it. */
export function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply, log: Log): void {
  if (error instanceof ValidationError) {
    reply.code(422).send({ detail: error.details });
    return;
  }
  const known = toApiError(error);
  if (known) {
    // Why the server says so itself needs no stack; that the store is away it has logged.
    const cause = error === known || error instanceof StoreUnavailableError ? {} : { err: error };
    if (known.status >= 500) log.warn({ ...cause, requestId: request.id }, known.message);
    reply.code(known.status).headers(known.headers).send(known.body);
    return;
  }
  log.error({ err: error, requestId: request.id, route: request.routeOptions.url }, 'A request failed');
  reply.code(500).send({ detail: 'Internal server error', request_id: request.id });
}

function toApiError(error: unknown): ApiError | undefined {
  if (error instanceof ApiError) return error;
  if (error instanceof QueueFull) {
    return new ApiError('queue_full', { limit: error.limit }, { 'retry-after': '5' });
  }
  if (error instanceof StoreUnavailableError) return new ApiError('store_unavailable');
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  switch (error.code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new ApiError('body_too_large', { limit: LIMITS.bodyLimit });
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return new ApiError('unsupported_media_type');
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
    case 'ECONNRESET':
      return new ApiError('malformed_request');
    default:
      return undefined;
  }
}
