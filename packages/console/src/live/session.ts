import { useCallback, useSyncExternalStore } from 'react';
import type { SessionSnapshot, StreamingBlock } from './session-items.ts';
import { sourceOf } from './session-source.ts';
import { SessionStore } from './session-store.ts';
import { untilAborted } from '../lib/until-aborted.ts';

/** A tab that has been hidden for so long needs no connection: a browser allows six to a server. */
const HIDDEN_MS = 5000;
/** One that was opened behind another has not been looked at yet: it shows its title, and many are opened at once. */
const UNSEEN_MS = 1000;
/** A page that goes and comes back at once finds its session as it was. */
const KEPT_MS = 5000;

interface Open {
  store: SessionStore;
  users: number;
  /** Somebody looks at it. */
  show: () => void;
  close: () => void;
  closing?: ReturnType<typeof setTimeout>;
}

const all = new Map<string, Open>();

/** The session, live for as long as a component uses it. However many do: one connection. */
export function useSession(sessionId: string): SessionSnapshot {
  const { store } = openOf(sessionId);
  const subscribe = useCallback(
    (listener: () => void) => use(sessionId, store.subscribe(listener)),
    [sessionId, store],
  );
  return useSyncExternalStore(subscribe, () => store.snapshot);
}

/** Why the server does not show the session; undefined: it does. */
export function useRefusal(sessionId: string): unknown {
  const { store } = openOf(sessionId);
  const subscribe = useCallback(
    (listener: () => void) => use(sessionId, store.subscribe(listener)),
    [sessionId, store],
  );
  return useSyncExternalStore(subscribe, () => {
    const { connection } = store.snapshot;
    return connection.state === 'failed' ? connection.error : undefined;
  });
}

/** What is being written at this moment. */
export function useStreaming(sessionId: string): readonly StreamingBlock[] {
  const { store } = openOf(sessionId);
  const subscribe = useCallback(
    (listener: () => void) => use(sessionId, store.subscribeStreaming(listener)),
    [sessionId, store],
  );
  return useSyncExternalStore(subscribe, () => store.streaming);
}

/** Begins to load a session that is about to be shown: before the page's own code is there. */
export function preloadSession(sessionId: string): void {
  openOf(sessionId);
}

/** Connects again at once. */
export function reconnect(sessionId: string): void {
  all.get(sessionId)?.store.reconnect();
}

/** Reads the session's document anew, after a change that no event tells of. */
export function refreshSession(sessionId: string): void {
  all.get(sessionId)?.store.refresh();
}

function openOf(sessionId: string): Open {
  const known = all.get(sessionId);
  if (known) return known;
  let show = (): void => undefined;
  const shown = new Promise<void>((resolve) => (show = resolve));
  const store = new SessionStore(sessionId, sourceOf(sessionId), {
    soon: (callback) => {
      // A hidden page draws nothing.
      if (document.hidden) setTimeout(callback, 100);
      else requestAnimationFrame(callback);
    },
    drawn: async (signal) => untilIdle(shown, signal),
    now: () => Date.now(),
  });
  const open: Open = { store, users: 0, show, close: start(sessionId, store) };
  all.set(sessionId, open);
  closeLater(sessionId, open);
  return open;
}

function start(sessionId: string, store: SessionStore): () => void {
  const ended = new AbortController();
  const { signal } = ended;
  let hidden: ReturnType<typeof setTimeout> | undefined;
  let wasSeen = false;
  const look = (): void => {
    clearTimeout(hidden);
    if (document.hidden) {
      hidden = setTimeout(() => store.pause(true), wasSeen ? HIDDEN_MS : UNSEEN_MS);
      return;
    }
    wasSeen = true;
    store.pause(false);
  };
  document.addEventListener('visibilitychange', look, { signal });
  window.addEventListener('online', () => store.reconnect(), { signal });
  look();
  void store.run(signal).finally(() => {
    // One that has ended is looked up anew when somebody comes again, or comes at last: with a key, for one.
    if (signal.aborted || all.get(sessionId)?.users === 0) all.delete(sessionId);
  });
  return () => {
    clearTimeout(hidden);
    all.delete(sessionId);
    ended.abort();
  };
}

function use(sessionId: string, unsubscribe: () => void): () => void {
  const open = all.get(sessionId);
  if (!open) return unsubscribe;
  open.users++;
  open.show();
  clearTimeout(open.closing);
  return () => {
    unsubscribe();
    open.users--;
    if (open.users === 0) closeLater(sessionId, open);
  };
}

function closeLater(sessionId: string, open: Open): void {
  clearTimeout(open.closing);
  open.closing = setTimeout(() => {
    if (open.users === 0 && all.get(sessionId) === open) open.close();
  }, KEPT_MS);
}

/** Until somebody looks, and the browser has nothing better to do: one who waits for the end is not kept up by the beginning. */
async function untilIdle(shown: Promise<void>, signal: AbortSignal): Promise<void> {
  const aborted = untilAborted(signal);
  await Promise.race([shown, aborted]);
  const idle = new Promise<void>((resolve) => {
    // Not every browser says when it is idle.
    if (typeof requestIdleCallback === 'function') requestIdleCallback(() => resolve(), { timeout: 1000 });
    else setTimeout(resolve, 100);
  });
  await Promise.race([idle, aborted]);
  signal.throwIfAborted();
}
