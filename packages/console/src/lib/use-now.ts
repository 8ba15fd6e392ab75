import { useSyncExternalStore } from 'react';

/** One clock for the whole page: however many times are shown, one timer moves them, and none while the page is hidden. */
const listeners = new Set<() => void>();
let now = Date.now();
let isBeat = false;
let timer: ReturnType<typeof setInterval> | undefined;

function tick(): void {
  if (document.hidden) return;
  now = Date.now();
  isBeat = !isBeat;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  if (!timer) {
    now = Date.now();
    timer = setInterval(tick, 1000);
    document.addEventListener('visibilitychange', tick);
  }
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
    document.removeEventListener('visibilitychange', tick);
  };
}

/** Milliseconds since the epoch, renewed every second. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => now);
}

/**
 * Changes every second: what moves with it costs one picture a second. An animation makes the browser draw sixty, for as
 * long as an agent works.
 */
export function useBeat(): boolean {
  return useSyncExternalStore(subscribe, () => isBeat);
}
