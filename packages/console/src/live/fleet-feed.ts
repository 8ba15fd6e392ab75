import { EventParser } from '../lib/event-parser.ts';
import { parseBody } from '../lib/problem-body.ts';
import type { FleetFrame, FleetStep } from './fleet-frames.ts';
import { FleetState } from './fleet-state.ts';

/** What a feed tells its listeners: enough to build the same state. */
export type FeedMessage =
  | { type: 'steps'; steps: FleetStep[] }
  | { type: 'connection'; connection: FleetConnection };

export interface FleetConnection {
  state: 'connecting' | 'live' | 'reconnecting';
  /** When the next attempt begins (ms since the epoch); undefined: one is under way, or none is needed. */
  retryAt: number | undefined;
  /** Why the server did not let us in, in its words; undefined: it was not reached. */
  problem: string | undefined;
}

export interface FeedOptions {
  key: string | undefined;
  fetch: (url: string, init: RequestInit) => Promise<Response>;
  /** 0 to 1. */
  random?: () => number;
}

/** The server says something at least every 10 s. */
const SILENCE_MS = 25_000;
const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 10_000;

/** Keeps one stream of the fleet open with one key, whatever happens, until it is closed. */
export class FleetFeed {
  readonly #options: FeedOptions;
  readonly #state = new FleetState();
  readonly #listeners = new Set<(message: FeedMessage) => void>();
  readonly #closed = new AbortController();
  #connection: FleetConnection = { state: 'connecting', retryAt: undefined, problem: undefined };
  #wake: (() => void) | undefined;

  constructor(options: FeedOptions) {
    this.#options = options;
    void this.#run();
  }

  get size(): number {
    return this.#listeners.size;
  }

  /** The listener is told what there is at once, and then whatever changes. */
  join(listener: (message: FeedMessage) => void): () => void {
    for (const step of this.#state.replay()) listener({ type: 'steps', steps: [step] });
    listener({ type: 'connection', connection: this.#connection });
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** Does not wait for the next attempt. */
  retry(): void {
    this.#wake?.();
  }

  close(): void {
    this.#closed.abort();
    this.#wake?.();
  }

  async #run(): Promise<void> {
    const { signal } = this.#closed;
    for (let attempt = 0; !signal.aborted; attempt++) {
      try {
        await this.#stream(() => (attempt = 0));
      } catch (error) {
        if (signal.aborted) return;
        const problem = error instanceof Refused ? error.message : undefined;
        await this.#pause(retryDelay(attempt, this.#options.random ?? Math.random), problem);
      }
    }
  }

  /** One connection: ends by throwing, however it ends. */
  async #stream(onReady: () => void): Promise<never> {
    const silent = new AbortController();
    const signal = AbortSignal.any([this.#closed.signal, silent.signal]);
    const heard = (): void => {
      clearTimeout(timer);
      timer = setTimeout(() => silent.abort(), SILENCE_MS);
    };
    let timer = setTimeout(() => silent.abort(), SILENCE_MS);
    try {
      const { key, fetch } = this.#options;
      const response = await fetch('/fleet/stream', {
        headers: {
          accept: 'text/event-stream',
          ...(key !== undefined && { authorization: `Bearer ${key}` }),
        },
        cache: 'no-store',
        signal,
      });
      if (!response.ok) throw new Refused(await reasonOf(response));
      if (!response.body) throw new Error('The stream has no body.');
      this.#take([{ event: 'begin' }]);
      const parser = new EventParser();
      const reader = response.body.getReader();
      const decoder = new TextDecoder();
      for (;;) {
        const { done, value } = await reader.read();
        if (done) throw new Error('The stream has ended.');
        heard();
        const events = parser.push(decoder.decode(value, { stream: true }));
        const frames = events.filter(({ event }) => event !== 'ping').map(toFrame);
        if (frames.length === 0) continue;
        this.#take(frames);
        if (!frames.some((frame) => frame.event === 'ready')) continue;
        onReady();
        this.#setConnection({ state: 'live', retryAt: undefined, problem: undefined });
      }
    } finally {
      clearTimeout(timer);
    }
  }

  #take(steps: FleetStep[]): void {
    for (const step of steps) this.#state.apply(step);
    this.#tell({ type: 'steps', steps });
  }

  async #pause(ms: number, problem: string | undefined): Promise<void> {
    this.#setConnection({ state: 'reconnecting', retryAt: Date.now() + ms, problem });
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#wake = undefined;
    this.#setConnection({ state: 'reconnecting', retryAt: undefined, problem });
  }

  #setConnection(connection: FleetConnection): void {
    this.#connection = connection;
    this.#tell({ type: 'connection', connection });
  }

  #tell(message: FeedMessage): void {
    for (const listener of this.#listeners) listener(message);
  }
}

/** The server was reached and did not give the stream. */
class Refused extends Error {}

/** 0.5 s and then twice as long each time, up to 10 s; a random half of it off, so that not all come at once. */
export function retryDelay(attempt: number, random: () => number): number {
  return Math.min(FIRST_RETRY_MS * 2 ** attempt, LAST_RETRY_MS) * (1 - random() / 2);
}

function toFrame({ event, data }: { event: string; data: string }): FleetFrame {
  return { event, data: JSON.parse(data) as unknown } as FleetFrame;
}

async function reasonOf(response: Response): Promise<string> {
  const body: unknown = await response.json().catch(() => undefined);
  return parseBody(body).message ?? `${response.status} ${response.statusText}`;
}
