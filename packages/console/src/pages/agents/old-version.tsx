import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { agentQuery, type Agent } from '../../api/agents.ts';
import { toBody, type AgentBody } from '../../lib/agent-body.ts';
import { toReadable } from '../../lib/readable.ts';
import { Button } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { SideBySide } from '../../ui/side-by-side.tsx';
import { ErrorState, Skeleton } from '../../ui/states.tsx';
import { Ago } from '../../ui/values.tsx';

/** A version as it was, against the latest. Sessions can be pinned to it. */
export function OldVersion({
  latest,
  version,
  onRestore,
}: {
  latest: Agent;
  version: number;
  onRestore: (restored: { body: AgentBody; version: number }) => void;
}): ReactNode {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { data, error, refetch } = useQuery(agentQuery(latest.id, version));
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton rows={8} />;
  const pin = JSON.stringify({ type: 'agent', id: latest.id, version });
  const params = { agentId: latest.id };
  return (
    <div className="flex flex-col gap-4">
      <div className="flex flex-wrap items-center gap-2 rounded-md bg-busy-soft px-3 py-2 text-sm text-busy">
        <span className="mr-auto">
          {t('agents.old', { version, latest: latest.version })} <Ago at={data.updated_at} />
        </span>
        <Link to="/agents/$agentId" params={params} className="underline">
          {t('agents.toLatest')}
        </Link>
        {latest.archived_at === null && (
          <Button
            size="sm"
            onClick={() => {
              onRestore({ body: toBody(data), version });
              void navigate({ to: '/agents/$agentId', params, search: {} });
            }}
          >
            {t('agents.restore')}
          </Button>
        )}
      </div>
      <div className="rounded-lg border bg-surface px-4 py-3">
        <h2 className="font-semibold">{t('agents.pin.title')}</h2>
        <p className="mt-1 text-sm text-muted">{t('agents.pin.text')}</p>
        <div className="mt-2 flex items-center gap-2 rounded-md bg-code pl-3">
          <code className="min-w-0 flex-1 text-xs break-all">{`"agent": ${pin}`}</code>
          <CopyButton text={pin} label={t('agents.pin.copy')} />
        </div>
      </div>
      <SideBySide
        before={toReadable(toBody(data))}
        after={toReadable(toBody(latest))}
        names={[t('agents.version', { version }), t('agents.version', { version: latest.version })]}
      />
      <pre
        aria-label={t('agents.json.label')}
        className="overflow-x-auto rounded-lg border bg-code p-3 text-xs whitespace-pre-wrap"
      >
        {toReadable(toBody(data))}
      </pre>
    </div>
  );
}
