import { elementScroll, useVirtualizer } from '@tanstack/react-virtual';
import { ArrowDown } from 'lucide-react';
import { useEffect, useState, type KeyboardEvent, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { ConversationItem } from '../../../live/session-items.ts';
import { Button } from '../../../ui/button.tsx';
import { estimateHeight } from './estimate-height.ts';
import { ItemView } from './items/item-view.tsx';
import { provideJumps } from './jump.ts';
import { Tail } from './tail.tsx';
import { useStickToEnd } from './use-stick-to-end.ts';

const TAIL_KEY = 'tail';

/** The items, of which only those in view are drawn. Stays at the end while the person is there. */
export function ItemList({
  sessionId,
  items,
}: {
  sessionId: string;
  items: readonly ConversationItem[];
}): ReactNode {
  const { t } = useTranslation();
  const { scroller, content, isAtEnd, onScroll, toEnd, release, moved } = useStickToEnd();
  /** How many there were when the person left the end. */
  const [seen, setSeen] = useState(items.length);
  if (isAtEnd && seen !== items.length) setSeen(items.length);
  const count = items.length + 1;
  // oxlint-disable-next-line react/incompatible-library -- it is not compiled
  const virtual = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => estimateHeight(items[index]) + spaceAbove(items[index - 1], items[index]),
    getItemKey: (index) => items[index]?.id ?? TAIL_KEY,
    paddingStart: 16,
    paddingEnd: 24,
    overscan: 6,
    initialRect: { width: 800, height: 800 },
    useAnimationFrameWithResizeObserver: false,
    scrollToFn: (...to) => {
      elementScroll(...to);
      moved();
    },
  });
  // What is above keeps its distance, whichever way one scrolls: it may have been measured before it was all there.
  virtual.shouldAdjustScrollPositionOnItemSizeChange = ({ end }, _by, { scrollOffset }) =>
    end <= (scrollOffset ?? 0);

  useEffect(
    () =>
      provideJumps({
        toItem: (itemId) => {
          const index = items.findIndex((item) => item.id === itemId || holds(item, itemId));
          if (index < 0) return;
          release();
          virtual.scrollToIndex(index, { align: 'center' });
          focusLater(scroller.current, items[index]?.id ?? itemId);
        },
        toLatest: toEnd,
        toMessage: (by) => {
          const list = scroller.current;
          const focused = document.activeElement?.closest<HTMLElement>('[data-index]');
          const isHere = focused && list?.contains(focused);
          const top = virtual.getVirtualItemForOffset(virtual.scrollOffset ?? 0)?.index ?? 0;
          const from = isHere
            ? Number(focused.dataset['index'])
            : by > 0
              ? top - 1
              : isAtEnd
                ? items.length
                : top;
          const index =
            by > 0
              ? items.findIndex((item, at) => at > from && isMessage(item))
              : items.findLastIndex((item, at) => at < from && isMessage(item));
          if (index < 0) return by > 0 ? toEnd() : undefined;
          release();
          virtual.scrollToIndex(index, { align: 'start' });
          focusLater(list, items[index]?.id ?? '');
        },
        toError: () => {
          const index = items.findLastIndex(isProblem);
          if (index < 0) return false;
          release();
          virtual.scrollToIndex(index, { align: 'center' });
          focusLater(scroller.current, items[index]?.id ?? '');
          return true;
        },
      }),
    [items, virtual, scroller, isAtEnd, toEnd, release],
  );

  // The browser's own way ends where the list ended before its lines were measured.
  const onKeyDown = (event: KeyboardEvent): void => {
    const { key, target, shiftKey } = event;
    // What is inside a line may scroll by itself.
    const isHere = target instanceof Element && target.matches('[role="feed"], [data-index]');
    if (!isHere || shiftKey || (key !== 'Home' && key !== 'End')) return;
    event.preventDefault();
    if (key === 'End') return toEnd();
    release();
    virtual.scrollToIndex(0, { align: 'start' });
  };
  const fresh = Math.max(0, items.length - seen);
  return (
    <div className="relative min-h-0 flex-1">
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- it is scrolled by keyboard */}
      <div
        ref={scroller}
        role="feed"
        aria-label={t('conversation.label')}
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls has to be reached by keyboard
        tabIndex={0}
        onScroll={onScroll}
        onKeyDown={onKeyDown}
        className="h-full overflow-y-auto -outline-offset-2 [overflow-anchor:none] [scrollbar-gutter:stable]"
      >
        <div
          ref={content}
          className="relative mx-auto w-full max-w-[56rem]"
          style={{ height: virtual.getTotalSize() }}
        >
          {virtual.getVirtualItems().map(({ index, key, start }) => {
            const item = items[index];
            const space = spaceAbove(items[index - 1], item);
            return (
              <article
                key={key}
                ref={virtual.measureElement}
                data-index={index}
                data-item={key}
                tabIndex={-1}
                aria-posinset={index + 1}
                aria-setsize={count}
                className="absolute top-0 left-0 w-full px-4 -outline-offset-1 sm:px-6"
                style={{ transform: `translateY(${start}px)`, paddingTop: space }}
              >
                {item ? <ItemView item={item} /> : <Tail sessionId={sessionId} />}
              </article>
            );
          })}
        </div>
      </div>
      {!isAtEnd && (
        <Button
          size="sm"
          icon={<ArrowDown />}
          className="absolute bottom-3 left-1/2 -translate-x-1/2 rounded-full shadow-md"
          onClick={toEnd}
        >
          {fresh > 0 ? t('conversation.newItems', { count: fresh }) : t('conversation.toLatest')}
        </Button>
      )}
    </div>
  );
}

/** What belongs together is near each other. */
function spaceAbove(before: ConversationItem | undefined, item: ConversationItem | undefined): number {
  if (!before) return 0;
  if (before.kind === 'call' && item?.kind === 'call') return 6;
  if (item?.kind === 'result') return 4;
  return item?.kind === 'user' ? 20 : 12;
}

function isProblem(item: ConversationItem): boolean {
  if (item.kind === 'error') return item.retry !== 'retrying';
  return item.kind === 'call' && item.state === 'failed';
}

function isMessage({ kind }: ConversationItem): boolean {
  return kind === 'user' || kind === 'text' || kind === 'error';
}

function holds(item: ConversationItem, itemId: string): boolean {
  if (item.kind !== 'call' || !item.thread) return false;
  return item.thread.items.some((one) => one.id === itemId || holds(one, itemId));
}

/** The row is drawn after the list has moved. */
function focusLater(list: HTMLElement | null, itemId: string): void {
  let left = 10;
  const look = (): void => {
    const row = list?.querySelector<HTMLElement>(`[data-item="${CSS.escape(itemId)}"]`);
    if (row) row.focus({ preventScroll: true });
    else if (left-- > 0) requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}
