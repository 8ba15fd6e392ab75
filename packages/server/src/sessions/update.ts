import { isDeepStrictEqual } from 'node:util';
import type { AgentConfig } from '../domain/agent-config.ts';
import { PRIMARY_THREAD } from '../domain/event.ts';
import type { SessionChanges } from '../domain/managed-events.ts';
import type { Budget } from '../domain/managed-session.ts';
import { findMetadataFault } from '../domain/metadata.ts';
import { toTextMetadata } from '../domain/text-metadata.ts';
import { createId } from '../lib/ids.ts';
import type { SessionRecord } from '../store/records.ts';
import type { SessionView } from '../store/store.ts';
import { checkNewBudget } from './budget.ts';
import { requireSession, type SessionsContext } from './context.ts';
import { SessionArchived, SessionBusy, SessionHasNoAgent, SessionMetadataFault } from './errors.ts';
import { isBusy } from './session.ts';

/** What is to be different; what is absent stays. */
export interface SessionUpdate {
  title?: string | null | undefined;
  /** Key by key; null removes one. */
  metadata?: Record<string, string | null> | undefined;
  /** Null: no budget any more. */
  budget?: Budget | null | undefined;
  /** The agent from the next turn on; may throw. */
  changeAgent?: ((config: AgentConfig) => AgentConfig) | undefined;
}

/**
 * Changes a session, and says in its log what is different. A session that waits because its budget is used up goes on
 * when that was raised. Throws SessionNotFound, SessionArchived, SessionBusy (of its agent), SessionHasNoAgent,
 * SessionMetadataFault, BudgetRefused.
 */
export async function updateSession(
  context: SessionsContext,
  tenantId: string,
  sessionId: string,
  update: SessionUpdate,
): Promise<SessionView> {
  for (;;) {
    const view = await requireSession(context.store, tenantId, sessionId);
    const { session, head } = view;
    if (session.archivedAt !== null) throw new SessionArchived();
    const changed = change(session, update);
    if (changed === undefined) return view;
    const now = context.clock.now();
    const patch = { ...changed.session, updatedAt: now };
    const mayGoOn = changed.session.budget !== undefined && session.state === 'waiting';
    const result = await context.store.commit(tenantId, sessionId, {
      expectedVersion: head.version,
      session: patch,
      events: [
        {
          id: createId(now),
          threadId: PRIMARY_THREAD,
          createdAt: now,
          body: { type: 'session.updated', changes: changed.told },
        },
      ],
      ...(mayGoOn && { head: { wakeAt: now, needsSlot: true } }),
    });
    if (result.ok) return { ...view, session: { ...session, ...patch } };
  }
}

interface Changed {
  session: Partial<Pick<SessionRecord, 'title' | 'metadata' | 'budget' | 'agent'>>;
  /** As people hear of it. */
  told: SessionChanges;
}

/** Undefined: nothing is different. */
function change(session: SessionRecord, update: SessionUpdate): Changed | undefined {
  const changed: Changed = { session: {}, told: {} };
  if (update.title !== undefined && update.title !== session.title) {
    changed.session.title = changed.told.title = update.title;
  }
  if (update.metadata) {
    const metadata = patchMetadata(session.metadata ?? {}, update.metadata);
    if (!isDeepStrictEqual(metadata, session.metadata ?? {})) {
      changed.session.metadata = metadata;
      if (Object.keys(metadata).length > 0) changed.told.metadata = toTextMetadata(metadata);
    }
  }
  if (update.changeAgent) {
    const agent = changeAgent(session, update.changeAgent);
    if (!isDeepStrictEqual(agent, session.agent)) {
      changed.session.agent = agent;
      const { agentId, agentVersion } = session;
      changed.told.agent = { agentId: agentId ?? '', version: agentVersion ?? 0, config: agent };
    }
  }
  if (update.budget !== undefined && !isDeepStrictEqual(update.budget, session.budget)) {
    checkNewBudget(session, update.budget);
    changed.session.budget = changed.told.budget = update.budget;
  }
  return Object.keys(changed.session).length > 0 ? changed : undefined;
}

/** Only tools and servers are changed; the turn that is under way keeps what it has. */
function changeAgent(
  session: SessionRecord,
  changeConfig: (config: AgentConfig) => AgentConfig,
): AgentConfig {
  const { agent, state } = session;
  if (agent === null) throw new SessionHasNoAgent();
  if (isBusy(state) && state !== 'waiting') throw new SessionBusy(state);
  return changeConfig(agent);
}

function patchMetadata(
  stored: Record<string, unknown>,
  patch: Record<string, string | null>,
): Record<string, unknown> {
  const patched = Object.fromEntries(
    Object.entries({ ...stored, ...patch }).filter(([key, value]) => value !== null || patch[key] !== null),
  );
  const fault = findMetadataFault(toTextMetadata(patched));
  if (fault !== undefined) throw new SessionMetadataFault(fault);
  return patched;
}
