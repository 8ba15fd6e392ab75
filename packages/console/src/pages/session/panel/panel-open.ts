import { useSyncExternalStore } from 'react';
import { readStored, store } from '../../../lib/storage.ts';

/** Whether the details are shown: from a wide screen on as the person left it, on a phone only when asked for. */
const NAME = 'session-panel';
const wide = globalThis.matchMedia?.('(min-width: 1024px)');
const listeners = new Set<() => void>();
let isOpenWide = readStored(NAME) !== 'closed';
let isOpenNarrow = false;

wide?.addEventListener('change', tell);

export function usePanelOpen(): { isOpen: boolean; isWide: boolean } {
  const isOpen = useSyncExternalStore(subscribe, () => (wide?.matches ? isOpenWide : isOpenNarrow));
  const isWide = useSyncExternalStore(subscribe, () => wide?.matches ?? true);
  return { isOpen, isWide };
}

export function togglePanel(): void {
  if (wide?.matches) {
    isOpenWide = !isOpenWide;
    store(NAME, isOpenWide ? undefined : 'closed');
  } else isOpenNarrow = !isOpenNarrow;
  tell();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function tell(): void {
  for (const listener of listeners) listener();
}
