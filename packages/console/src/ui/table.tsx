import type { ReactNode } from 'react';
import { classNames } from '../lib/class-names.ts';

export interface Column<Item> {
  name: string;
  label: ReactNode;
  render: (item: Item) => ReactNode;
  className?: string;
  /** Its name is read out only: a column of buttons. */
  isUnnamed?: boolean;
}

/** Rows and columns; on a phone a card for each row. */
export function Table<Item>({
  label,
  columns,
  items,
  keyOf,
  className,
}: {
  label: string;
  /** The first one names the row. */
  columns: readonly Column<Item>[];
  items: readonly Item[];
  keyOf: (item: Item) => string;
  className?: string;
}): ReactNode {
  return (
    <div className={classNames('rounded-lg border bg-surface', className)}>
      <table aria-label={label} className="w-full border-collapse text-sm max-sm:block">
        <thead className="max-sm:sr-only">
          <tr className="border-b text-left text-xs text-muted">
            {columns.map((column) => (
              <th
                key={column.name}
                scope="col"
                className={classNames('h-9 px-3 font-medium whitespace-nowrap', column.className)}
              >
                {column.isUnnamed ? <span className="sr-only">{column.label}</span> : column.label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="max-sm:block">
          {items.map((item) => (
            <tr
              key={keyOf(item)}
              className="border-b last:border-b-0 hover:bg-hover/50 max-sm:flex max-sm:flex-wrap max-sm:items-center max-sm:gap-x-3 max-sm:gap-y-1 max-sm:px-3 max-sm:py-2.5"
            >
              {columns.map((column, index) =>
                index === 0 ? (
                  <th
                    key={column.name}
                    scope="row"
                    className={classNames(
                      'px-3 py-2 text-left font-normal max-sm:w-full max-sm:p-0',
                      column.className,
                    )}
                  >
                    {column.render(item)}
                  </th>
                ) : (
                  <td
                    key={column.name}
                    className={classNames(
                      'px-3 py-2 max-sm:w-auto max-sm:p-0 max-sm:empty:hidden',
                      column.className,
                    )}
                  >
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
