import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { CirclePlus, SearchX } from 'lucide-react';
import { useCallback, useEffect, useRef, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useMedia, NARROW } from '../../lib/use-media.ts';
import { useFleetSummary } from '../../live/fleet.ts';
import { fleet } from '../../live/fleet-store.ts';
import type { FleetRow } from '../../live/fleet-frames.ts';
import { Button } from '../../ui/button.tsx';
import { Page } from '../../ui/page.tsx';
import { EmptyState } from '../../ui/states.tsx';
import { BulkBar } from './bulk-bar.tsx';
import { FleetEmpty } from './fleet-empty.tsx';
import { FleetSkeleton } from './fleet-skeleton.tsx';
import { FleetCards, FleetTable } from './fleet-table.tsx';
import { nextSort, parseSort, type FleetSearch } from './fleet-search.ts';
import { SearchBar } from './search-bar.tsx';
import { Segments } from './segments.tsx';
import { extend, NOTHING_SELECTED, toggle } from './selection.ts';
import { useFleetKeys } from './use-fleet-keys.ts';
import { useFleetView } from './use-fleet-view.ts';

const route = getRouteApi('/');

/** All sessions, live. */
export function FleetPage(): ReactNode {
  const { t } = useTranslation();
  const { total, isReady } = useFleetSummary();
  const isEmpty = isReady && total === 0;
  return (
    <Page
      flush
      title={t('shell.nav.fleet')}
      actions={
        <Link
          to="/start"
          className="inline-flex h-8 items-center gap-1.5 rounded-md bg-accent px-3 text-sm font-medium text-accent-ink hover:bg-accent-hover"
        >
          <CirclePlus className="size-4" aria-hidden />
          {t('fleet.start')}
        </Link>
      }
    >
      {isEmpty ? <FleetEmpty /> : <Fleet />}
    </Page>
  );
}

function Fleet(): ReactNode {
  const navigate = useNavigate();
  const search = route.useSearch();
  const snapshot = useFleetView(search);
  const { isReady, isTruncated, total } = useFleetSummary();
  const isNarrow = useMedia(NARROW);
  const [activeId, setActive] = useState<string>();
  const [selection, setSelection] = useState(NOTHING_SELECTED);
  const searchInput = useRef<HTMLInputElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const rowsRef = useRef(snapshot.rows);
  useEffect(() => {
    rowsRef.current = snapshot.rows;
  });

  const setSearch = (change: FleetSearch): void =>
    void navigate({ to: '/', search: { ...search, ...change }, replace: true });
  const open = useCallback(
    (sessionId: string) => void navigate({ to: '/sessions/$sessionId', params: { sessionId } }),
    [navigate],
  );
  const idsInOrder = useCallback(() => rowsRef.current.map(({ session_id }) => session_id), []);
  const select = useCallback(
    (id: string, isRange: boolean) => {
      setActive(id);
      setSelection((now) => (isRange ? extend(now, id, idsInOrder()) : toggle(now, id)));
    },
    [idsInOrder],
  );
  // Those that are gone are not selected any more.
  const selected = [...selection.ids]
    .map((id) => fleet.row(id))
    .filter((row): row is FleetRow => row !== undefined);
  const isAllSelected =
    selected.length > 0 && snapshot.rows.every(({ session_id }) => selection.ids.has(session_id));
  const clearSelection = (): void => setSelection(NOTHING_SELECTED);
  const onKeyDown = useFleetKeys({
    ids: idsInOrder,
    activeId,
    setActive,
    open,
    select,
    back: () => {
      if (selected.length > 0) clearSelection();
      else if (activeId !== undefined) setActive(undefined);
      else setSearch({ q: undefined, status: undefined });
    },
    search: searchInput,
    list,
  });

  const props = {
    snapshot,
    activeId,
    selected: selection.ids,
    onOpen: open,
    onSelect: select,
    footer: <Footer isTruncated={isTruncated} hasSelection={selected.length > 0} />,
  };
  const sort = parseSort(search.sort);
  return (
    <div className="relative flex min-h-0 flex-1 flex-col">
      <div className="flex flex-col gap-2 border-b px-4 py-2 sm:px-6 lg:flex-row lg:items-center">
        <Segments search={search} counts={snapshot.counts} isReady={isReady} />
        <SearchBar
          text={search.q ?? ''}
          input={searchInput}
          onChange={(text) => setSearch({ q: text === '' ? undefined : text })}
        />
      </div>
      {snapshot.rows.length === 0 ? (
        isReady ? (
          <NotFound total={total} onClear={() => setSearch({ q: undefined, status: undefined })} />
        ) : (
          <FleetSkeleton isNarrow={isNarrow} />
        )
      ) : isNarrow ? (
        <FleetCards {...props} />
      ) : (
        <FleetTable
          {...props}
          sort={sort}
          onSort={(column) => setSearch({ sort: nextSort(sort, column) })}
          onKeyDown={onKeyDown}
          grid={list}
          isAllSelected={isAllSelected}
          onSelectAll={() =>
            isAllSelected ? clearSelection() : setSelection({ ids: new Set(idsInOrder()), anchor: undefined })
          }
        />
      )}
      <BulkBar
        rows={selected}
        onClear={clearSelection}
        onDone={(remaining) =>
          setSelection({ ids: new Set(remaining.map(({ session_id }) => session_id)), anchor: undefined })
        }
      />
    </div>
  );
}

function NotFound({ total, onClear }: { total: number; onClear: () => void }): ReactNode {
  const { t } = useTranslation();
  return (
    <EmptyState
      icon={<SearchX />}
      title={t('fleet.notFound.title')}
      text={t('fleet.notFound.text', { total })}
    >
      <Button onClick={onClear}>{t('fleet.notFound.clear')}</Button>
    </EmptyState>
  );
}

/** What is at the end of the list; the bar of the selection does not lie over the last session. */
function Footer({ isTruncated, hasSelection }: { isTruncated: boolean; hasSelection: boolean }): ReactNode {
  const { t } = useTranslation();
  return (
    <>
      {isTruncated && <p className="px-4 py-3 text-center text-xs text-muted">{t('fleet.truncated')}</p>}
      {hasSelection && <div className="h-16" />}
    </>
  );
}
