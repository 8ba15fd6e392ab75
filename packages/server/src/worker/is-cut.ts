import type { Failure, FailureType } from '../domain/failure.ts';

/** Ends that are not the work's doing: it goes on from what the agent has recorded. */
const CUT = new Set<FailureType>(['process_died', 'unresponsive']);

export function isCut(failure: Failure | null): failure is Failure {
  return failure !== null && CUT.has(failure.type);
}
