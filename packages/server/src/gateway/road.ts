import http from 'node:http';
import https from 'node:https';
import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import type { Socket } from 'node:net';
import { SECOND } from '../lib/duration.ts';
import type { Upstream } from './gateway.ts';

export interface RoadRequest {
  method: string;
  /** With the query. */
  path: string;
  headers: OutgoingHttpHeaders;
  body: Buffer;
}

/** The provider has the request, and has said nothing for too long. */
export class NoAnswer extends Error {
  override name = 'NoAnswer';
}

/** The way to the provider, with its connections. */
export interface Road {
  /** The host that the provider is asked as. */
  readonly host: string;
  /**
   * Sends a request; resolves when its answer begins. Rejects with NoAnswer, with the error of a connection that was
   * not made or was cut before, or when `signal` aborts, which also cuts an answer under way.
   */
  send(request: RoadRequest, signal: AbortSignal): Promise<IncomingMessage>;
  close(): void;
}

const CONNECT_TIMEOUT_MS = 30 * SECOND;
// Below the idle time of usual load balancers, so that a request rarely meets a connection which is just closing.
const IDLE_CONNECTION_MS = 15 * SECOND;

/** Opens the road to `upstream`, whose base path is kept. `answerBeginsMs`: how long an answer may take to begin. */
export function openRoad(upstream: Upstream, answerBeginsMs: number): Road {
  const base = new URL(upstream.url);
  const basePath = base.pathname.replace(/\/$/, '');
  const { request: open, Agent } = base.protocol === 'https:' ? https : http;
  const agent = new Agent({ keepAlive: true, timeout: IDLE_CONNECTION_MS });

  function sendOnce(
    { method, path, headers, body }: RoadRequest,
    connections: http.Agent | false,
    signal: AbortSignal,
  ): Sent {
    const outgoing = open(new URL(base.origin), {
      agent: connections,
      method,
      path: basePath + path,
      headers,
      signal,
    });
    const answer = new Promise<IncomingMessage>((resolve, reject) => {
      const timer = setTimeout(() => outgoing.destroy(new NoAnswer()), answerBeginsMs).unref();
      outgoing.once('socket', (socket) => limitConnect(socket, outgoing));
      outgoing.once('response', resolve);
      // Also after the answer has begun; its reader hears of that on the answer itself.
      outgoing.on('error', reject);
      for (const event of ['response', 'close']) outgoing.once(event, () => clearTimeout(timer));
    });
    outgoing.end(body);
    return { answer, outgoing };
  }

  return {
    host: base.host,
    async send(request, signal) {
      const first = sendOnce(request, agent, signal);
      try {
        return await first.answer;
      } catch (error) {
        // A kept connection that the provider was just closing says nothing about the provider.
        if (!first.outgoing.reusedSocket || !isReset(error) || signal.aborted) throw error;
        return await sendOnce(request, false, signal).answer;
      }
    },
    close: () => agent.destroy(),
  };
}

interface Sent {
  answer: Promise<IncomingMessage>;
  outgoing: http.ClientRequest;
}

function isReset(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ECONNRESET' || error.code === 'EPIPE');
}

function limitConnect(socket: Socket, outgoing: http.ClientRequest): void {
  if (!socket.connecting) return;
  const timer = setTimeout(
    () => outgoing.destroy(new Error('The connection took too long')),
    CONNECT_TIMEOUT_MS,
  );
  const clear = () => clearTimeout(timer);
  socket.once('connect', clear).once('close', clear);
}
