import type { StoredEvent } from '../domain/event.ts';
import { SECOND } from '../lib/duration.ts';
import type { SessionView, Store } from '../store/store.ts';
import { Wake } from './wake.ts';

const BATCH = 200;
/** A lost hint costs at most so much latency. */
const LOOK_AGAIN_MS = 5 * SECOND;

type TailStore = Pick<Store, 'hints' | 'readEvents' | 'readSession'>;

/** See Sessions.tail. A reader is a cursor: what it has not read yet lies in the store, not in memory. */
export async function* tail(
  store: TailStore,
  tenantId: string,
  sessionId: string,
  after: number,
  signal: AbortSignal,
): AsyncGenerator<StoredEvent[]> {
  const wake = new Wake();
  const unsubscribe = store.hints.onSession(sessionId, () => wake.ring());
  try {
    let cursor = after;
    let first = true;
    while (!signal.aborted) {
      const events = await store.readEvents(tenantId, sessionId, cursor, BATCH);
      const last = events.at(-1);
      if (last || first) yield events;
      first = false;
      if (last) {
        cursor = last.seq;
        continue;
      }
      const view = await store.readSession(tenantId, sessionId);
      if (!view || view.session.state === 'deleting') return;
      if (view.head.lastSeq > cursor) continue;
      await wake.wait(LOOK_AGAIN_MS, signal);
    }
  } finally {
    unsubscribe();
  }
}

/** See Sessions.wait; the view is undefined when the session is gone. */
export async function waitForSession(
  store: TailStore,
  tenantId: string,
  sessionId: string,
  until: (view: SessionView | undefined) => boolean,
  signal: AbortSignal,
): Promise<SessionView | undefined> {
  const wake = new Wake();
  const unsubscribe = store.hints.onSession(sessionId, () => wake.ring());
  try {
    for (;;) {
      const view = await store.readSession(tenantId, sessionId);
      if (until(view) || signal.aborted) return view;
      await wake.wait(LOOK_AGAIN_MS, signal);
    }
  } finally {
    unsubscribe();
  }
}
