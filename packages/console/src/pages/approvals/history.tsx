import { useInfiniteQuery } from '@tanstack/react-query';
import { History as HistoryIcon } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { listNewestApprovals, type ApprovalRecord } from '../../api/approvals.ts';
import { showHidden } from '../../lib/visible-text.ts';
import { callName } from './call-name.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { LoadMore } from '../../ui/load-more.tsx';
import { EmptyState, ErrorState, Skeleton } from '../../ui/states.tsx';
import { Table } from '../../ui/table.tsx';
import { Ago } from '../../ui/values.tsx';
import { toExcerpt } from './excerpt.ts';
import { OutcomeBadge, useOutcomeText } from './outcome.tsx';
import { SessionLink } from './session-label.tsx';
import { SettledCard } from './settled-card.tsx';

const PAGE = 50;

/** What has been answered, or has ended without an answer; the latest first. */
export function History(): ReactNode {
  const { t } = useTranslation();
  const outcomeText = useOutcomeText();
  const [shown, setShown] = useState<ApprovalRecord>();
  const query = useInfiniteQuery({
    queryKey: ['approvals', 'history'],
    staleTime: 0,
    queryFn: ({ pageParam: after, signal }) =>
      listNewestApprovals({ limit: PAGE, ...(after !== undefined && { after }) }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => (page.length < PAGE ? undefined : page.at(-1)?.id),
  });
  if (query.isError) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  if (query.isPending) return <Skeleton rows={6} />;
  const items = query.data.pages.flat().filter(({ status }) => status !== 'open');
  if (items.length === 0 && !query.hasNextPage) {
    return (
      <EmptyState
        icon={<HistoryIcon />}
        title={t('approvals.noHistory.title')}
        text={t('approvals.noHistory.text')}
      />
    );
  }
  return (
    <>
      <Table
        label={t('approvals.tab.history')}
        items={items}
        keyOf={({ id }) => id}
        className="[&_table]:table-fixed"
        columns={[
          {
            name: 'call',
            label: t('approvals.column.call'),
            className: 'sm:w-[38%]',
            render: (record) => (
              <button
                type="button"
                onClick={() => setShown(record)}
                className="flex w-full min-w-0 flex-col text-left hover:underline"
              >
                <span className="font-medium">{callName(record, t)}</span>
                <span className="w-full truncate font-mono text-xs text-muted">{toExcerpt(record)}</span>
              </button>
            ),
          },
          {
            name: 'outcome',
            label: t('approvals.column.outcome'),
            render: (record) => (
              <span className="flex flex-col items-start gap-0.5">
                <OutcomeBadge status={record.status} />
                <span className="text-xs break-words text-muted">{showHidden(outcomeText(record))}</span>
              </span>
            ),
          },
          {
            name: 'session',
            label: t('approvals.column.session'),
            className: 'max-sm:!w-full',
            render: ({ session_id: sessionId }) => (
              <span className="flex min-w-0">
                <SessionLink sessionId={sessionId} />
              </span>
            ),
          },
          {
            name: 'closed',
            label: t('approvals.column.closed'),
            className: 'text-muted whitespace-nowrap sm:w-28',
            render: ({ closed_at: at, created_at: since }) => <Ago at={at ?? since} />,
          },
        ]}
      />
      <LoadMore
        hasMore={query.hasNextPage}
        busy={query.isFetchingNextPage}
        onMore={() => void query.fetchNextPage()}
      />
      <Dialog open={shown !== undefined} onClose={() => setShown(undefined)} wide title={t('approvals.call')}>
        {shown && <SettledCard record={shown} aside={<SessionLink sessionId={shown.session_id} />} />}
      </Dialog>
    </>
  );
}
