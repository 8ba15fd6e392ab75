import { HOUR, MINUTE, SECOND } from '../lib/duration.ts';

/** What Standard Webhooks recommends: a receiver that was away for two days gets everything. */
const DELAYS_MS = [
  5 * SECOND,
  5 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  5 * HOUR,
  10 * HOUR,
  14 * HOUR,
  20 * HOUR,
  24 * HOUR,
];
/** A receiver may ask for more time, but not without end. */
const MAX_ASKED_MS = 24 * HOUR;
/** Messages that failed together do not all come back at once. */
const JITTER = 0.1;

/** The pause after so many failures in a row, of which the last asked for `askedMs`; undefined: it is given up. */
export function pauseAfter(failures: number, askedMs: number): number | undefined {
  const delay = DELAYS_MS[failures - 1];
  if (delay === undefined) return undefined;
  return Math.round(Math.max(delay * (1 + JITTER * Math.random()), Math.min(askedMs, MAX_ASKED_MS)));
}
