import { Columns2, Rows2 } from 'lucide-react';
import { createElement, Fragment, memo, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { classNames } from '../../../../lib/class-names.ts';
import { useFold } from '../folds.ts';
import { Clip } from '../text/clip.tsx';
import { toPairs, type Diff, type DiffRow, type Segment } from './diff-model.ts';
import { useDiffMode } from './diff-mode.ts';

const HEAD = 24;

/** A change of a text, below each other or side by side. */
export const DiffView = memo(function DiffView({ id, diff }: { id: string; diff: Diff }): ReactNode {
  const { t } = useTranslation();
  const [mode] = useDiffMode();
  const [isWhole, setWhole] = useFold(`${id}.whole`, false);
  const rows = isWhole ? diff.rows.flatMap((row) => (row.kind === 'gap' ? row.rows : [row])) : diff.rows;
  if (rows.length === 0) return <p className="px-3 py-2 text-xs text-faint">{t('conversation.noChange')}</p>;
  const pairs = mode === 'split' ? toPairs(rows) : rows.map((row) => [row, undefined] as const);
  return (
    <Clip id={id} count={pairs.length} head={HEAD} tail={0}>
      {(from, to) => (
        <table className="w-full table-fixed border-collapse font-mono text-xs leading-[1.55]">
          <caption className="sr-only">{t('conversation.diff.label')}</caption>
          {mode === 'split' ? SPLIT_COLUMNS : UNIFIED_COLUMNS}
          <tbody>
            {pairs
              .slice(from, to)
              .map(([left, right]) =>
                left?.kind === 'gap' ? (
                  <Gap key={keyOf(left, right)} count={left.count} onOpen={() => setWhole(true)} />
                ) : mode === 'split' ? (
                  <SplitRow key={keyOf(left, right)} left={left} right={right} />
                ) : (
                  <UnifiedRow key={keyOf(left, right)} row={left} />
                ),
              )}
          </tbody>
        </table>
      )}
    </Clip>
  );
});

const SPLIT_COLUMNS = (
  <colgroup>
    <col className="w-9" />
    <col />
    <col className="w-9" />
    <col />
  </colgroup>
);
const UNIFIED_COLUMNS = (
  <colgroup>
    <col className="w-9" />
    <col className="w-9" />
    <col />
  </colgroup>
);

function keyOf(...rows: (DiffRow | undefined)[]): string {
  return rows
    .map((row) =>
      !row ? '' : row.kind === 'gap' ? keyOf(row.rows[0]) : JSON.stringify([oldLineOf(row), newLineOf(row)]),
    )
    .join();
}

function oldLineOf(row: DiffRow | undefined): number | undefined {
  return row && 'oldLine' in row ? row.oldLine : undefined;
}

function newLineOf(row: DiffRow | undefined): number | undefined {
  return row && 'newLine' in row ? row.newLine : undefined;
}

/** The switch between the two. */
export function DiffModeSwitch(): ReactNode {
  const { t } = useTranslation();
  const [mode, setMode] = useDiffMode();
  const other = mode === 'split' ? 'unified' : 'split';
  const Icon = other === 'split' ? Columns2 : Rows2;
  const label = t(`conversation.diff.${other}`);
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      onClick={() => setMode(other)}
      className="inline-flex size-6 items-center justify-center rounded text-muted hover:bg-hover hover:text-ink max-sm:hidden"
    >
      <Icon className="size-3.5" />
    </button>
  );
}

function UnifiedRow({ row }: { row: DiffRow | undefined }): ReactNode {
  if (!row) return null;
  return (
    <tr className={toneOf(row)}>
      <LineNumber value={oldLineOf(row)} />
      <LineNumber value={newLineOf(row)} />
      <Code row={row} />
    </tr>
  );
}

function SplitRow({ left, right }: { left: DiffRow | undefined; right: DiffRow | undefined }): ReactNode {
  return (
    <tr>
      <LineNumber value={oldLineOf(left)} className={toneOf(left)} />
      <Code row={left} className={toneOf(left)} />
      <LineNumber value={newLineOf(right)} className={classNames('border-l', toneOf(right))} />
      <Code row={right} className={toneOf(right)} />
    </tr>
  );
}

function Gap({ count, onOpen }: { count: number; onOpen: () => void }): ReactNode {
  const { t } = useTranslation();
  return (
    <tr>
      <td colSpan={4} className="p-0">
        <button
          type="button"
          onClick={onOpen}
          className="min-h-7 w-full bg-sunken px-3 text-left font-sans text-2xs text-muted -outline-offset-2 hover:bg-hover hover:text-ink"
        >
          {t('conversation.diff.gap', { count })}
        </button>
      </td>
    </tr>
  );
}

function LineNumber({ value, className }: { value: number | undefined; className?: string }): ReactNode {
  return (
    <td
      className={classNames(
        'px-1.5 text-right align-top text-2xs leading-[1.7] text-muted tabular-nums select-none',
        className,
      )}
    >
      {value}
    </td>
  );
}

const SIGNS = { added: '+', removed: '−', same: ' ' } as const;

function Code({ row, className }: { row: DiffRow | undefined; className?: string }): ReactNode {
  const { t } = useTranslation();
  // Nothing is there on this side.
  if (!row || row.kind === 'gap') return <td className="bg-sunken/60">{null}</td>;
  return (
    <td
      className={classNames('relative py-0 pr-2 pl-5 align-top wrap-anywhere whitespace-pre-wrap', className)}
    >
      <span aria-hidden className="absolute left-1.5 text-muted select-none">
        {SIGNS[row.kind]}
      </span>
      {row.kind === 'same' ? (
        row.text || '\n'
      ) : (
        <>
          <span className="sr-only">{t(`conversation.diff.${row.kind}`)}: </span>
          <Segments segments={row.segments} strong={STRONG[row.kind]} />
        </>
      )}
    </td>
  );
}

const STRONG = { added: 'bg-added-strong', removed: 'bg-removed-strong' } as const;

/** As arguments, since what stays where it is needs no keys. */
function Segments({ segments, strong }: { segments: Segment[]; strong: string }): ReactNode {
  return createElement(
    Fragment,
    null,
    ...segments.map(({ text, isChanged }) =>
      isChanged ? createElement('span', { className: classNames('rounded-xs', strong) }, text) : text,
    ),
  );
}

function toneOf(row: DiffRow | undefined): string {
  return row?.kind === 'added' ? 'bg-added' : row?.kind === 'removed' ? 'bg-removed' : '';
}
