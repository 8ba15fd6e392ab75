import { Link } from '@tanstack/react-router';
import { memo, type MouseEvent, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { classNames } from '../../lib/class-names.ts';
import { isKnownFailure } from '../../lib/failures.ts';
import { shorten } from '../../lib/format.ts';
import type { FleetRow } from '../../live/fleet-frames.ts';
import { StatusBadge } from '../../ui/status.tsx';
import { Ago, Count, Usd } from '../../ui/values.tsx';
import { CELLS, GRID } from './columns.tsx';
import { statusOf, titleOf, tokensOf } from './fleet-order.ts';
import { WaitsFor } from './waits-for.tsx';

export interface RowProps {
  row: FleetRow;
  isActive: boolean;
  isSelected: boolean;
  onSelect: (id: string, isRange: boolean) => void;
}

/** The id of the element, for who points at it. */
export function rowElementId(sessionId: string): string {
  return `row-${sessionId}`;
}

/** A session as a row of the table. All of it leads to the session; the box at the left chooses it. */
export const TableRow = memo(function TableRow({
  row,
  isActive,
  isSelected,
  onSelect,
  position,
}: RowProps & { position: number }): ReactNode {
  const cell = (column: keyof typeof CELLS, content: ReactNode): ReactNode => (
    <div role="gridcell" className={classNames('flex min-w-0 items-center', CELLS[column])}>
      {content}
    </div>
  );
  return (
    <div
      role="row"
      id={rowElementId(row.session_id)}
      aria-rowindex={position}
      aria-selected={isSelected}
      className={classNames(
        GRID,
        'relative h-[48px] border-b text-sm',
        isSelected ? 'bg-accent-soft' : isActive ? 'bg-hover' : 'bg-surface hover:bg-hover',
        isActive && 'shadow-[inset_2px_0_0_var(--accent)]',
      )}
    >
      <div role="gridcell" className="flex">
        <SelectBox row={row} isSelected={isSelected} onSelect={onSelect} tabIndex={-1} />
      </div>
      {cell('status', <StatusBadge status={statusOf(row)} />)}
      {cell('title', <Title row={row} onSelect={onSelect} tabIndex={-1} />)}
      {cell('agent', <span className="truncate text-muted">{row.agent?.name ?? ''}</span>)}
      {cell('waits', <WaitsFor row={row} />)}
      {cell('cost', <Usd value={row.cost_usd || null} />)}
      {cell('tokens', <Count value={tokensOf(row) || null} />)}
      {cell('activity', <Faint at={row.last_activity_at} />)}
      {cell('created', <Faint at={row.created_at} />)}
    </div>
  );
});

/** The same on a phone. */
export const CardRow = memo(function CardRow({ row, isActive, isSelected, onSelect }: RowProps): ReactNode {
  return (
    <div
      className={classNames(
        'relative flex h-[100px] flex-col justify-center gap-1 border-b px-4',
        isSelected ? 'bg-accent-soft' : 'bg-surface',
        isActive && 'shadow-[inset_2px_0_0_var(--accent)]',
      )}
    >
      <div className="flex min-w-0 items-center gap-2">
        <StatusBadge status={statusOf(row)} />
        <WaitsFor row={row} />
        <span className="ml-auto shrink-0 text-xs text-muted">
          <Ago at={row.last_activity_at} />
        </span>
        <SelectBox row={row} isSelected={isSelected} onSelect={onSelect} />
      </div>
      <Title row={row} onSelect={onSelect} />
      <div className="flex min-w-0 items-center gap-2 text-xs text-muted">
        <span className="min-w-0 truncate">{row.agent?.name ?? row.model ?? ''}</span>
        <span className="ml-auto flex shrink-0 gap-3">
          <CardNumbers row={row} />
        </span>
      </div>
    </div>
  );
});

function CardNumbers({ row }: { row: FleetRow }): ReactNode {
  const { t } = useTranslation();
  return (
    <>
      <span title={t('fleet.columns.tokens')}>
        <Count value={tokensOf(row)} /> {t('fleet.tokens')}
      </span>
      <Usd value={row.cost_usd || null} />
    </>
  );
}

function Title({
  row,
  onSelect,
  tabIndex,
}: {
  row: FleetRow;
  onSelect: RowProps['onSelect'];
  tabIndex?: number;
}): ReactNode {
  const { t } = useTranslation();
  const choose = (event: MouseEvent): void => {
    if (!event.shiftKey) return;
    event.preventDefault();
    onSelect(row.session_id, true);
  };
  return (
    <div className="w-full min-w-0">
      <Link
        to="/sessions/$sessionId"
        params={{ sessionId: row.session_id }}
        tabIndex={tabIndex}
        onClick={choose}
        className="block truncate font-medium after:absolute after:inset-0"
      >
        {shorten(titleOf(row), 200) || t('fleet.untitled')}
      </Link>
      <SecondLine row={row} />
    </div>
  );
}

function SecondLine({ row }: { row: FleetRow }): ReactNode {
  const { t } = useTranslation();
  const labels = Object.entries(row.metadata).slice(0, 2);
  const failure = row.error?.type;
  const text = isKnownFailure(failure)
    ? t(`failures.what.${failure}`)
    : (row.error?.message ?? (row.title === null ? '' : shorten(row.prompt ?? '', 160)));
  if (text === '' && labels.length === 0) return null;
  return (
    <div className="flex min-w-0 items-center gap-1.5 text-xs text-muted">
      {labels.map(([key, value]) => (
        <span key={key} className="max-w-32 shrink-0 truncate rounded bg-sunken px-1 text-2xs leading-4">
          {key}:{typeof value === 'string' ? value : JSON.stringify(value)}
        </span>
      ))}
      <span className={classNames('truncate', row.error !== null && 'text-bad')}>{text}</span>
    </div>
  );
}

function SelectBox({
  row,
  isSelected,
  onSelect,
  tabIndex,
}: {
  row: FleetRow;
  isSelected: boolean;
  onSelect: RowProps['onSelect'];
  tabIndex?: number;
}): ReactNode {
  const { t } = useTranslation();
  return (
    // Larger than it looks, and over the link that the whole row is.
    <label className="relative z-10 -m-1.5 flex size-8 cursor-pointer items-center justify-center">
      <input
        type="checkbox"
        checked={isSelected}
        tabIndex={tabIndex}
        aria-label={t('fleet.selection.one', { title: shorten(titleOf(row), 60) || t('fleet.untitled') })}
        className="size-4 accent-accent"
        onChange={() => undefined}
        onClick={(event) => onSelect(row.session_id, event.shiftKey)}
      />
    </label>
  );
}

function Faint({ at }: { at: string }): ReactNode {
  return (
    <span className="text-muted">
      <Ago at={at} />
    </span>
  );
}
