import { toProblem } from '../lib/problem.ts';
import { untilAborted } from '../lib/until-aborted.ts';
import { Backoff } from './backoff.ts';
import { Pace } from './pace.ts';
import { toActivity } from './session-activity.ts';
import { toRecord, type WireEvent } from './session-events.ts';
import type { Connection, Session, SessionSnapshot, StreamingBlock } from './session-items.ts';
import { SessionReducer } from './session-reducer.ts';
import type { SessionSource } from './session-source.ts';
import { Previews } from './session-previews.ts';

/** The server says something every 10 s. */
const SILENCE_MS = 25_000;
const WATCH_MS = 5000;
/** The session's document is read again so long after what changes it: much comes at once. */
const REFRESH_MS = 300;
const REFRESH_COSTS_MS = 2000;

/** What the store needs of the page; a test has its own. */
export interface PageHooks {
  /** Calls back before the next picture is drawn. */
  soon(callback: () => void): void;
  /** Resolves when the page shows what it was given, and has a moment. */
  drawn(signal: AbortSignal): Promise<void>;
  now(): number;
}

/**
 * One session, followed for as long as `run` goes on. It resumes after the last event that it has: nothing is lost, nothing
 * comes twice. Pauses and ends by what `visible` and `signal` say.
 */
export class SessionStore {
  readonly #source: SessionSource;
  readonly #page: PageHooks;
  #reducer = new SessionReducer();
  readonly #previews = new Previews();
  readonly #backoff = new Backoff();
  readonly #listeners = new Set<() => void>();
  readonly #streamListeners = new Set<() => void>();
  #session: Session | undefined;
  #connection: Connection = { state: 'loading' };
  #snapshot: SessionSnapshot;
  #streaming: readonly StreamingBlock[] = [];
  #isScheduled = false;
  #writing: ReturnType<typeof setTimeout> | undefined;
  #publishedAt = 0;
  readonly #pace = new Pace();
  #isChanged = false;
  #refresh: ReturnType<typeof setTimeout> | undefined;
  #lastEventId: string | undefined;
  #isDeleted = false;
  #signal: AbortSignal = AbortSignal.abort();
  /** Ends the attempt under way, or the wait for the next. */
  #attempt = new AbortController();
  #isPaused = false;

  constructor(sessionId: string, source: SessionSource, page: PageHooks) {
    this.#source = source;
    this.#page = page;
    this.#snapshot = { sessionId, connection: this.#connection, ...this.#reducer.snapshot() };
  }

  get snapshot(): SessionSnapshot {
    return this.#snapshot;
  }

  get streaming(): readonly StreamingBlock[] {
    return this.#streaming;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  subscribeStreaming(listener: () => void): () => void {
    this.#streamListeners.add(listener);
    return () => this.#streamListeners.delete(listener);
  }

