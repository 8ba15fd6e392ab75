import { SECOND } from '../lib/duration.ts';
import type { Clock } from '../lib/clock.ts';
import type { Log } from '../log.ts';
import type { ModelHold } from './gateway.ts';
import { Lane, type LaneOptions, type Ticket } from './lane.ts';
import { UNREACHABLE, type Trouble } from './trouble.ts';

/** A shorter wait is not worth a word, but for the request that met the trouble. */
const NOTICEABLE_MS = SECOND;

/** One request of an agent at the governor, from its arrival until it is served or given up. Dispose of it then. */
export interface Visit extends Disposable {
  /** Waits until the request may go out. Rejects when `signal` aborts. May be called again after `refused`. */
  turn(bounds: HoldBounds, signal: AbortSignal): Promise<'go' | 'ask_again' | 'give_up'>;
  /** The provider has begun to answer. */
  served(): void;
  /** True: it shall wait for its turn again. False: the trouble is its own. */
  refused(trouble: Trouble): boolean;
  /** Why requests wait. */
  readonly trouble: Trouble;
}

/** Monotonic times. */
export interface HoldBounds {
  /** How long this request can be held. */
  askAgainAt: number;
  /** How long it makes sense to wait at all. */
  giveUpAt: number;
}

export interface GovernorOptions extends LaneOptions {
  clock: Clock;
  log: Log;
}

/**
 * One back-off for all agents: requests to a model that is in trouble wait here instead of going out. What may go
 * when is decided in lane.ts; this gives it the time, and wakes those who wait.
 */
export class Governor implements Disposable {
  readonly #options: GovernorOptions;
  readonly #lanes = new Map<string, TimedLane>();
  #pauses = 0;

  constructor(options: GovernorOptions) {
    this.#options = options;
  }

  get pauses(): number {
    return this.#pauses;
  }

  get waiting(): number {
    return [...this.#lanes.values()].reduce((sum, { lane }) => sum + lane.size, 0);
  }

  get pausedModels(): string[] {
    return [...this.#lanes].filter(([, { lane }]) => lane.isPaused).map(([model]) => model);
  }

  /** `onHold` hears of every wait that is worth a word. */
  arrive(model: string, sessionId: string, onHold: (hold: ModelHold) => void): Visit {
    let timed = this.#lanes.get(model);
    if (!timed) {
      timed = new TimedLane(model, this.#options, () => this.#pauses++);
      this.#lanes.set(model, timed);
    }
    return new LaneVisit(timed, this.#options.clock, sessionId, onHold, () => {
      if (timed.visits.size === 0 && timed.lane.isCalm) this.#lanes.delete(model);
    });
  }

  [Symbol.dispose](): void {
    for (const timed of this.#lanes.values()) timed.stop();
  }
}

class TimedLane {
  readonly lane: Lane;
  readonly visits = new Set<LaneVisit>();
  /** What lets those go who wait. */
  readonly waiting = new Map<Ticket, () => void>();
  readonly #model: string;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #onPause: () => void;
  #timer: NodeJS.Timeout | undefined;

  constructor(model: string, { clock, log, ...options }: GovernorOptions, onPause: () => void) {
    this.lane = new Lane(options);
    this.#model = model;
    this.#clock = clock;
    this.#log = log;
    this.#onPause = onPause;
  }

  wake(): void {
    const now = this.#clock.monotonic();
    for (const ticket of this.lane.release(now)) this.waiting.get(ticket)?.();
    this.stop();
    if (this.lane.size > 0) this.#timer = setTimeout(() => this.wake(), this.lane.readyAt() - now).unref();
  }

  served(ticket: Ticket): void {
    const { isPaused } = this.lane;
    this.lane.served(ticket, this.#clock.monotonic());
    const about = { model: this.#model, waiting: this.lane.size };
    if (isPaused && !this.lane.isPaused) this.#log.info(about, 'The model provider serves again');
    this.wake();
  }

  refused(ticket: Ticket, trouble: Trouble): boolean {
    const { phase } = this.lane;
    const isShared = this.lane.refused(ticket, trouble, this.#clock.monotonic());
    if (this.lane.phase !== phase) {
      this.#onPause();
      const about = { model: this.#model, status: trouble.status, waiting: this.lane.size };
      this.#log.warn(about, 'The model provider is in trouble: requests wait');
      for (const visit of this.visits) visit.noteHold();
    }
    this.wake();
    return isShared;
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}

class LaneVisit implements Visit {
  readonly #timed: TimedLane;
  readonly #clock: Clock;
  readonly #ticket: Ticket;
  readonly #onHold: (hold: ModelHold) => void;
  readonly #onEnd: () => void;
  #attempt = 0;
  #giveUpAt = 0;
  #isOut = false;
  #wasRefused = false;

  constructor(
    timed: TimedLane,
    clock: Clock,
    sessionId: string,
    onHold: (hold: ModelHold) => void,
    onEnd: () => void,
  ) {
    this.#timed = timed;
    this.#clock = clock;
    this.#ticket = timed.lane.arrive(sessionId);
    this.#onHold = onHold;
    this.#onEnd = onEnd;
    timed.visits.add(this);
  }

  get trouble(): Trouble {
    return this.#timed.lane.trouble ?? UNREACHABLE;
  }

  turn({ askAgainAt, giveUpAt }: HoldBounds, signal: AbortSignal): Promise<'go' | 'ask_again' | 'give_up'> {
    const { lane, waiting } = this.#timed;
    const now = this.#clock.monotonic();
    this.#giveUpAt = giveUpAt;
    return new Promise((resolve, reject) => {
      const end = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', abort);
        waiting.delete(this.#ticket);
      };
      const stop = (): void => {
        end();
        lane.leave(this.#ticket);
        resolve(askAgainAt < giveUpAt ? 'ask_again' : 'give_up');
      };
      const abort = (): void => {
        end();
        lane.leave(this.#ticket);
        reject(signal.reason);
      };
      const timer = setTimeout(stop, Math.min(askAgainAt, giveUpAt) - now).unref();
      signal.addEventListener('abort', abort, { once: true });
      if (signal.aborted) return abort();
      if (this.#wasRefused && now >= Math.min(askAgainAt, giveUpAt)) return stop();
      waiting.set(this.#ticket, () => {
        end();
        this.#isOut = true;
        resolve('go');
      });
      lane.enter(this.#ticket, now);
      this.#timed.wake();
      if (waiting.has(this.#ticket) && lane.readyAt() > giveUpAt) {
        end();
        lane.leave(this.#ticket);
        resolve('give_up');
      }
      this.noteHold();
    });
  }

  /** Tells that it waits, if it does. */
  noteHold(): void {
    if (!this.#timed.waiting.has(this.#ticket)) return;
    const now = this.#clock.monotonic();
    const delayMs = Math.round(this.#timed.lane.delayOf(this.#ticket, now));
    if (delayMs < NOTICEABLE_MS && !this.#wasRefused) return;
    this.#attempt++;
    const status = this.trouble.status || null;
    this.#onHold({ attempt: this.#attempt, delayMs, status, givesUpInMs: Math.round(this.#giveUpAt - now) });
  }

  served(): void {
    this.#isOut = false;
    this.#timed.served(this.#ticket);
  }

  refused(trouble: Trouble): boolean {
    this.#isOut = false;
    this.#wasRefused = true;
    return this.#timed.refused(this.#ticket, trouble);
  }

  [Symbol.dispose](): void {
    this.#timed.visits.delete(this);
    if (this.#isOut) {
      this.#timed.lane.leave(this.#ticket);
      this.#timed.wake();
    }
    this.#onEnd();
  }
}
