import type { Socket } from 'node:net';
import { HOUR, MINUTE, SECOND } from '../lib/duration.ts';
import { ApiError, type ApiErrorCode } from './errors.ts';

/** How much a client may send, and how long it may take. Options of fastify and of node:http. */
export const LIMITS = {
  bodyLimit: 1024 * 1024,
  /** For a whole request to arrive, and for one with a file. */
  requestTimeout: 30 * SECOND,
  uploadTimeout: HOUR,
  keepAliveTimeout: 65 * SECOND,
  /** For a connection on which nothing moves. Streams send pings, so this ends only those whose reader is gone. */
  connectionTimeout: 2 * MINUTE,
  http: {
    /** Request line and headers. */
    maxHeaderSize: 16 * 1024,
    headersTimeout: 10 * SECOND,
    connectionsCheckingInterval: 2 * SECOND,
    keepAlive: true,
    keepAliveInitialDelay: 30 * SECOND,
  },
};

/** Bodies of `/v1` carry images and documents. */
export const V1_BODY_LIMIT = 32 * 1024 * 1024;

/** What a file may have that a client sends. */
export const FILE_LIMIT = 500 * 1024 * 1024;

/** How long the rest of a refused request may take to arrive. */
export const LINGER_MS = 1 * SECOND;

/** Answers what is no HTTP request, too large or too slow, on the bare socket. */
export function answerClientError(error: NodeJS.ErrnoException, socket: Socket): void {
  // Answered already; this is about the rest of the same request.
  if (socket.writableEnded) return;
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const { status, body } = new ApiError(codeOf(error.code), { limit: LIMITS.http.maxHeaderSize });
  const text = JSON.stringify(body);
  const head = [
    `HTTP/1.1 ${status} ${REASONS[status] ?? ''}`,
    'content-type: application/json; charset=utf-8',
    `content-length: ${Buffer.byteLength(text)}`,
    'connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${text}`);
  // What is still on its way is read and dropped: closing over it would reset the connection, answer and all.
  socket.resume();
  const timer = setTimeout(() => socket.destroy(), LINGER_MS);
  socket.once('close', () => clearTimeout(timer));
}

const REASONS: Record<number, string> = {
  400: 'Bad Request',
  408: 'Request Timeout',
  431: 'Request Header Fields Too Large',
};

function codeOf(code: string | undefined): ApiErrorCode {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return 'headers_too_large';
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return 'request_timeout';
    default:
      return 'malformed_request';
  }
}
