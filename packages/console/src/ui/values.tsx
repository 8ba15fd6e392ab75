import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { formatAgo, formatBytes, formatCount, formatDuration, formatTime, formatUsd } from '../lib/format.ts';
import { useNow } from '../lib/use-now.ts';

/** How long ago, with the exact time on hover. */
export function Ago({ at }: { at: number | string }): ReactNode {
  const { i18n } = useTranslation();
  const now = useNow();
  const ms = typeof at === 'number' ? at : Date.parse(at);
  return (
    <time
      dateTime={new Date(ms).toISOString()}
      title={formatTime(ms, i18n.language)}
      className="tabular-nums"
    >
      {formatAgo(ms, now, i18n.language)}
    </time>
  );
}

/** How long something has gone on; moves while it does (`until` absent). */
export function Elapsed({ since, until }: { since: number; until?: number | undefined }): ReactNode {
  const { i18n } = useTranslation();
  const now = useNow();
  return (
    <span className="tabular-nums">
      {formatDuration(
        until === undefined ? Math.max(1000, now - since) : Math.max(0, until - since),
        i18n.language,
      )}
    </span>
  );
}

export function Usd({ value }: { value: number | null | undefined }): ReactNode {
  const { i18n } = useTranslation();
  return <span className="tabular-nums">{value == null ? '–' : formatUsd(value, i18n.language)}</span>;
}

export function Count({ value }: { value: number | null }): ReactNode {
  const { i18n } = useTranslation();
  if (value === null) return '–';
  return (
    <span className="tabular-nums" title={value.toLocaleString(i18n.language)}>
      {formatCount(value, i18n.language)}
    </span>
  );
}

export function Bytes({ value }: { value: number | null }): ReactNode {
  const { i18n } = useTranslation();
  return <span className="tabular-nums">{value === null ? '–' : formatBytes(value, i18n.language)}</span>;
}
