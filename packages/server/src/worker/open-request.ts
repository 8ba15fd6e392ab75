import { PRIMARY_THREAD, type NewEvent } from '../domain/event.ts';
import { NO_TOKENS } from '../domain/tokens.ts';
import { createId } from '../lib/ids.ts';
import type { SessionView, Store } from '../store/store.ts';

/** A request that is under way is among the latest events: what comes before its end is one answer of the model. */
const LATEST = 256;

/** The end of a request to the model of which the log has only the beginning, because everything ended there. */
export async function endOpenRequest(
  store: Pick<Store, 'readEvents'>,
  { session, head, run }: SessionView,
  now: number,
): Promise<NewEvent[]> {
  const after = Math.max(run?.firstSeq ?? 0, head.lastSeq - LATEST);
  const log = await store.readEvents(session.tenantId, session.id, after, LATEST);
  const last = log.findLast(
    ({ body }) => body.type === 'model.request_started' || body.type === 'model.request_ended',
  );
  if (!run || last?.body.type !== 'model.request_started') return [];
  return [
    {
      id: createId(now),
      threadId: PRIMARY_THREAD,
      createdAt: now,
      body: {
        type: 'model.request_ended',
        runId: run.id,
        startedEventId: last.id,
        isError: true,
        usage: NO_TOKENS,
      },
    },
  ];
}
