import type { Clock } from '../lib/clock.ts';
import type { ForkFault, ForkPoint } from '../domain/fork-point.ts';
import type { SessionRecord } from '../store/records.ts';
import type { PlacedEntry, TranscriptPlace } from '../store/session-walk.ts';
import type { SessionView, Store } from '../store/store.ts';
import type { WorkspaceCopy } from '../workspace/local.ts';
import type { QueueLimits } from './admission.ts';
import type { Announce } from './announce.ts';
import { SessionNotFound } from './errors.ts';
import type { LogLimits } from './log-limit.ts';

export interface SessionsContext {
  store: Store;
  clock: Clock;
  /** This node: whose disk has the directories that clients name. */
  homeNode: string;
  /** Where a session without a `cwd` works. */
  defaultWorkspace(sessionId: string): SessionRecord['workspace'];
  /** Copies the files of a session that has a workspace of its own; if it is not at work, nothing of it runs afterwards. */
  copyWorkspace(sessionId: string, isAtWork: boolean, signal: AbortSignal): Promise<WorkspaceCopy>;
  /** See findForkCut (agent/fork-cut.ts). */
  findForkCut(entries: AsyncIterable<PlacedEntry>, point: ForkPoint): Promise<TranscriptPlace[] | ForkFault>;
  /** Undefined: there is no webhook. */
  announce?: Announce | undefined;
  limits: QueueLimits & LogLimits;
}

/** The session as it is now; undefined also while it is being deleted. */
export async function findSession(
  store: Store,
  tenantId: string,
  sessionId: string,
): Promise<SessionView | undefined> {
  const view = await store.readSession(tenantId, sessionId);
  return view?.session.state === 'deleting' ? undefined : view;
}

/** The session as it is now. Throws SessionNotFound. */
export async function requireSession(
  store: Store,
  tenantId: string,
  sessionId: string,
): Promise<SessionView> {
  const view = await findSession(store, tenantId, sessionId);
  if (!view) throw new SessionNotFound();
  return view;
}
