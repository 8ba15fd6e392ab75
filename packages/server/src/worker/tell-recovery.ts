import { expireApprovals } from '../sessions/approval-events.ts';
import type { RunRecord } from '../store/records.ts';
import type { Continuation } from './continuation.ts';
import { toDeliveredEvent } from './delivered.ts';
import type { TurnOutput } from './turn-output.ts';

/** Writes what the log has to hear before anything else of a run that goes on. */
export function tellRecovery(
  { writer, log }: Pick<TurnOutput, 'writer' | 'log'>,
  run: RunRecord,
  { how, abandoned, events, approvals, lostApprovals, decisions }: Continuation,
  now: number,
): void {
  const attempt = how === 'held_call' ? 0 : run.attempts;
  const recovered = { type: 'run.recovered' as const, runId: run.id, attempt, how, abandoned };
  writer.add({
    events: [
      writer.createEvent(recovered),
      ...approvals.flatMap((approval) => {
        const decision = decisions.get(approval.toolUseId);
        return decision ? [toDeliveredEvent(approval, decision, now)] : [];
      }),
      ...events.map((body) => log.toEvent(body)),
    ],
    ...(approvals.length > 0 && {
      deliverApprovals: { ids: approvals.map(({ id }) => id), deliveredAt: now },
    }),
  });
  writer.add(expireApprovals(lostApprovals, 'not_carried_over', now));
}
