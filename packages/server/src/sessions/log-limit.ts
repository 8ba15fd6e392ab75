import type { HeadRecord } from '../store/records.ts';

/** How large the log of one session may become; 0: no limit. */
export interface LogLimits {
  maxSessionEvents: number;
  maxSessionBytes: number;
}

export type LogSize = Pick<HeadRecord, 'lastSeq' | 'logBytes'>;

/** Whether nothing more may be said in this session. What was said on the way to the limit is kept beyond it. */
export function isLogFull(size: LogSize, { maxSessionEvents, maxSessionBytes }: LogLimits): boolean {
  return reaches(size.lastSeq, maxSessionEvents) || reaches(size.logBytes, maxSessionBytes);
}

function reaches(value: number, limit: number): boolean {
  return limit > 0 && value >= limit;
}
