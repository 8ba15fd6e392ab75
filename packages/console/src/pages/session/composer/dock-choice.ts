import { useSyncExternalStore } from 'react';

/** Which of the calls that wait the dock shows, by its item; the conversation can choose one. */
const listeners = new Set<() => void>();
let chosen: string | undefined;

export const DOCK_ID = 'pending-dock';

export function chooseInDock(itemId: string | undefined): void {
  chosen = itemId;
  for (const listener of listeners) listener();
}

/** The same, and the keyboard goes there. */
export function showInDock(itemId: string): void {
  chooseInDock(itemId);
  requestAnimationFrame(() => document.getElementById(DOCK_ID)?.querySelector('button')?.focus());
}

export function useDockChoice(): string | undefined {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => chosen,
  );
}
