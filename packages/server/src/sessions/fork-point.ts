import type { StoredEvent } from '../domain/event.ts';
import type { ForkFault, ForkPoint } from '../domain/fork-point.ts';
import type { TranscriptPlace } from '../store/session-walk.ts';
import type { SessionView } from '../store/store.ts';
import type { SessionsContext } from './context.ts';
import { ForkPointRefused } from './errors.ts';
import { readTranscript } from './read-transcript.ts';

const BATCH = 500;

/**
 * Up to where a fork at this event copies each part of the transcript; nothing, if nothing was said before. Throws
 * ForkPointRefused.
 */
export async function findForkPlaces(
  { store, findForkCut }: Pick<SessionsContext, 'store' | 'findForkCut'>,
  view: SessionView,
  eventId: string,
): Promise<TranscriptPlace[]> {
  const { tenantId, id, agentSessionId } = view.session;
  const event = await findEvent({ store }, tenantId, id, eventId);
  const point = event ? toForkPoint(event) : 'unknown';
  if (typeof point === 'string') throw new ForkPointRefused(point);
  // The agent has not said anything yet.
  if (agentSessionId === null && 'before' in point) return [];
  const cut = await findForkCut(readTranscript(store, view), point);
  if (typeof cut === 'string') throw new ForkPointRefused(cut);
  return cut;
}

async function findEvent(
  { store }: Pick<SessionsContext, 'store'>,
  tenantId: string,
  sessionId: string,
  eventId: string,
): Promise<StoredEvent | undefined> {
  for (let before = Number.MAX_SAFE_INTEGER; ;) {
    const batch = await store.readEventsBefore(tenantId, sessionId, before, BATCH);
    const found = batch.find(({ id }) => id === eventId);
    const last = batch.at(-1);
    if (found || !last || batch.length < BATCH) return found;
    before = last.seq;
  }
}

function toForkPoint({ id, body }: StoredEvent): ForkPoint | ForkFault {
  if (body.type === 'user.message') return { before: id };
  if (body.type !== 'agent.message' || body.parentToolUseId !== null) return 'no_message';
  // In logs of earlier releases it has no name in the transcript; a text for an error is nothing that it said.
  if (body.uuid === undefined || body.error !== undefined) return 'not_remembered';
  return { after: body.uuid };
}
