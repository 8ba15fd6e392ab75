import { SECOND } from '../lib/duration.ts';
import type { SessionView, Store } from '../store/store.ts';
import { Wake } from './wake.ts';

/** A lost hint costs at most so much latency. */
const LOOK_AGAIN_MS = 5 * SECOND;

type WaitStore = Pick<Store, 'hints' | 'readSession'>;

/** See Sessions.wait; the view is undefined when the session is gone. */
export async function waitForSession(
  store: WaitStore,
  tenantId: string,
  sessionId: string,
  until: (view: SessionView | undefined) => boolean,
  signal: AbortSignal,
): Promise<SessionView | undefined> {
  using wake = new Wake(signal);
  const unsubscribe = store.hints.onSession(sessionId, () => wake.ring());
  try {
    for (;;) {
      const view = await store.readSession(tenantId, sessionId);
      if (until(view) || signal.aborted) return view;
      await wake.wait(LOOK_AGAIN_MS);
    }
  } finally {
    unsubscribe();
  }
}
