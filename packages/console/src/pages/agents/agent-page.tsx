import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { Play } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { agentQuery, type Agent } from '../../api/agents.ts';
import type { AgentBody } from '../../lib/agent-body.ts';
import { Badge } from '../../ui/badge.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Page } from '../../ui/page.tsx';
import { ErrorState, Skeleton } from '../../ui/states.tsx';
import { Ago } from '../../ui/values.tsx';
import { AgentEditor } from './agent-editor.tsx';
import { AgentMenu } from './agent-menu.tsx';
import { OldVersion } from './old-version.tsx';

/** One agent, in its latest version or (`?version=`) in an older one. */
export function AgentPage(): ReactNode {
  const { t } = useTranslation();
  const { agentId } = useParams({ from: '/agents/$agentId' });
  const { version } = useSearch({ from: '/agents/$agentId' });
  const latest = useQuery(agentQuery(agentId));
  // What an older version was: to be saved again as a new one.
  const [restored, setRestored] = useState<{ body: AgentBody; version: number }>();
  if (latest.isPending || latest.isError) {
    return (
      <Page title={t('shell.nav.agents')}>
        {latest.isError ? (
          <ErrorState error={latest.error} onRetry={() => void latest.refetch()} />
        ) : (
          <Skeleton rows={8} />
        )}
      </Page>
    );
  }
  const agent = latest.data;
  const isOld = version !== undefined && version !== agent.version;
  return (
    <Page title={agent.name} actions={<Actions agent={agent} isOld={isOld} />}>
      <Facts agent={agent} />
      {isOld ? (
        <OldVersion key={version} latest={agent} version={version} onRestore={setRestored} />
      ) : (
        // A draft is of one version, until it is saved.
        <AgentEditor
          key={`${agent.id} ${restored?.version ?? ''}`}
          agent={agent}
          restored={restored}
          onSaved={() => setRestored(undefined)}
        />
      )}
    </Page>
  );
}

function Actions({ agent, isOld }: { agent: Agent; isOld: boolean }): ReactNode {
  const { t } = useTranslation();
  const navigate = useNavigate();
  return (
    <>
      {agent.archived_at === null && !isOld && (
        <Link
          to="/start"
          search={{ agent: agent.id }}
          className="inline-flex h-8 items-center gap-1.5 rounded-md border border-line-strong bg-surface px-3 text-sm font-medium hover:bg-hover"
        >
          <Play className="size-4" aria-hidden />
          {t('agents.start')}
        </Link>
      )}
      <AgentMenu agent={agent} onGone={() => void navigate({ to: '/agents' })} />
    </>
  );
}

function Facts({ agent }: { agent: Agent }): ReactNode {
  const { t } = useTranslation();
  return (
    <p className="-mt-1 mb-4 flex flex-wrap items-center gap-x-3 gap-y-1 text-xs text-muted">
      <Badge>{t('agents.version', { version: agent.version })}</Badge>
      {agent.archived_at !== null && <Badge tone="wait">{t('common.status.terminated')}</Badge>}
      <span>
        {t('agents.saved')} <Ago at={agent.updated_at} />
      </span>
      <span className="inline-flex min-w-0 items-center gap-1 font-mono break-all">
        {agent.id}
        <CopyButton text={agent.id} label={t('agents.copyId')} />
      </span>
    </p>
  );
}
