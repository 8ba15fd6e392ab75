import http from 'node:http';
import https from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { pipeline } from 'node:stream';
import { SECOND } from '../lib/duration.ts';
import { sendRefusal } from './refusal.ts';
import { toAgentHeaders, toProviderHeaders } from './headers.ts';
import type { Upstream } from './gateway.ts';

/** Looks at a request and its answer while they pass. */
export interface Observer {
  onRequestChunk(chunk: Buffer): void;
  onResponse(response: IncomingMessage): void;
  onResponseChunk(chunk: Buffer): void;
}

/** The way to the provider, with its connections. */
export interface Road {
  /**
   * Passes one request on, and its answer back, both no faster than the reader reads. Resolves, never rejects, when
   * it is over: whole, cut by either side, or aborted; resolves with the error that cut it on the provider's side.
   */
  forward(
    request: IncomingMessage,
    response: ServerResponse,
    path: string,
    observer: Observer,
  ): { ended: Promise<Error | undefined>; abort: () => void };
  close(): void;
}

const CONNECT_TIMEOUT_MS = 30 * SECOND;
// Below the idle time of usual load balancers, so that a request rarely meets a connection which is just closing.
const IDLE_CONNECTION_MS = 15 * SECOND;

/** Opens the road to `upstream`, whose base path is kept. */
export function openRoad(upstream: Upstream): Road {
  const base = new URL(upstream.url);
  const basePath = base.pathname.replace(/\/$/, '');
  const { request: send, Agent } = base.protocol === 'https:' ? https : http;
  const agent = new Agent({ keepAlive: true, timeout: IDLE_CONNECTION_MS });

  return {
    forward(request, response, path, observer) {
      const onward = send(new URL(base.origin), {
        agent,
        method: request.method,
        path: basePath + path,
        headers: toProviderHeaders(request.headers, base.host, upstream.headers),
      });
      onward.once('socket', (socket) => limitConnect(socket, onward));
      request.on('data', (chunk: Buffer) => observer.onRequestChunk(chunk));
      const abort = () => {
        onward.destroy();
        response.destroy();
      };
      // The agent's side is over when its answer is, or when its connection is: then the provider need not go on.
      response.once('close', () => onward.destroy());

      const ended = new Promise<Error | undefined>((resolve) => {
        let failure: Error | undefined;
        onward.on('error', (error) => {
          failure = error;
          if (response.headersSent) response.destroy();
          else sendRefusal(response, 'upstream_unreachable');
        });
        onward.once('response', (answer) => {
          observer.onResponse(answer);
          answer.on('data', (chunk: Buffer) => observer.onResponseChunk(chunk));
          response.writeHead(answer.statusCode ?? 502, toAgentHeaders(answer));
          response.flushHeaders();
          pipeline(answer, response, (error) => {
            failure = error ?? undefined;
          });
        });
        response.once('close', () => resolve(failure));
      });
      // No pipeline: it would close the agent's connection before the agent is told that the provider is away.
      request.pipe(onward);
      return { ended, abort };
    },
    close: () => agent.destroy(),
  };
}

function limitConnect(socket: Socket, onward: http.ClientRequest): void {
  if (!socket.connecting) return;
  const timer = setTimeout(
    () => onward.destroy(new Error('The connection took too long')),
    CONNECT_TIMEOUT_MS,
  );
  const clear = () => clearTimeout(timer);
  socket.once('connect', clear).once('close', clear);
}
