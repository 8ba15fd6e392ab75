// The roles are named, because a row that is shown as a card is none any more for some readers.
/* oxlint-disable jsx-a11y/no-redundant-roles, jsx-a11y/no-interactive-element-to-noninteractive-role */
import type { ReactNode } from 'react';
import { classNames } from '../lib/class-names.ts';

export interface Column<Row> {
  key: string;
  label: string;
  renderCell: (row: Row) => ReactNode;
  /** Numbers stand below each other. */
  isNumber?: boolean;
  className?: string;
}

/** A table; on a phone each row is a card. The first column names the row. */
export function DataTable<Row>({
  label,
  columns,
  rows,
  rowKey,
}: {
  label: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  rowKey: (row: Row) => string;
}): ReactNode {
  return (
    <table role="table" aria-label={label} className="w-full text-sm max-sm:block">
      <thead role="rowgroup" className="max-sm:sr-only">
        <tr role="row" className="border-b text-xs text-muted">
          {columns.map(({ key, label: name, isNumber }) => (
            <th
              key={key}
              role="columnheader"
              scope="col"
              title={name}
              className={classNames(
                'max-w-44 truncate px-3 py-2 font-medium first:pl-4 last:pr-4',
                isNumber ? 'text-right' : 'text-left',
              )}
            >
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup" className="max-sm:block">
        {rows.map((row) => (
          <tr
            key={rowKey(row)}
            role="row"
            className="border-b last:border-b-0 hover:bg-hover max-sm:block max-sm:px-4 max-sm:py-2"
          >
            {columns.map(({ key, label: name, renderCell, isNumber, className }, index) => {
              const Cell = index === 0 ? 'th' : 'td';
              return (
                <Cell
                  key={key}
                  {...(index === 0 ? { role: 'rowheader', scope: 'row' } : { role: 'cell' })}
                  className={classNames(
                    'px-3 py-2 font-normal first:pl-4 last:pr-4 max-sm:flex max-sm:items-center max-sm:justify-between max-sm:gap-3 max-sm:!px-0 max-sm:py-0.5',
                    isNumber ? 'text-right whitespace-nowrap tabular-nums' : 'text-left',
                    index === 0 && 'font-medium',
                    className,
                  )}
                >
                  {index > 0 && (
                    <span aria-hidden className="text-xs text-muted sm:hidden">
                      {name}
                    </span>
                  )}
                  {renderCell(row)}
                </Cell>
              );
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
