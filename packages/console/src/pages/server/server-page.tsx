import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useServerState, type ServerState } from '../../api/server.ts';
import { formatAgo } from '../../lib/format.ts';
import { useNow } from '../../lib/use-now.ts';
import { Badge } from '../../ui/badge.tsx';
import { Table } from '../../ui/table.tsx';
import { Card, Page } from '../../ui/page.tsx';
import { ErrorState, Skeleton } from '../../ui/states.tsx';
import { Ago } from '../../ui/values.tsx';
import { AgentFacts, DatabaseFacts, DiskFacts, MemoryFacts, ServerFacts, StreamFacts } from './sections.tsx';
import { Warnings } from './warnings.tsx';

/** How the server is, and what is weak in it. */
export function ServerPage(): ReactNode {
  const { t, i18n } = useTranslation();
  const { data, error, dataUpdatedAt, refetch } = useServerState();
  const now = useNow();
  return (
    <Page
      title={t('shell.nav.server')}
      actions={
        data && (
          <span className="text-xs text-muted tabular-nums">
            {t('server.asOf', {
              time: new Date(dataUpdatedAt).toLocaleTimeString(i18n.language),
            })}
          </span>
        )
      }
    >
      {data ? (
        <div className="flex flex-col gap-4">
          {error && (
            <p role="alert" className="rounded-md bg-bad-soft px-3 py-2 text-sm text-bad">
              {t('server.stale', { ago: formatAgo(dataUpdatedAt, now, i18n.language) })}
            </p>
          )}
          <Warnings warnings={data.warnings} />
          <div className="grid items-start gap-4 md:grid-cols-2 xl:grid-cols-3">
            <AgentFacts state={data} />
            <MemoryFacts state={data} />
            <DiskFacts state={data} />
            <ServerFacts state={data} />
            <DatabaseFacts state={data} />
            <StreamFacts state={data} />
          </div>
          {data.nodes.length > 0 && <Nodes nodes={data.nodes} />}
        </div>
      ) : error ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : (
        <Skeleton rows={8} />
      )}
    </Page>
  );
}

function Nodes({ nodes }: { nodes: ServerState['nodes'] }): ReactNode {
  const { t } = useTranslation();
  return (
    <Card title={t('server.sections.nodes')}>
      <Table
        inCard
        label={t('server.sections.nodes')}
        items={nodes}
        keyOf={({ name, seen_at: at, is_this: isThis }) => (isThis ? name : name + at)}
        columns={[
          {
            name: 'name',
            label: t('server.name'),
            render: ({ name, is_this: isThis }) => (
              <span className="inline-flex items-center gap-2">
                {name}
                {isThis && <Badge tone="accent">{t('server.thisOne')}</Badge>}
              </span>
            ),
          },
          {
            name: 'seen',
            label: t('server.seen'),
            isNumber: true,
            render: ({ seen_at: at }) => <Ago at={at} />,
          },
        ]}
      />
    </Card>
  );
}
