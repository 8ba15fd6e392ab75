import { useMemo, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { classNames } from '../lib/class-names.ts';
import { countChanges, sideBySide, type Line, type Row } from '../lib/side-by-side.ts';
import { NARROW, useMedia } from '../lib/use-media.ts';

/** Two texts beside each other, or below each other where there is no room; what is equal is folded. */
export function SideBySide({
  before,
  after,
  names,
}: {
  before: string;
  after: string;
  names: [string, string];
}): ReactNode {
  const { t } = useTranslation();
  const isNarrow = useMedia(NARROW);
  const rows = useMemo(() => sideBySide(before, after), [before, after]);
  const [opened, setOpened] = useState<ReadonlySet<number>>(new Set());
  const { added, removed } = countChanges(rows);
  const Lines = isNarrow ? Below : Beside;
  return (
    <div className="overflow-hidden rounded-lg border bg-code">
      <div className="flex flex-wrap items-center gap-x-3 border-b bg-surface px-3 py-1.5 text-xs text-muted">
        <span className="mr-auto">{names.join(' → ')}</span>
        <span className="text-ok">{t('common.diff.added', { count: added })}</span>
        <span className="text-bad">{t('common.diff.removed', { count: removed })}</span>
      </div>
      <div className="overflow-x-auto">
        <table
          aria-label={names.join(' → ')}
          className="w-full table-fixed border-collapse font-mono text-xs"
        >
          <colgroup>
            {isNarrow ? (
              <>
                <col className="w-9" />
                <col />
              </>
            ) : (
              <>
                <col className="w-10" />
                <col />
                <col className="w-10" />
                <col />
              </>
            )}
          </colgroup>
          <tbody>
            {rows.map((row, index) => {
              // oxlint-disable-next-line react/no-array-index-key
              if (row.kind !== 'gap') return <Lines key={index} row={row} />;
              if (opened.has(index)) {
                // oxlint-disable-next-line react/no-array-index-key
                return row.rows.map((inner, place) => <Lines key={`${index}.${place}`} row={inner} />);
              }
              return (
                // oxlint-disable-next-line react/no-array-index-key
                <tr key={`gap ${index}`}>
                  <td colSpan={isNarrow ? 2 : 4} className="border-y p-0">
                    <button
                      type="button"
                      className="h-6 w-full bg-sunken px-3 text-left font-sans text-2xs text-muted hover:bg-hover"
                      onClick={() => setOpened(new Set([...opened, index]))}
                    >
                      {t('common.diff.folded', { count: row.rows.length })}
                    </button>
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </div>
  );
}

function Beside({ row }: { row: Row }): ReactNode {
  if (row.kind === 'gap') return null;
  const isChanged = row.kind === 'changed';
  return (
    <tr>
      <Half line={row.left} sign={isChanged ? '-' : ' '} />
      <Half line={row.right} sign={isChanged ? '+' : ' '} className="border-l" />
    </tr>
  );
}

function Below({ row }: { row: Row }): ReactNode {
  if (row.kind === 'gap') return null;
  if (row.kind === 'same') {
    return (
      <tr>
        <Half line={row.right} sign=" " />
      </tr>
    );
  }
  return (
    <>
      {row.left && (
        <tr>
          <Half line={row.left} sign="-" />
        </tr>
      )}
      {row.right && (
        <tr>
          <Half line={row.right} sign="+" />
        </tr>
      )}
    </>
  );
}

const TONES = {
  ' ': ['', ''],
  '-': ['bg-removed', 'bg-bad/25'],
  '+': ['bg-added', 'bg-ok/25'],
} as const;

function Half({
  line,
  sign,
  className,
}: {
  line: Line | undefined;
  sign: keyof typeof TONES;
  className?: string;
}): ReactNode {
  const [tone, strong] = line ? TONES[sign] : ['bg-sunken', ''];
  return (
    <>
      <td
        className={classNames('px-2 text-right align-top text-2xs text-muted select-none', tone, className)}
      >
        {line?.number}
      </td>
      <td className={classNames('px-1.5 align-top break-words whitespace-pre-wrap', tone)}>
        {line && sign !== ' ' && <span className="sr-only">{sign} </span>}
        {line?.parts.map(({ text, changed }, index) => (
          // oxlint-disable-next-line react/no-array-index-key
          <span key={index} className={classNames(changed && 'rounded-xs', changed && strong)}>
            {text}
          </span>
        ))}
      </td>
    </>
  );
}
