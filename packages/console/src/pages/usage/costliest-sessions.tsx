import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useCostliestSessions, type Span } from '../../api/usage.ts';
import { Table } from '../../ui/table.tsx';
import { Card } from '../../ui/page.tsx';
import { ErrorState, Skeleton } from '../../ui/states.tsx';
import { StatusDot } from '../../ui/status.tsx';
import { Usd } from '../../ui/values.tsx';
import { formatDay } from './span.ts';

export function CostliestSessions({ span }: { span: Required<Span> }): ReactNode {
  const { t, i18n } = useTranslation();
  const { data, error, refetch } = useCostliestSessions(span);
  return (
    <Card title={t('usage.sections.sessions')}>
      {!data && !error && <Skeleton rows={4} className="p-4" />}
      {!data && error && <ErrorState error={error} onRetry={() => void refetch()} />}
      {data?.sessions.length === 0 && (
        <p className="px-4 py-6 text-center text-sm text-muted">{t('usage.sessions.none')}</p>
      )}
      {data && data.sessions.length > 0 && (
        <Table
          inCard
          label={t('usage.sections.sessions')}
          items={data.sessions}
          keyOf={({ session_id: id }) => id}
          columns={[
            {
              name: 'session',
              label: t('usage.sessions.session'),
              className: 'max-w-0 w-full max-sm:max-w-full',
              render: ({ session_id: id, title, status, agent, agent_id: agentId }) => (
                <span className="flex min-w-0 flex-1 items-center gap-2">
                  <StatusDot status={status} />
                  <span className="sr-only">{t(`common.status.${status}`)}</span>
                  <Link
                    to="/sessions/$sessionId"
                    params={{ sessionId: id }}
                    className="min-w-0 truncate underline-offset-2 hover:underline"
                  >
                    {title ?? t('usage.sessions.untitled')}
                  </Link>
                  <span className="min-w-0 truncate text-xs font-normal text-muted">
                    {agent === 'execute' ? t('usage.table.quick') : (agent ?? agentId)}
                  </span>
                </span>
              ),
            },
            {
              name: 'used',
              label: t('usage.sessions.lastUsed'),
              isNumber: true,
              render: ({ last_used: day }) => formatDay(day, i18n.language),
            },
            {
              name: 'cost',
              label: t('usage.table.cost'),
              isNumber: true,
              render: ({ cost_usd: cost }) => <Usd value={cost} />,
            },
          ]}
        />
      )}
    </Card>
  );
}
