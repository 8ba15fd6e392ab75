import type { Clock } from '../lib/clock.ts';
import { SECOND } from '../lib/duration.ts';

/** How long a run that took too long may take to stop by itself. */
const TIMEOUT_GRACE_MS = 5 * SECOND;

export interface RunLimits {
  /** A run in which nothing happens for so long is given up. */
  silenceMs: number;
  /** The longest run. */
  maxRunMs: number;
}

/** What a watchdog looks at of a run. Times are monotonic. */
interface WatchedRun {
  /** When the agent last said something. */
  readonly lastSignAt: number;
  /** Tools are at work: they have time limits of their own. */
  readonly hasOpenTools: boolean;
  /** A call waits for a person: that may take as long as it takes, and is not the run's time. */
  readonly isWaiting: boolean;
}

/** … and of its model requests. */
interface WatchedRequests {
  readonly openRequests: number;
  /** When the last byte of any went by. */
  readonly lastActivityAt: number | undefined;
}

interface Reactions {
  onSilence(): void;
  /** The run has taken too long. */
  onTimeout(): void;
  /** It goes on all the same. */
  onTimeoutIgnored(): void;
}

/**
 * Looks at a run from time to time, until it is disposed of; each reaction happens at most once. Silence counts while
 * a model request is open or nothing is, never while a tool works.
 */
export function watchRun(
  run: WatchedRun,
  requests: WatchedRequests,
  { limits, clock }: { limits: RunLimits; clock: Clock },
  reactions: Reactions,
): Disposable {
  const startedAt = clock.monotonic();
  const deadlines = [
    { after: limits.maxRunMs, react: () => reactions.onTimeout() },
    { after: limits.maxRunMs + TIMEOUT_GRACE_MS, react: () => reactions.onTimeoutIgnored() },
  ];
  let lookedAt = startedAt;
  let busyAt = startedAt;
  let workedMs = 0;
  const look = (): void => {
    const now = clock.monotonic();
    if (!run.isWaiting) workedMs += now - lookedAt;
    lookedAt = now;
    if (run.isWaiting || (run.hasOpenTools && requests.openRequests === 0)) busyAt = now;
    while (deadlines[0] && workedMs >= deadlines[0].after) deadlines.shift()?.react();
    const aliveAt = Math.max(busyAt, run.lastSignAt, requests.lastActivityAt ?? 0);
    if (now - aliveAt < limits.silenceMs) return;
    clearInterval(timer);
    reactions.onSilence();
  };
  const timer = setInterval(look, lookEveryMs(limits)).unref();
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

function lookEveryMs({ silenceMs, maxRunMs }: RunLimits): number {
  return Math.max(10, Math.min(5 * SECOND, silenceMs / 10, maxRunMs / 10));
}
