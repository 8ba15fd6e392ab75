import type { ServerResponse } from 'node:http';
import type { FastifyReply } from 'fastify';
import { SECOND } from '../lib/duration.ts';

/** What keeps a connection from looking idle. */
interface Ping {
  frame: string;
  everyMs: number;
}

const COMMENT: Ping = { frame: ': ping\n\n', everyMs: 15 * SECOND };
/** How long a client waits before it connects again. */
const RETRY_MS = 1 * SECOND;

/**
 * The server's side of one Server-Sent Events connection. Nothing is queued here: who writes awaits `drained` before
 * it fetches more, so a slow reader is a cursor and not a buffer. Pings keep the connection from looking idle. A
 * reader that takes nothing gets none and is cut off after a while; it can come back with the last id that it has.
 */
export class EventStream {
  readonly #response: ServerResponse;
  readonly #ping: NodeJS.Timeout;
  readonly #stallMs: number;
  #cut: NodeJS.Timeout | undefined;

  /** Takes the response over from the framework and sends the head at once. */
  constructor(reply: FastifyReply, stallMs: number, ping: Ping = COMMENT) {
    reply.hijack();
    this.#stallMs = stallMs;
    this.#response = reply.raw;
    for (const [name, value] of Object.entries(reply.getHeaders())) {
      if (value !== undefined) this.#response.setHeader(name, value);
    }
    this.#response.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache, no-transform',
      // Proxies of the nginx family hold answers back unless told not to.
      'x-accel-buffering': 'no',
    });
    // Without a listener an error of the connection (a reset) would be an uncaught one; its end shows in `close`.
    this.#response.on('error', () => undefined);
    // What comes in goes out at once, or `#watch` says when it takes too long.
    this.#response.socket?.setTimeout(0);
    this.#response.on('drain', this.#unwatch).on('close', this.#unwatch);
    this.#response.write(`retry: ${RETRY_MS}\n\n`);
    this.#ping = setInterval(() => {
      if (!this.isFull) this.#response.write(ping.frame);
    }, ping.everyMs).unref();
  }

  /** Whether the reader is behind. */
  get isFull(): boolean {
    return this.#response.writableNeedDrain;
  }

  write(frames: string): void {
    if (frames !== '' && !this.#response.destroyed && !this.#response.write(frames)) this.#watch();
  }

  /** Resolves when the reader has caught up, or when `signal` aborts. */
  async drained(signal: AbortSignal): Promise<void> {
    if (!this.isFull || signal.aborted) return;
    await new Promise<void>((resolve) => {
      const settle = (): void => {
        this.#response.off('drain', settle);
        signal.removeEventListener('abort', settle);
        resolve();
      };
      this.#response.once('drain', settle);
      signal.addEventListener('abort', settle, { once: true });
    });
  }

  end(): void {
    clearInterval(this.#ping);
    this.#response.end();
    if (!this.#response.closed) this.#watch();
  }

  /** Cuts the reader off unless it takes what it was sent. */
  #watch(): void {
    this.#cut ??= setTimeout(() => this.#response.destroy(), this.#stallMs).unref();
  }

  readonly #unwatch = (): void => {
    clearTimeout(this.#cut);
    this.#cut = undefined;
  };
}

/** One event, as it goes over the wire. JSON has no raw line breaks, so `data` is one line. */
export function formatEvent(event: string, data: unknown, id?: number | string): string {
  const line = `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
  return id === undefined ? line : `id: ${id}\n${line}`;
}
