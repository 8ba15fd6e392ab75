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
    const isNear = list.scrollHeight - list.clientHeight - list.scrollTop <= NEAR;
    // What grows below does not take anybody away from the end: only going up does.
    if (isNear) isStuck.current = true;
    else if (list.scrollTop < lastTop.current) isStuck.current = false;
    lastTop.current = list.scrollTop;
    setAtEnd(isNear || isStuck.current);
  };
  const toEnd = useCallback(() => {
    isStuck.current = true;
    setAtEnd(true);
    pin();
  }, [pin]);
  const release = useCallback(() => {
    isStuck.current = false;
  }, []);
  return { scroller, content, isAtEnd, onScroll, toEnd, release };
}
