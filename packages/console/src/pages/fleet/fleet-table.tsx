import type { KeyboardEvent, ReactNode, RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import { useImperativeHandle } from 'react';
import { CardRow, rowElementId, TableRow } from './fleet-row.tsx';
import { useVirtualList, type Heights, type ListProps } from './fleet-list.tsx';
import { HeadRow } from './columns.tsx';
import { countEntries, entryAt } from './entries.ts';
import type { Column, Sort } from './fleet-search.ts';
import { COLUMNS } from './fleet-search.ts';
import type { Section } from './fleet-view.ts';

const TABLE: Heights = { section: 36, row: 48, head: 36 };
const CARDS: Heights = { section: 36, row: 100, head: 0 };

interface TableProps extends ListProps {
  sort: Sort | undefined;
  onSort: (column: Column) => void;
  onKeyDown: (event: KeyboardEvent) => void;
  /** The element that has the focus while the keyboard is at a row. */
  grid: RefObject<HTMLDivElement | null>;
  isAllSelected: boolean;
  onSelectAll: () => void;
}

/** A grid: one stop of the Tab key, inside which the arrows move. */
export function FleetTable(props: TableProps): ReactNode {
  const { snapshot, activeId, selected, onSelect, sort, onSort, onKeyDown, grid, footer } = props;
  const { t } = useTranslation();
  const { scroller, virtualizer, activeIndex } = useVirtualList(props, TABLE);
  useImperativeHandle(grid, () => scroller.current ?? document.createElement('div'));
  return (
    <div
      ref={scroller}
      role="grid"
      aria-label={t('fleet.list')}
      aria-rowcount={countEntries(snapshot) + 1}
      aria-colcount={COLUMNS.length + 1}
      aria-multiselectable
      aria-activedescendant={activeId !== undefined && activeIndex >= 0 ? rowElementId(activeId) : undefined}
      tabIndex={0}
      onKeyDown={onKeyDown}
      className="min-h-0 flex-1 overflow-y-auto outline-none [overflow-anchor:none]"
    >
      <div role="rowgroup" className="sticky top-0 z-20">
        <HeadRow sort={sort} onSort={onSort}>
          <label className="-m-1.5 flex size-8 cursor-pointer items-center justify-center">
            <input
              type="checkbox"
              aria-label={t('fleet.selection.all')}
              title={t('fleet.selection.all')}
              className="size-4 accent-accent"
              checked={props.isAllSelected}
              onChange={props.onSelectAll}
            />
          </label>
        </HeadRow>
      </div>
      <div role="rowgroup" className="relative" style={{ height: virtualizer.getTotalSize() }}>
        {virtualizer.getVirtualItems().map(({ index, start }) => {
          const entry = entryAt(snapshot, index);
          if (!entry) return null;
          return (
            <div
              role="presentation"
              key={entry.kind === 'row' ? entry.row.session_id : entry.section.name}
              className="absolute inset-x-0 top-0"
              style={{ transform: `translateY(${start - TABLE.head}px)` }}
            >
              {entry.kind === 'section' ? (
                <div role="row" aria-rowindex={index + 2}>
                  <div role="gridcell" aria-colspan={COLUMNS.length + 1}>
                    <SectionHead section={entry.section} />
                  </div>
                </div>
              ) : (
                <TableRow
                  row={entry.row}
                  position={index + 2}
                  isActive={entry.row.session_id === activeId}
                  isSelected={selected.has(entry.row.session_id)}
                  onSelect={onSelect}
                />
              )}
            </div>
          );
        })}
      </div>
      {footer}
    </div>
  );
}

/** Cards under each other, on a phone. */
export function FleetCards(props: ListProps): ReactNode {
  const { snapshot, activeId, selected, onSelect, footer } = props;
  const { t } = useTranslation();
  const { scroller, virtualizer } = useVirtualList(props, CARDS);
  return (
    <div ref={scroller} className="min-h-0 flex-1 overflow-y-auto [overflow-anchor:none]">
      <div
        role="list"
        aria-label={t('fleet.list')}
        className="relative"
        style={{ height: virtualizer.getTotalSize() }}
      >
        {virtualizer.getVirtualItems().map(({ index, start }) => {
          const entry = entryAt(snapshot, index);
          if (!entry) return null;
          return (
            <div
              role="listitem"
              key={entry.kind === 'row' ? entry.row.session_id : entry.section.name}
              aria-setsize={countEntries(snapshot)}
              aria-posinset={index + 1}
              className="absolute inset-x-0 top-0"
              style={{ transform: `translateY(${start}px)` }}
            >
              {entry.kind === 'section' ? (
                <SectionHead section={entry.section} />
              ) : (
                <CardRow
                  row={entry.row}
                  isActive={entry.row.session_id === activeId}
                  isSelected={selected.has(entry.row.session_id)}
                  onSelect={onSelect}
                />
              )}
            </div>
          );
        })}
      </div>
      {footer}
    </div>
  );
}

function SectionHead({ section: { name, count } }: { section: Section }): ReactNode {
  const { t } = useTranslation();
  return (
    <div className="flex h-[36px] items-end gap-2 border-b bg-canvas px-4 pb-1.5 text-xs sm:px-6">
      <h2 className={name === 'waiting' ? 'font-semibold text-wait' : 'font-medium text-muted'}>
        {t(`fleet.sections.${name}`)}
      </h2>
      <span className="text-muted tabular-nums">{count.toLocaleString()}</span>
    </div>
  );
}
