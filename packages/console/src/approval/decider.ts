import { readStored, store } from '../lib/storage.ts';

/** Under which name others see what is decided in this browser. Beside it the server writes which key it was. */
const NAME = 'decider';

export function getDecider(): { by?: string } {
  const by = readStored(NAME);
  return by === undefined ? {} : { by };
}

export function setDecider(name: string): void {
  store(NAME, name.trim() === '' ? undefined : name.trim());
}
