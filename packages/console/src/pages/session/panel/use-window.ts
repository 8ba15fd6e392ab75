import { useState, type UIEvent } from 'react';

/** Around what is seen, so that a scroll finds something drawn. */
const MARGIN = 6;

/** Which lines are drawn of many of one height, in a box that scrolls and shows `seen` of them at most. */
export function useWindow(
  count: number,
  lineHeight: number,
  seen: number,
): { first: number; end: number; onScroll: (event: UIEvent) => void } {
  const [first, setFirst] = useState(0);
  return {
    first,
    end: Math.min(count, first + seen + 2 * MARGIN),
    onScroll: ({ currentTarget }) =>
      setFirst(Math.max(0, Math.floor(currentTarget.scrollTop / lineHeight) - MARGIN)),
  };
}
