import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { ChartColumn, Download } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { downloadUsage, useUsage, type Usage } from '../../api/usage.ts';
import { useNow } from '../../lib/use-now.ts';
import { Button } from '../../ui/button.tsx';
import { Page } from '../../ui/page.tsx';
import { EmptyState, ErrorState, Skeleton } from '../../ui/states.tsx';
import { toastError } from '../../ui/toast.tsx';
import { ByDay } from './by-day.tsx';
import { AgentTable, ModelTable, TenantTable } from './count-tables.tsx';
import { CostliestSessions } from './costliest-sessions.tsx';
import { Failures } from './failures.tsx';
import { SpanControl } from './span-control.tsx';
import { toSpan } from './span.ts';
import { Totals } from './totals.tsx';

const route = getRouteApi('/usage');

/** What was spent, on what, and by whom. */
export function UsagePage(): ReactNode {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const search = route.useSearch();
  const span = toSpan(search, useNow());
  const { data, error, isPlaceholderData, refetch } = useUsage(span);
  const [isSaving, setSaving] = useState(false);
  const save = async (): Promise<void> => {
    setSaving(true);
    try {
      await downloadUsage(span);
    } catch (thrown) {
      toastError(thrown, t('common.unreachable'));
    } finally {
      setSaving(false);
    }
  };
  return (
    <Page
      title={t('shell.nav.usage')}
      actions={
        <>
          <SpanControl
            search={search}
            span={span}
            onChange={(next) => void navigate({ to: '/usage', search: next, replace: true })}
          />
          <Button icon={<Download />} busy={isSaving} onClick={() => void save()}>
            {t('usage.csv')}
          </Button>
        </>
      }
    >
      {data ? (
        <div aria-busy={isPlaceholderData} className={isPlaceholderData ? 'opacity-60' : undefined}>
          <Report usage={data} />
        </div>
      ) : error ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : (
        <Skeleton rows={10} />
      )}
    </Page>
  );
}

function Report({ usage }: { usage: Usage }): ReactNode {
  const { t } = useTranslation();
  const isEmpty = usage.totals.requests === 0 && usage.failures.length === 0;
  return (
    <div className="flex flex-col gap-4">
      <Totals usage={usage} />
      {isEmpty ? (
        <EmptyState icon={<ChartColumn />} title={t('usage.empty.title')} text={t('usage.empty.text')}>
          <Link
            to="/start"
            className="inline-flex h-8 items-center rounded-md bg-accent px-3 text-sm font-medium text-accent-ink hover:bg-accent-hover"
          >
            {t('usage.empty.start')}
          </Link>
        </EmptyState>
      ) : (
        <>
          <ByDay usage={usage} />
          <AgentTable usage={usage} />
          <ModelTable usage={usage} />
          <TenantTable usage={usage} />
          <div className="grid items-start gap-4 *:min-w-0 lg:grid-cols-2">
            <CostliestSessions span={{ from: usage.from, to: usage.to }} />
            <Failures failures={usage.failures} />
          </div>
        </>
      )}
      <p className="text-xs text-muted">{t('usage.range.utc')}</p>
    </div>
  );
}
