import { expireApprovals } from '../sessions/approval-events.ts';
import type { RunRecord } from '../store/records.ts';
import type { Continuation } from './continuation.ts';
import type { LogWriter } from './log-writer.ts';

/** Writes what the log has to hear before anything else of a run that goes on. */
export function tellRecovery(
  writer: LogWriter,
  run: RunRecord,
  { how, abandoned, events, approvalIds, lostApprovals }: Continuation,
  now: number,
): void {
  const attempt = how === 'held_call' ? 0 : run.attempts;
  const recovered = { type: 'run.recovered' as const, runId: run.id, attempt, how, abandoned };
  writer.add({
    events: [recovered, ...events].map((body) => writer.createEvent(body)),
    ...(approvalIds.length > 0 && { deliverApprovals: { ids: approvalIds, deliveredAt: now } }),
  });
  writer.add(expireApprovals(lostApprovals, 'not_carried_over', now));
}
