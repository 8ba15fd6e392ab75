import type { ResourceRecord } from '../../store/files.ts';
import { DEFAULT_TENANT } from '../../store/records.ts';
import type { SessionView } from '../../store/store.ts';
import type { AppContext } from '../context.ts';
import { projectSession } from './project-session.ts';
import type { Session } from './session-schemas.ts';

type Context = Pick<AppContext, 'files' | 'clock'>;

/** Sessions as they are now, with what they were given. */
export async function showSessions(
  views: readonly Pick<SessionView, 'session'>[],
  { files, clock }: Context,
): Promise<Session[]> {
  const resources = await files.resources(DEFAULT_TENANT, ...views.map(({ session }) => session.id));
  const of = new Map<string, ResourceRecord[]>();
  for (const resource of resources)
    of.set(resource.sessionId, [...(of.get(resource.sessionId) ?? []), resource]);
  const now = clock.now();
  return views.map((view) => projectSession(view, of.get(view.session.id) ?? [], now));
}

export async function showSession(
  { session }: Pick<SessionView, 'session'>,
  { files, clock }: Context,
): Promise<Session> {
  return projectSession({ session }, await files.resources(DEFAULT_TENANT, session.id), clock.now());
}
