// The roles are named, because a row that is shown as a card is none any more for some readers.
/* oxlint-disable jsx-a11y/no-redundant-roles, jsx-a11y/no-interactive-element-to-noninteractive-role */
import type { ReactNode } from 'react';
import { classNames } from '../lib/class-names.ts';

export interface Column<Item> {
  name: string;
  label: string;
  render: (item: Item) => ReactNode;
  /** Numbers stand below each other. */
  isNumber?: boolean;
  /** Its label is read out only: a column of buttons. */
  isUnnamed?: boolean;
  className?: string;
}

/** Rows and columns; on a phone a card for each row. The first column names the row. */
export function Table<Item>({
  label,
  columns,
  items,
  keyOf,
  inCard = false,
  className,
}: {
  label: string;
  columns: readonly Column<Item>[];
  items: readonly Item[];
  keyOf: (item: Item) => string;
  /** What is around it has a frame. On a phone each value then stands behind its label, a line each. */
  inCard?: boolean;
  className?: string;
}): ReactNode {
  const cell = ({ isNumber, className: own }: Column<Item>): string =>
    classNames(
      'px-3 py-2',
      isNumber ? 'text-right whitespace-nowrap tabular-nums' : 'text-left',
      inCard
        ? 'first:pl-4 last:pr-4 max-sm:flex max-sm:items-center max-sm:justify-between max-sm:gap-3 max-sm:!px-0 max-sm:py-0.5'
        : 'max-sm:w-auto max-sm:p-0 max-sm:first:w-full max-sm:empty:hidden',
      own,
    );
  return (
    <div className={classNames(!inCard && 'rounded-lg border bg-surface', className)}>
      <table role="table" aria-label={label} className="w-full text-sm max-sm:block">
        <thead role="rowgroup" className="max-sm:sr-only">
          <tr role="row" className="border-b text-xs text-muted">
            {columns.map((column) => (
              <th
                key={column.name}
                role="columnheader"
                scope="col"
                title={column.isUnnamed ? undefined : column.label}
                className={classNames(
                  'max-w-44 truncate px-3 py-2 font-medium',
                  inCard && 'first:pl-4 last:pr-4',
                  column.isNumber ? 'text-right' : 'text-left',
                  !inCard && column.className,
                )}
              >
                {column.isUnnamed ? <span className="sr-only">{column.label}</span> : column.label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup" className="max-sm:block">
          {items.map((item) => (
            <tr
              key={keyOf(item)}
              role="row"
              className={classNames(
                'border-b last:border-b-0 hover:bg-hover/50',
                inCard
                  ? 'max-sm:block max-sm:px-4 max-sm:py-2'
                  : 'max-sm:flex max-sm:flex-wrap max-sm:items-center max-sm:gap-x-3 max-sm:gap-y-1 max-sm:px-3 max-sm:py-2.5',
              )}
            >
              {columns.map((column, index) =>
                index === 0 ? (
                  <th
                    key={column.name}
                    role="rowheader"
                    scope="row"
                    className={classNames(inCard ? 'font-medium' : 'font-normal', cell(column))}
                  >
                    {column.render(item)}
                  </th>
                ) : (
                  <td key={column.name} role="cell" className={cell(column)}>
                    {inCard && (
                      <span aria-hidden className="text-xs text-muted sm:hidden">
                        {column.label}
                      </span>
                    )}
                    {column.render(item)}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
