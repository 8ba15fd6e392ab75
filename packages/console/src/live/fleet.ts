import { useSyncExternalStore } from 'react';
import type { Approval, FleetRow } from './fleet-frames.ts';
import type { FleetConnection } from './fleet-feed.ts';
import { fleet, type FleetSummary } from './fleet-store.ts';

/*
 * The fleet in React: all sessions and open approvals, live, over one connection for all tabs of the browser. A
 * component is only rendered again when what it asked for has changed.
 */

/** All sessions, newest first. A table of thousands rather subscribes to the store and keeps its own order. */
export function useFleet(): readonly FleetRow[] {
  return useSyncExternalStore(fleet.subscribe, fleet.rows);
}

/** One session, by its `session_id` (uuid) or its `id` of /v1 (`sesn_…`). */
export function useFleetRow(id: string): FleetRow | undefined {
  return useSyncExternalStore(fleet.subscribe, () => fleet.row(id));
}

/** What the fleet is as a whole. */
export function useFleetSummary(): FleetSummary {
  return useSyncExternalStore(fleet.subscribe, fleet.summary);
}

/** All open approvals of all sessions, the oldest first. The session of one: `useFleetRow(approval.session_id)`. */
export function useOpenApprovals(): readonly Approval[] {
  return useSyncExternalStore(fleet.subscribe, fleet.openApprovals);
}

/** True: the key of this browser may not see or answer approvals. Rows still say in `waits_for` that they wait. */
export function useApprovalsLocked(): boolean {
  return useSyncExternalStore(fleet.subscribe, fleet.approvalsLocked);
}

/** Whether what is shown is live. */
export function useConnection(): FleetConnection {
  return useSyncExternalStore(fleet.subscribe, fleet.connection);
}

/** Does not wait for the next attempt. */
export function reconnectNow(): void {
  fleet.reconnectNow();
}
