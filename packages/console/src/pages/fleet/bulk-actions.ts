import { request } from '../../api/http.ts';
import type { FleetRow } from '../../live/fleet-frames.ts';
import { toProblem } from '../../lib/problem.ts';

export const BULK_ACTIONS = ['cancel', 'archive', 'delete'] as const;
export type BulkAction = (typeof BULK_ACTIONS)[number];

/** At work, or about to be: it can be cancelled, and has to be before it can go. */
export function isAtWork({ status, state }: FleetRow): boolean {
  return status === 'running' || (status === 'pending' && state.status !== 'idle');
}

/** Whether an action means something for a session. */
export function isMeant(action: BulkAction, row: FleetRow): boolean {
  if (action === 'cancel') return isAtWork(row);
  return action === 'delete' || row.archived_at === null;
}

export async function act(action: BulkAction, row: FleetRow): Promise<void> {
  if (isAtWork(row)) await cancel(row);
  if (action === 'cancel') return;
  // The SDK is large, and not needed to look at the fleet.
  const { v1 } = await import('../../api/client.ts');
  const { sessions } = v1().beta;
  if (action === 'archive') await sessions.archive(row.id);
  else await whenGone(sessions.delete(row.id));
}

async function cancel({ session_id }: FleetRow): Promise<void> {
  await request(`/cancel/${session_id}`, { method: 'POST' });
}

/** Somebody else was quicker: it is what was wanted. */
async function whenGone(deletion: PromiseLike<unknown>): Promise<void> {
  try {
    await deletion;
  } catch (error) {
    if (toProblem(error).status !== 404) throw error;
  }
}
