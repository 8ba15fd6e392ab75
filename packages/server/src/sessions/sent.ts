import type { HeadRecord } from '../store/records.ts';
import type { SessionView, Store } from '../store/store.ts';
import { isBusy } from './session.ts';

/** So many clients of one session are remembered; the one that sent longest ago goes first. */
const MAX_CLIENTS = 8;

/** Events that are looked through at once. */
const BATCH = 256;

/**
 * After which seq the stretch of work began that is under way, or would begin now: a run that waited for its client, or
 * for a larger budget, goes on in another stretch.
 */
export async function findStretchStart(
  store: Pick<Store, 'readEventsBefore'>,
  { session, head, run }: SessionView,
): Promise<number> {
  if (!isBusy(session.state) || session.state === 'waiting') return head.lastSeq;
  const first = run?.firstSeq ?? head.lastSeq;
  for (let before = head.lastSeq + 1; before > first + 1;) {
    const batch = await store.readEventsBefore(session.tenantId, session.id, before, BATCH);
    const waited = batch.find(({ body }) => body.type === 'session.state' && body.state === 'waiting');
    if (waited) return Math.max(first, waited.seq);
    const last = batch.at(-1);
    if (!last) break;
    before = last.seq;
  }
  return first;
}

/** What is known of the clients of a session when one of them has asked for work that begins after `seq`. */
export function noteSent(before: HeadRecord['sent'], client: string, seq: number): HeadRecord['sent'] {
  const { [client]: _before, ...others } = before;
  const kept = Object.entries(others)
    .toSorted(([, a], [, b]) => b - a)
    .slice(0, MAX_CLIENTS - 1);
  return { ...Object.fromEntries(kept), [client]: seq };
}

/**
 * A client has seen an end of the work that it asked for, at `seq`: it is not told again. What it had sent before that
 * end and the agent had not taken comes after it.
 */
export async function noteSeen(
  store: Pick<Store, 'readSession' | 'readEvents' | 'commit'>,
  { tenantId, sessionId }: { tenantId: string; sessionId: string },
  client: string,
  seq: number,
): Promise<void> {
  for (;;) {
    const view = await store.readSession(tenantId, sessionId);
    const from = view?.head.sent[client];
    if (!view || from === undefined || from >= seq) return;
    const { [client]: _seen, ...others } = view.head.sent;
    const [next] = await store.readEvents(tenantId, sessionId, seq, 1);
    const isLeft = next?.body.type === 'session.state' && next.body.isLeft === true;
    const sent = isLeft ? { ...others, [client]: seq } : others;
    const commit = { expectedVersion: view.head.version, head: { sent } };
    const result = await store.commit(tenantId, sessionId, commit);
    if (result.ok || result.conflict === 'gone') return;
  }
}
