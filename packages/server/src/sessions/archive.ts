import { PRIMARY_THREAD } from '../domain/event.ts';
import { createId } from '../lib/ids.ts';
import type { SessionView } from '../store/store.ts';
import { cancelSession } from './cancel.ts';
import { requireSession, type SessionsContext } from './context.ts';
import { deleteSession } from './delete.ts';
import { SessionBusy, SessionNotRunning } from './errors.ts';
import { isBusy } from './session.ts';

/**
 * Ends a session for good: what is in its log stays, nothing can be sent to it any more, and a worker on its home node
 * removes its process and its workspace. One that waits for a person is closed first. Idempotent. Throws
 * SessionNotFound; SessionBusy while it works; WorkerDidNotAnswer.
 */
export async function archiveSession(
  context: SessionsContext,
  tenantId: string,
  sessionId: string,
  signal: AbortSignal,
): Promise<SessionView> {
  for (;;) {
    const view = await requireIdle(context, tenantId, sessionId, signal);
    if (view.session.archivedAt !== null) return view;
    const now = context.clock.now();
    const session = {
      archivedAt: now,
      updatedAt: now,
      // Retention counts from here on, also for one that never worked.
      endedAt: view.session.endedAt ?? now,
    };
    const result = await context.store.commit(tenantId, sessionId, {
      expectedVersion: view.head.version,
      session,
      events: [
        { id: createId(now), threadId: PRIMARY_THREAD, createdAt: now, body: { type: 'session.archived' } },
      ],
      // Not for an agent: for what is left of one.
      head: { wakeAt: now, needsSlot: false },
    });
    if (result.ok) return { ...view, session: { ...view.session, ...session } };
  }
}

/** As deleting it, also one that waits for a person. */
export async function deleteIdleSession(
  context: SessionsContext,
  tenantId: string,
  sessionId: string,
  signal: AbortSignal,
): Promise<void> {
  await requireIdle(context, tenantId, sessionId, signal);
  await deleteSession(context, tenantId, sessionId, signal);
}

/** The session, at rest: its calls that wait for a person are closed. Throws SessionBusy. */
async function requireIdle(
  context: SessionsContext,
  tenantId: string,
  sessionId: string,
  signal: AbortSignal,
): Promise<SessionView> {
  for (;;) {
    const view = await requireSession(context.store, tenantId, sessionId);
    const { state } = view.session;
    if (!isBusy(state)) return view;
    if (state !== 'waiting') throw new SessionBusy(state);
    try {
      await cancelSession(context, tenantId, sessionId, signal, { ifWaiting: true });
    } catch (error) {
      // Somebody answered, or it came to its end: the next look tells.
      if (!(error instanceof SessionNotRunning)) throw error;
    }
  }
}
