import type { Activity, Session } from './session-items.ts';

/** What a session does. One that waits for its first slot has no event yet: its document says that there is work. */
export function activityOf(told: Activity, session: Session | undefined): Activity {
  if (told.state !== 'new' || session?.status !== 'running') return told;
  return { state: 'queued', since: Date.parse(session.created_at) };
}
