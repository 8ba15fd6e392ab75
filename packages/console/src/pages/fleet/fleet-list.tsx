import { useVirtualizer, type Virtualizer } from '@tanstack/react-virtual';
import { useEffect, useMemo, useRef, type ReactNode, type RefObject } from 'react';
import { countEntries, entryAt, entryOfRow } from './entries.ts';
import type { ViewSnapshot } from './fleet-view.ts';

export interface ListProps {
  snapshot: ViewSnapshot;
  /** The session that the keyboard is at. */
  activeId: string | undefined;
  selected: ReadonlySet<string>;
  onOpen: (id: string) => void;
  /** `isRange`: and all from the one before up to it. */
  onSelect: (id: string, isRange: boolean) => void;
  footer: ReactNode;
}

export interface Heights {
  section: number;
  row: number;
  /** Of what is over the list and stays there. */
  head: number;
}

export interface VirtualList {
  scroller: RefObject<HTMLDivElement | null>;
  virtualizer: Virtualizer<HTMLDivElement, Element>;
  activeIndex: number;
}

/** Only what is seen of thousands of sessions is there, and the one that the keyboard is at. */
export function useVirtualList({ snapshot, activeId }: ListProps, heights: Heights): VirtualList {
  const scroller = useRef<HTMLDivElement>(null);
  const activeIndex = useMemo(
    () => (activeId === undefined ? -1 : snapshot.rows.findIndex((row) => row.session_id === activeId)),
    [snapshot, activeId],
  );
  const shape = snapshot.sections.map(({ name, count }) => `${name}${count}`).join();
  // Every line is measured anew when this is another function.
  const estimateSize = useMemo(
    () => (entry: number) => (entryAt(snapshot, entry)?.kind === 'section' ? heights.section : heights.row),
    [shape, heights],
  );
  // oxlint-disable-next-line react/incompatible-library -- nothing is memoised by a compiler here
  const virtualizer = useVirtualizer<HTMLDivElement, Element>({
    count: countEntries(snapshot),
    getScrollElement: () => scroller.current,
    estimateSize,
    overscan: 10,
    scrollMargin: heights.head,
    scrollPaddingStart: heights.head + heights.section,
    scrollPaddingEnd: heights.row,
    useFlushSync: false,
  });
  useEffect(() => virtualizer.measure(), [estimateSize]);
  useEffect(() => {
    if (activeIndex >= 0) virtualizer.scrollToIndex(entryOfRow(snapshot, activeIndex), { align: 'auto' });
    // Only when the keyboard moves: a session that moves away by itself does not take the page with it.
  }, [activeId]);
  return { scroller, virtualizer, activeIndex };
}
