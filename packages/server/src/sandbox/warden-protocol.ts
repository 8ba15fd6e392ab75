import { join } from 'node:path';

// What a server says to its warden, a word on each line.

/** Kill what carries the mark of the trial. */
export const TRIAL = 'trial';
/** Nothing is left to be killed. */
export const END = 'end';

export function trialMark(mark: string): string {
  return join(mark, 'trial');
}
