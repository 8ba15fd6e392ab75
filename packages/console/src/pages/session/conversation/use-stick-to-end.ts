import { useCallback, useEffect, useLayoutEffect, useRef, useState, type RefObject } from 'react';

/** So near to the end one is at it. */
const NEAR = 48;

export interface StickToEnd {
  /** What scrolls, and what is in it. */
  scroller: RefObject<HTMLDivElement | null>;
  content: RefObject<HTMLDivElement | null>;
  isAtEnd: boolean;
  /** For the scroll event of the list. */
  onScroll: () => void;
  toEnd: () => void;
  /** The person goes elsewhere. */
  release: () => void;
  /** The list has moved by itself, not the person. */
  moved: () => void;
}

/** Keeps a list at its end while it grows, until the person scrolls up; and again when they come back to the end. */
export function useStickToEnd(): StickToEnd {
  const scroller = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const [isAtEnd, setAtEnd] = useState(true);
  const isStuck = useRef(true);
  const lastTop = useRef(0);

  const pin = useCallback(() => {
    const list = scroller.current;
    if (!list || !isStuck.current) return;
    list.scrollTo({ top: list.scrollHeight, behavior: 'instant' });
    lastTop.current = list.scrollTop;
  }, []);

  // Before the picture is drawn: nothing is seen to move.
  useLayoutEffect(pin);
  useEffect(() => {
    if (!content.current || !scroller.current) return undefined;
    const observer = new ResizeObserver(pin);
    observer.observe(content.current);
    observer.observe(scroller.current);
    return () => observer.disconnect();
  }, [pin]);

  const onScroll = (): void => {
    const list = scroller.current;
    if (!list) return;
    const left = list.scrollHeight - list.clientHeight - list.scrollTop;
    const by = list.scrollTop - lastTop.current;
    // What grows below does not take anybody away from the end: only going up does, and be it by the first pixels of a
    // movement, which would end there. A list that has become shorter is still at its end.
    if (by < 0) isStuck.current = left <= 1;
    else if (left <= (by > 0 ? NEAR : 1)) isStuck.current = true;
    lastTop.current = list.scrollTop;
    setAtEnd(isStuck.current);
  };
  const toEnd = useCallback(() => {
    isStuck.current = true;
    setAtEnd(true);
    pin();
  }, [pin]);
  const release = useCallback(() => {
    isStuck.current = false;
  }, []);
  const moved = useCallback(() => {
    lastTop.current = scroller.current?.scrollTop ?? 0;
  }, []);
  return { scroller, content, isAtEnd, onScroll, toEnd, release, moved };
}
