import type { Activity, Session } from './session-items.ts';

/** No event tells of the wait for a session's first slot: its status does. */
export function toActivity(told: Activity, { status, created_at }: Session): Activity {
  if (told.state !== 'new' || status !== 'running') return told;
  return { state: 'queued', since: Date.parse(created_at) };
}
