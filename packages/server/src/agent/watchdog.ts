import type { Clock } from '../lib/clock.ts';
import { SECOND } from '../lib/duration.ts';

export interface RunLimits {
  /** A run in which nothing happens for so long is given up. */
  silenceMs: number;
  /** The longest run. */
  maxRunMs: number;
}

/** What a watchdog looks at. Times are monotonic. */
export interface Watched {
  /** When the agent last said something. */
  readonly lastSignAt: number;
  /** Tools are at work: they have time limits of their own. */
  readonly hasOpenTools: boolean;
  readonly openRequests: number;
  /** When the last byte of a model request went by. */
  readonly lastActivityAt: number | undefined;
}

/**
 * Looks at a run from time to time and calls `onSilence` or `onTimeout`, each at most once. Silence counts while a
 * model request is open or nothing is, never while a tool works.
 */
export function watchRun(
  watched: Watched,
  limits: RunLimits,
  clock: Clock,
  { onSilence, onTimeout }: { onSilence: () => void; onTimeout: () => void },
): Disposable {
  const startedAt = clock.monotonic();
  let busyAt = startedAt;
  let isTimedOut = false;
  const look = (): void => {
    const now = clock.monotonic();
    if (watched.hasOpenTools && watched.openRequests === 0) busyAt = now;
    const aliveAt = Math.max(busyAt, watched.lastSignAt, watched.lastActivityAt ?? 0);
    if (!isTimedOut && now - startedAt >= limits.maxRunMs) {
      isTimedOut = true;
      onTimeout();
    }
    if (now - aliveAt < limits.silenceMs) return;
    clearInterval(timer);
    onSilence();
  };
  const timer = setInterval(look, lookEveryMs(limits)).unref();
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

function lookEveryMs({ silenceMs, maxRunMs }: RunLimits): number {
  return Math.max(10, Math.min(5 * SECOND, silenceMs / 10, maxRunMs / 10));
}
