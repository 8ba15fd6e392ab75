import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { classNames } from '../../lib/class-names.ts';
import { formatCount } from '../../lib/format.ts';
import { SEGMENTS, type FleetSearch, type Segment } from './fleet-search.ts';

/** Always there; the others only while there is one, or while they are shown. */
const ALWAYS: ReadonlySet<Segment> = new Set(['waiting', 'running', 'done', 'failed']);

/** What is shown by status, with how many there are of each. */
export function Segments({
  search,
  counts,
  isReady,
}: {
  search: FleetSearch;
  counts: Readonly<Record<Segment, number>>;
  /** Before this nobody knows how many there are. */
  isReady: boolean;
}): ReactNode {
  const { t } = useTranslation();
  const total = SEGMENTS.reduce((sum, name) => sum + (name === 'archived' ? 0 : counts[name]), 0);
  const shown = SEGMENTS.filter((name) => ALWAYS.has(name) || counts[name] > 0 || search.status === name);
  return (
    <nav
      aria-label={t('fleet.segments.label')}
      className="-mx-4 flex min-w-0 gap-1 overflow-x-auto px-4 [scrollbar-width:none] sm:mx-0 sm:px-0 lg:flex-1"
    >
      <SegmentLink
        search={{ ...search, status: undefined }}
        name="all"
        count={isReady ? total : undefined}
        isChosen={!search.status}
      />
      {shown.map((name) => (
        <SegmentLink
          key={name}
          search={{ ...search, status: name }}
          name={name}
          count={isReady ? counts[name] : undefined}
          isChosen={search.status === name}
        />
      ))}
    </nav>
  );
}

function SegmentLink({
  search,
  name,
  count,
  isChosen,
}: {
  search: FleetSearch;
  name: Segment | 'all';
  count: number | undefined;
  isChosen: boolean;
}): ReactNode {
  const { t, i18n } = useTranslation();
  const isUrgent = name === 'waiting' && count !== undefined && count > 0;
  return (
    <Link
      to="/"
      search={search}
      activeOptions={{ exact: true, includeSearch: true, explicitUndefined: true }}
      className={classNames(
        'inline-flex h-7 shrink-0 items-center gap-1.5 rounded-md border px-2 text-xs whitespace-nowrap',
        isChosen
          ? 'border-line-strong bg-surface font-medium text-ink'
          : 'border-transparent text-muted hover:bg-hover hover:text-ink',
      )}
    >
      {t(`fleet.segments.${name}`)}
      <span className={classNames('tabular-nums', isUrgent ? 'font-semibold text-wait' : 'text-faint')}>
        {count === undefined ? '–' : formatCount(count, i18n.language)}
      </span>
    </Link>
  );
}
