import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiError, ValidationError } from '../errors.ts';
import { V1Error, type V1ErrorType } from './errors.ts';

/** What was thrown as an error of `/v1`; undefined: nobody expected it. */
export function toV1Error(error: unknown): V1Error | undefined {
  if (error instanceof V1Error) return error;
  if (error instanceof ApiError) {
    // What is in conflict now will be so a moment later.
    const headers = { ...error.headers, ...(error.status === 409 && { 'x-should-retry': 'false' }) };
    return new V1Error(typeOf(error), wordsOf(error), { status: error.status, headers });
  }
  if (error instanceof ValidationError) {
    const [first] = error.details;
    return new V1Error('invalid_request_error', first?.msg ?? 'The request is not valid.');
  }
  return undefined;
}

/** Answers with the envelope of `/v1`. */
export function sendV1Error(error: V1Error, request: FastifyRequest, reply: FastifyReply): void {
  reply.code(error.status).headers(error.headers).send(error.toBody(request.id));
}

function typeOf({ status }: ApiError): V1ErrorType {
  switch (status) {
    case 401:
      return 'authentication_error';
    case 403:
      return 'permission_error';
    case 404:
      return 'not_found_error';
    case 409:
      return 'conflict_error';
    case 413:
      return 'request_too_large';
    case 503:
      return 'overloaded_error';
    default:
      return status < 500 ? 'invalid_request_error' : 'api_error';
  }
}

/** Missing and wrong keys are told apart for nobody. */
function wordsOf(error: ApiError): string {
  return error.status === 401 ? 'Authentication failed' : error.message;
}
