import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Log } from '../log.ts';
import { QueueFull } from '../sessions/errors.ts';
import { StoreUnavailableError } from '../store/store.ts';
import { ApiError, ValidationError } from './errors.ts';
import { LIMITS } from './limits.ts';
import { sendV1Error, toV1Error } from './v1/answer-error.ts';
import { V1Error } from './v1/errors.ts';

/** Answers what was thrown. Of an unexpected error nothing is shown but the request's id, under which the log has it. */
export function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply, log: Log): void {
  const known = toApiError(error, request);
  if (isV1(request)) {
    const answer = toV1Error(known ?? error);
    if (answer && answer.status >= 500) note(answer);
    return sendV1Error(answer ?? unexpected(), request, reply);
  }
  if (error instanceof ValidationError) {
    reply.code(422).send({ detail: error.details });
    return;
  }
  if (known) {
    if (known.status >= 500) note(known);
    reply.code(known.status).headers(known.headers).send(known.body);
    return;
  }
  const { message } = unexpected();
  reply.code(500).send({ detail: message, request_id: request.id });

  function note({ message: words }: Error): void {
    // Why the server says so itself needs no stack; that the store is away it has logged.
    const isOwn =
      error instanceof ApiError || error instanceof V1Error || error instanceof StoreUnavailableError;
    log.warn({ ...(!isOwn && { err: error }), requestId: request.id }, words);
  }

  function unexpected(): V1Error {
    log.error({ err: error, requestId: request.id, route: request.routeOptions.url }, 'A request failed');
    return new V1Error('api_error', 'Internal server error');
  }
}

/** Whether the client speaks `/v1`, also when there is no such route. */
export function isV1({ url }: Pick<FastifyRequest, 'url'>): boolean {
  return url.startsWith('/v1/');
}

function toApiError(error: unknown, { routeOptions }: FastifyRequest): ApiError | undefined {
  if (error instanceof ApiError) return error;
  if (error instanceof QueueFull) {
    return new ApiError('queue_full', { limit: error.limit }, { 'retry-after': '5' });
  }
  if (error instanceof StoreUnavailableError) return new ApiError('store_unavailable');
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  switch (error.code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new ApiError('body_too_large', { limit: routeOptions.bodyLimit ?? LIMITS.bodyLimit });
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return new ApiError('unsupported_media_type');
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
    case 'ECONNRESET':
      return new ApiError('malformed_request');
    default:
      return undefined;
  }
}
