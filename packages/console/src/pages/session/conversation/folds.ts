import { createContext, use, useCallback, useSyncExternalStore } from 'react';

/** What is open and what is folded. Outlives the rows, which come and go while one scrolls. */
export class Folds {
  readonly #open = new Map<string, boolean>();
  readonly #listeners = new Set<() => void>();

  get(id: string): boolean | undefined {
    return this.#open.get(id);
  }

  set(id: string, isOpen: boolean): void {
    this.#open.set(id, isOpen);
    for (const listener of this.#listeners) listener();
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };
}

export const FoldsContext = createContext(new Folds());

/** Whether the part with this id is open; as given until somebody has chosen. */
export function useFold(id: string, isOpenAtFirst: boolean): [boolean, (isOpen: boolean) => void] {
  const folds = use(FoldsContext);
  const chosen = useSyncExternalStore(folds.subscribe, () => folds.get(id));
  const set = useCallback((isOpen: boolean) => folds.set(id, isOpen), [folds, id]);
  return [chosen ?? isOpenAtFirst, set];
}