  /** Follows the session until `signal` aborts, it is deleted, or the server refuses. */
  async run(signal: AbortSignal): Promise<void> {
    this.#signal = signal;
    while (!signal.aborted) {
      this.#attempt = new AbortController();
      const attempt = AbortSignal.any([signal, this.#attempt.signal]);
      try {
        if (this.#isPaused) this.#setConnection({ state: 'paused' });
        else await this.#follow(attempt);
      } catch (error) {
        if (signal.aborted) return;
        if (!this.#attempt.signal.aborted && !this.#isDeleted && this.#isFinal(error)) return;
      }
      if (this.#isDeleted) return this.#setConnection({ state: 'ended' });
      this.#dropPreviews();
      if (this.#isPaused) await untilAborted(attempt);
      else if (!this.#attempt.signal.aborted) await this.#waitToRetry(attempt);
    }
  }

  /** Tries again at once. */
  reconnect(): void {
    this.#backoff.reset();
    this.#attempt.abort();
  }

  /** Nobody looks: closes the stream, until it is taken back. */
  pause(isPaused: boolean): void {
    if (this.#isPaused === isPaused) return;
    this.#isPaused = isPaused;
    this.reconnect();
  }

  /** Reads the session's document again, in a moment. */
  refresh(inMs = 0): void {
    if (this.#refresh !== undefined && inMs > 0) return;
    clearTimeout(this.#refresh);
    this.#refresh = setTimeout(() => void this.#readSession(), inMs);
  }

  async #follow(signal: AbortSignal): Promise<void> {
    if (this.#connection.state === 'paused') this.#setConnection({ state: 'reconnecting' });
    if (this.#lastEventId === undefined) {
      // Whichever fails first; the other must not fail unheard.
      await Promise.all([this.#retrieve(signal), this.#load(signal)]);
    } else if (this.#connection.state === 'reconnecting') this.refresh(REFRESH_MS);
    const silence = new AbortController();
    let heardAt = this.#page.now();
    const watch = setInterval(() => {
      if (this.#page.now() - heardAt > SILENCE_MS) silence.abort();
    }, WATCH_MS);
    try {
      const stream = this.#source.follow(this.#lastEventId, AbortSignal.any([signal, silence.signal]));
      for await (const frame of stream) {
        heardAt = this.#page.now();
        this.#backoff.reset();
        if (this.#connection.state !== 'live') this.#setConnection({ state: 'live' });
        if (frame.kind === 'event') this.#take(frame.event);
        else if (this.#previews.take(frame, this.#page.now())) this.#scheduleWriting();
      }
    } finally {
      clearInterval(watch);
    }
  }

  async #retrieve(signal: AbortSignal): Promise<void> {
    this.#session = await this.#source.retrieve(signal);
    this.#isChanged = true;
    this.#schedule();
  }

  /** First the end, which one looks at; then all of it, which takes its place. If it breaks off, it begins anew. */
  async #load(signal: AbortSignal): Promise<void> {
    const { events, isAll } = await this.#source.latest(signal);
    this.#show(reduce([events]));
    if (!isAll) {
      await this.#page.drawn(signal);
      const pages: (readonly WireEvent[])[] = [];
      for await (const page of this.#source.history(signal)) pages.push(page);
      this.#show(reduce(pages));
    }
    this.#lastEventId = this.#reducer.snapshot().lastEventId;
  }

  #show(reducer: SessionReducer): void {
    this.#reducer = reducer;
    this.#isChanged = true;
    this.#schedule();
  }

  #take(event: WireEvent): void {
    if (!this.#apply(event)) return;
    this.#previews.passed(event);
    if (event.type === 'session.updated') this.#merge(event, ['title', 'metadata', 'agent', 'budget']);
    if (event.type === 'session.usage') this.#merge(event, ['usage', 'budget']);
    if (event.type === 'session.deleted') this.#isDeleted = true;
    else if (event.type.startsWith('session.')) this.refresh(REFRESH_MS);
    else if (event.type === 'span.model_request_end') this.refresh(REFRESH_COSTS_MS);
    this.#schedule();
  }

  #apply(event: WireEvent): boolean {
    if (!this.#reducer.apply(event)) return false;
    this.#lastEventId = event.id;
    this.#isChanged = true;
    return true;
  }

  #merge(event: WireEvent, fields: readonly string[]): void {
    if (!this.#session) return;
    const told = Object.fromEntries(fields.flatMap((name) => (name in event ? [[name, event[name]]] : [])));
    this.#session = { ...this.#session, ...toRecord(told) };
  }

  async #readSession(): Promise<void> {
    this.#refresh = undefined;
    try {
      this.#session = await this.#source.retrieve(this.#signal);
      this.#isChanged = true;
      this.#schedule();
    } catch {
      // The stream says what is wrong.
    }
  }

  /** The server will not say anything else next time. */
  #isFinal(error: unknown): boolean {
    const { status } = toProblem(error);
    if (status === 404 && this.#lastEventId !== undefined) {
      // It was deleted while nobody listened.
      this.#apply({
        id: 'deleted',
        type: 'session.deleted',
        processed_at: new Date(this.#page.now()).toISOString(),
      });
      this.#setConnection({ state: 'ended' });
      return true;
    }
    const isRefused = status >= 400 && status < 500 && status !== 408 && status !== 429;
    if (isRefused) this.#setConnection({ state: 'failed', error });
    return isRefused;
  }

  async #waitToRetry(signal: AbortSignal): Promise<void> {
    const ms = this.#backoff.next();
    this.#setConnection({ state: 'reconnecting', retryAt: this.#page.now() + ms });
    await untilAborted(AbortSignal.any([signal, AbortSignal.timeout(ms)]));
    if (!this.#signal.aborted && !this.#isPaused) this.#setConnection({ state: 'reconnecting' });
  }

  #dropPreviews(): void {
    if (this.#previews.clear()) this.#schedule();
  }

  #setConnection(connection: Connection): void {
    this.#connection = connection;
    this.#isChanged = true;
    this.#schedule();
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    this.#page.soon(() => {
      this.#isScheduled = false;
      this.#publish();
    });
  }

  #scheduleWriting(): void {
    if (this.#isScheduled || this.#writing !== undefined) return;
    const { ms } = this.#pace;
    const wait = Math.max(0, this.#publishedAt + ms - this.#page.now());
    this.#writing = setTimeout(() => this.#schedule(), Math.min(wait, ms));
  }

  /** Both at once: the text that was written and the event that replaces it are never there together. */
  #publish(): void {
    clearTimeout(this.#writing);
    this.#writing = undefined;
    const startedAt = this.#page.now();
    const streaming = this.#previews.publish();
    const hasStreamed = streaming !== this.#streaming;
    this.#streaming = streaming;
    const isChanged = this.#isChanged;
    if (isChanged) {
      this.#isChanged = false;
      const reduced = this.#reducer.snapshot();
      this.#snapshot = {
        sessionId: this.#snapshot.sessionId,
        connection: this.#connection,
        ...reduced,
        ...(this.#session && {
          session: this.#session,
          activity: toActivity(reduced.activity, this.#session),
        }),
      };
    }
    if (isChanged) for (const listener of this.#listeners) listener();
    if (hasStreamed) for (const listener of this.#streamListeners) listener();
    this.#publishedAt = startedAt;
    // By then it has been rendered and laid out.
    setTimeout(() => {
      this.#pace.note(this.#page.now() - startedAt);
    }, 0);
  }
}

function reduce(pages: readonly (readonly WireEvent[])[]): SessionReducer {
  const reducer = new SessionReducer();
  for (const page of pages) for (const event of page) reducer.apply(event);
  return reducer;
}
