import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../lib/clock.ts';
import { parseConversation } from './conversation.ts';
import type { Conversation } from './conversation.ts';
import { MODELS } from './models.ts';
import type { Fault, Reply } from './reply.ts';
import { decideReply } from './script.ts';
import { toMessage, writeEvents } from './stream.ts';

export interface DemoModel {
  /** The base URL of its Messages API. */
  readonly url: string;
  /** Ends the answers under way. */
  [Symbol.asyncDispose](): Promise<void>;
}

const ERROR_TYPES: Record<number, string> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  403: 'permission_error',
  404: 'not_found_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  529: 'overloaded_error',
};
const MAX_REMEMBERED_ATTEMPTS = 10_000;

/**
 * Starts a Messages API on loopback that answers from a script (see script.ts, directives.ts). It needs no
 * credential and remembers nothing but how often a failing request was tried.
 */
export async function startDemoModel({ clock }: { clock: Clock }): Promise<DemoModel> {
  const idPrefix = `msg_demo${randomBytes(6).toString('hex')}`;
  let count = 0;
  const attempts = new Map<string, number>();
  const server = createServer((request, response) => {
    const left = new AbortController();
    response.once('close', () => left.abort());
    answer(request, response, left.signal).catch((error: unknown) => {
      if (left.signal.aborted || response.headersSent) response.destroy();
      else
        sendError(response, 400, error instanceof Error ? error.message : 'Not a request that I understand');
    });
  });
  server.requestTimeout = 0;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;

  async function answer(
    request: IncomingMessage,
    response: ServerResponse,
    signal: AbortSignal,
  ): Promise<void> {
    const route = `${request.method} ${request.url?.split('?', 1)[0]}`;
    const id = `${idPrefix}${(++count).toString().padStart(6, '0')}`;
    response.setHeader('request-id', id.replace('msg', 'req'));
    switch (route) {
      case 'GET /v1/models':
        return sendJson(response, 200, { data: MODELS, has_more: false });
      case 'POST /v1/messages/count_tokens': {
        const { tokens } = parseConversation(await json(request));
        return sendJson(response, 200, { input_tokens: tokens.before + tokens.last });
      }
      case 'POST /v1/messages': {
        const conversation = parseConversation(await json(request));
        const key = attemptKey(request, conversation);
        const attempt = attempts.get(key) ?? 0;
        const reply = decideReply(conversation, attempt);
        if (reply.fault || reply.stopReason === 'max_tokens' || reply.stopReason === 'refusal') {
          if (attempts.size >= MAX_REMEMBERED_ATTEMPTS) attempts.clear();
          attempts.set(key, attempt + 1);
        }
        return await play(response, { id, model: conversation.model }, reply, conversation.stream, signal);
      }
      default: {
        const model = MODELS.find((one) => route === `GET /v1/models/${one.id}`);
        return model
          ? sendJson(response, 200, model)
          : sendError(response, 404, 'The demo model has no such endpoint');
      }
    }
  }

  async function play(
    response: ServerResponse,
    head: { id: string; model: string },
    reply: Reply,
    isStream: boolean,
    signal: AbortSignal,
  ): Promise<void> {
    if (reply.ttftMs > 0) await sleep(reply.ttftMs, undefined, { signal });
    const { fault } = reply;
    if (fault?.kind === 'status') return sendFault(response, fault);
    if (fault?.kind === 'away') return void response.destroy();
    if (fault?.kind === 'no-headers') return await untilAborted(signal);
    if (fault?.kind === 'drop' && !isStream) return void response.destroy();
    if (fault?.kind === 'error' && !isStream) return sendFault(response, { kind: 'status', status: 500 });
    if (fault?.kind === 'stall' && !isStream) return await untilAborted(signal);
    if (!isStream) return sendJson(response, 200, toMessage(head, reply));
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
    await writeEvents(response, head, reply, { clock, signal, isCut: fault !== undefined });
    if (fault?.kind === 'stall') return await untilAborted(signal);
    if (fault?.kind === 'drop') response.socket?.destroySoon();
    else response.end();
  }

  return {
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** Equal for the attempts of one request: the same session at the same place of the same prompt. */
function attemptKey(request: IncomingMessage, { prompts, calls }: Conversation): string {
  const session = request.headers['x-claude-code-session-id'];
  return JSON.stringify([session, prompts.length, prompts.at(-1), calls.length]);
}

function sendFault(response: ServerResponse, fault: Extract<Fault, { kind: 'status' }>): void {
  if (fault.retryAfter !== undefined) response.setHeader('retry-after', fault.retryAfter);
  sendError(response, fault.status, fault.message ?? `The demo model was told to answer ${fault.status}`);
}

function sendError(response: ServerResponse, status: number, message: string): void {
  sendJson(response, status, { type: 'error', error: { type: ERROR_TYPES[status] ?? 'api_error', message } });
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

/** Waits until the client has left. */
async function untilAborted(signal: AbortSignal): Promise<void> {
  await once(signal, 'abort');
}
