import type { HeadRecord } from '../store/records.ts';
import type { SessionView, Store } from '../store/store.ts';
import { isBusy } from './session.ts';

/** So many clients of one session are remembered; the one that sent longest ago goes first. */
const MAX_CLIENTS = 8;

/** After which seq the stretch of work began that is under way, or would begin now. */
export function stretchStart({ session, head, run }: SessionView): number {
  if (!isBusy(session.state) || session.state === 'waiting') return head.lastSeq;
  const starts = Object.values(head.sent);
  return starts.length > 0 ? Math.max(...starts) : (run?.firstSeq ?? head.lastSeq);
}

/** What is known of the clients of a session when one of them has asked for work. */
export function noteSent(view: SessionView, client: string): HeadRecord['sent'] {
  const { [client]: _before, ...others } = view.head.sent;
  const kept = Object.entries(others)
    .toSorted(([, a], [, b]) => b - a)
    .slice(0, MAX_CLIENTS - 1);
  return { ...Object.fromEntries(kept), [client]: stretchStart(view) };
}

/** A client has seen the end of the work that it asked for, up to `seq`: it is not told again. */
export async function noteSeen(
  store: Pick<Store, 'readSession' | 'commit'>,
  { tenantId, sessionId }: { tenantId: string; sessionId: string },
  client: string,
  seq: number,
): Promise<void> {
  for (;;) {
    const view = await store.readSession(tenantId, sessionId);
    const from = view?.head.sent[client];
    if (!view || from === undefined || from >= seq) return;
    const { [client]: _seen, ...sent } = view.head.sent;
    const commit = { expectedVersion: view.head.version, head: { sent } };
    const result = await store.commit(tenantId, sessionId, commit);
    if (result.ok || result.conflict === 'gone') return;
  }
}
