import { ArrowDown, ArrowUp } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { classNames } from '../../lib/class-names.ts';
import { COLUMNS, type Column, type Sort } from './fleet-search.ts';

/** Fewer columns where there is less room; the same template for the head and for every row. */
export const GRID = classNames(
  'grid items-center gap-x-3 px-4 sm:px-6',
  'grid-cols-[20px_104px_minmax(0,1fr)_132px_64px_72px]',
  'lg:grid-cols-[20px_104px_minmax(0,1fr)_116px_140px_64px_72px]',
  'xl:grid-cols-[20px_104px_minmax(0,1fr)_124px_150px_64px_60px_74px_74px]',
);

export const CELLS: Record<Column, string> = {
  status: '',
  title: '',
  agent: 'hidden lg:flex',
  waits: '',
  cost: 'justify-end text-right',
  tokens: 'hidden xl:flex justify-end text-right',
  activity: 'justify-end text-right',
  created: 'hidden xl:flex justify-end text-right',
};

export function HeadRow({
  sort,
  onSort,
  children,
}: {
  sort: Sort | undefined;
  onSort: (column: Column) => void;
  /** Of the first column. */
  children: ReactNode;
}): ReactNode {
  return (
    <div
      role="row"
      aria-rowindex={1}
      className={classNames(GRID, 'h-[36px] border-b bg-canvas text-xs text-muted')}
    >
      <div role="columnheader" className="flex">
        {children}
      </div>
      {COLUMNS.map((column) => (
        <HeadCell key={column} column={column} sort={sort} onSort={onSort} />
      ))}
    </div>
  );
}

function HeadCell({
  column,
  sort,
  onSort,
}: {
  column: Column;
  sort: Sort | undefined;
  onSort: (column: Column) => void;
}): ReactNode {
  const { t } = useTranslation();
  const isSorted = sort?.column === column;
  const Arrow = sort?.isDescending === true ? ArrowDown : ArrowUp;
  return (
    <div
      role="columnheader"
      aria-sort={isSorted ? (sort.isDescending ? 'descending' : 'ascending') : undefined}
      className={classNames('flex min-w-0', CELLS[column])}
    >
      <button
        type="button"
        className={classNames(
          'inline-flex h-6 min-w-0 items-center gap-1 rounded hover:text-ink',
          isSorted && 'font-medium text-ink',
        )}
        onClick={() => onSort(column)}
      >
        <span className="truncate">{t(`fleet.columns.${column}`)}</span>
        {isSorted && <Arrow className="size-3 shrink-0" aria-hidden />}
      </button>
    </div>
  );
}
