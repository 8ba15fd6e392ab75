import type { KeyboardEvent, RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import { useShortcuts } from '../../lib/keyboard.ts';

interface Options {
  /** In the order that is shown. */
  ids: () => readonly string[];
  activeId: string | undefined;
  setActive: (id: string) => void;
  open: (id: string) => void;
  select: (id: string, isRange: boolean) => void;
  /** Escape: one step back. */
  back: () => void;
  search: RefObject<HTMLInputElement | null>;
  list: RefObject<HTMLElement | null>;
}

/** The keyboard of the fleet. `j` and `k` from everywhere on the page; arrows and Enter while the list has the focus. */
export function useFleetKeys({
  ids,
  activeId,
  setActive,
  open,
  select,
  back,
  search,
  list,
}: Options): (event: KeyboardEvent) => void {
  const { t } = useTranslation();
  const isInList = (): boolean => list.current !== null && document.activeElement === list.current;
  const move = (by: number): string | undefined => {
    const all = ids();
    const at = activeId === undefined ? -1 : all.indexOf(activeId);
    const next = all[at < 0 ? 0 : Math.min(Math.max(at + by, 0), all.length - 1)];
    list.current?.focus({ preventScroll: true });
    if (next !== undefined) setActive(next);
    return next;
  };
  const atActive = (run: (id: string) => void) => (): void => {
    if (activeId !== undefined) run(activeId);
  };
  const extend = (by: number): void => {
    if (activeId !== undefined) select(activeId, true);
    const next = move(by);
    if (next !== undefined) select(next, true);
  };
  const step = (keys: string, label: string, by: number) => ({
    keys,
    label,
    group: 'here' as const,
    run: () => void move(by),
  });
  useShortcuts([
    step('j', t('fleet.keys.down'), 1),
    step('k', t('fleet.keys.up'), -1),
    { ...step('arrowdown', t('fleet.keys.down'), 1), when: isInList },
    { ...step('arrowup', t('fleet.keys.up'), -1), when: isInList },
    {
      keys: 'enter',
      label: t('fleet.keys.open'),
      group: 'here',
      when: isInList,
      run: atActive(open),
    },
    {
      keys: 'x',
      label: t('fleet.keys.select'),
      group: 'here',
      run: atActive((id) => select(id, false)),
    },
    {
      keys: 'shift+arrowdown',
      label: t('fleet.keys.range'),
      group: 'here',
      when: isInList,
      run: () => extend(1),
    },
    {
      keys: '/',
      label: t('fleet.keys.search'),
      group: 'here',
      run: () => search.current?.focus(),
    },
    {
      keys: 'escape',
      label: t('fleet.keys.clear'),
      group: 'here',
      run: back,
    },
  ]);
  // What is not worth a line in the overview.
  return (event) => {
    if (event.target !== event.currentTarget) return;
    const jumps: Record<string, number> = { PageDown: 10, PageUp: -10, Home: -Infinity, End: Infinity };
    const by = jumps[event.key];
    if (by === undefined && !(event.key === 'ArrowUp' && event.shiftKey)) return;
    event.preventDefault();
    if (by === undefined) extend(-1);
    else if (activeId === undefined) move(1);
    else move(by);
  };
}
