import { useEffect, useRef, useSyncExternalStore } from 'react';
import { isInLayer } from './keep-focus.ts';

export interface Shortcut {
  /** `g f` (one after the other), `?`, `mod+enter` (Ctrl, or Cmd on a Mac), `escape`. As KeyboardEvent.key says it, lower case. */
  keys: string;
  label: string;
  group: 'go' | 'here' | 'anywhere';
  run: () => void;
  /** Also while the cursor is in a field. */
  inFields?: boolean;
  /** Only while this holds: the key is left alone otherwise. */
  when?: () => boolean;
}

/** Keys of a sequence follow each other within this time. */
const SEQUENCE_MS = 1000;
const registered = new Set<{ current: readonly Shortcut[] }>();
const listeners = new Set<() => void>();
let snapshot: readonly Shortcut[] = [];
let before: { key: string; at: number } | undefined;

/** Makes these shortcuts work, and known to the overview, for as long as the component is there. */
export function useShortcuts(shortcuts: readonly Shortcut[]): void {
  const ref = useRef(shortcuts);
  const shape = shortcuts.map(({ keys, label }) => `${keys}=${label}`).join('|');
  useEffect(() => {
    ref.current = shortcuts;
  });
  useEffect(() => {
    registered.add(ref);
    renew();
    return () => {
      registered.delete(ref);
      renew();
    };
  }, [shape]);
}

/** All that work now. */
export function useAllShortcuts(): readonly Shortcut[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => snapshot,
  );
}

/** Once, at start. */
export function startKeyboard(): void {
  window.addEventListener('keydown', (event) => {
    // A dialog or menu has its own keys: what is below it must not be acted on unseen.
    if (event.defaultPrevented || event.isComposing || isInLayer(event.target)) return;
    const key = nameOf(event);
    const sequence = before && event.timeStamp - before.at < SEQUENCE_MS ? `${before.key} ${key}` : undefined;
    const isField = isTyping(event);
    const all = [...registered].flatMap(({ current }) => current).toReversed();
    const fits = all.filter(({ inFields, when }) => (inFields === true || !isField) && (when?.() ?? true));
    const found = fits.find(({ keys }) => keys === sequence) ?? fits.find(({ keys }) => keys === key);
    before = isField ? undefined : { key, at: event.timeStamp };
    if (!found) return;
    before = undefined;
    event.preventDefault();
    found.run();
  });
}

function nameOf({ key, ctrlKey, metaKey, altKey, shiftKey }: KeyboardEvent): string {
  const name = key.toLowerCase();
  const parts = [
    (ctrlKey || metaKey) && 'mod',
    altKey && 'alt',
    shiftKey && name.length > 1 && 'shift',
    name,
  ];
  return parts.filter(Boolean).join('+');
}

function isTyping({ target, key }: KeyboardEvent): boolean {
  if (!(target instanceof HTMLElement)) return false;
  // A box that is ticked takes no letters.
  const isBox = target instanceof HTMLInputElement && /^(radio|checkbox)$/.test(target.type);
  if (isBox && /^\S$/.test(key)) return false;
  return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
}

function renew(): void {
  snapshot = [...registered].flatMap(({ current }) => current);
  for (const listener of listeners) listener();
}
