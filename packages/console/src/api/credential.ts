import { useSyncExternalStore } from 'react';
import { readStored, store } from '../lib/storage.ts';

/**
 * The API key of this browser. It comes from the login form, or from a link with `#key=…` (the part after # never
 * leaves the browser), which is taken out of the address at once.
 */
const NAME = 'key';
const listeners = new Set<() => void>();
let current = takeFromAddress() ?? readStored(NAME);

export function getKey(): string | undefined {
  return current;
}

export function setKey(key: string | undefined, until: 'forever' | 'session' = 'forever'): void {
  current = key;
  store(NAME, key, until);
  for (const listener of listeners) listener();
}

export function useKey(): string | undefined {
  return useSyncExternalStore(subscribeKey, getKey);
}

/** Calls the listener when the key has changed. */
export function subscribeKey(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function takeFromAddress(): string | undefined {
  const key = new URLSearchParams(location.hash.slice(1)).get('key');
  if (!key) return undefined;
  store(NAME, key);
  history.replaceState(history.state, '', location.pathname + location.search);
  return key;
}
