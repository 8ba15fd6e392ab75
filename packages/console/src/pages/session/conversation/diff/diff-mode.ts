import { useSyncExternalStore } from 'react';
import { readStored, store } from '../../../../lib/storage.ts';

export type DiffMode = 'unified' | 'split';

const NAME = 'diff-mode';
const listeners = new Set<() => void>();
let mode: DiffMode = readStored(NAME) === 'split' ? 'split' : 'unified';

/** How changes are shown, everywhere and the next time too. */
export function useDiffMode(): [DiffMode, (mode: DiffMode) => void] {
  const current = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => mode,
  );
  return [current, setDiffMode];
}

function setDiffMode(next: DiffMode): void {
  mode = next;
  store(NAME, next);
  for (const listener of listeners) listener();
}
