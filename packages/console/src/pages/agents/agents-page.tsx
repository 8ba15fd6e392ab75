import { Link, useNavigate } from '@tanstack/react-router';
import { Bot, Play, Plus } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useAgents, type Agent } from '../../api/agents.ts';
import { useShortcuts } from '../../lib/keyboard.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { LoadMore } from '../../ui/load-more.tsx';
import { Page } from '../../ui/page.tsx';
import { SearchField } from '../../ui/search-field.tsx';
import { EmptyState, ErrorState, Skeleton } from '../../ui/states.tsx';
import { Switch } from '../../ui/switch.tsx';
import { Table } from '../../ui/table.tsx';
import { Ago } from '../../ui/values.tsx';
import { AgentMenu } from './agent-menu.tsx';

export function AgentsPage(): ReactNode {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [search, setSearch] = useState('');
  const [archived, setArchived] = useState(false);
  const agents = useAgents({ archived, whole: search !== '' });
  const create = (): void => void navigate({ to: '/agents/new' });
  useShortcuts([{ keys: 'c', label: t('agents.new'), group: 'here', run: create }]);
  const found = agents.items.filter((agent) => fits(agent, search));
  return (
    <Page
      title={t('shell.nav.agents')}
      actions={
        <Button kind="primary" icon={<Plus />} onClick={create}>
          {t('agents.new')}
        </Button>
      }
    >
      <div className="mb-3 flex flex-wrap items-center gap-3">
        <SearchField label={t('agents.search')} value={search} onChange={setSearch} />
        <Switch label={t('agents.showArchived')} checked={archived} onChange={setArchived} />
      </div>
      {agents.isPending && <Skeleton rows={6} />}
      {agents.error !== null && agents.items.length === 0 && (
        <ErrorState error={agents.error} onRetry={agents.refetch} />
      )}
      {!agents.isPending && agents.error === null && agents.items.length === 0 && (
        <EmptyState icon={<Bot />} title={t('agents.empty.title')} text={t('agents.empty.text')}>
          <Button kind="primary" icon={<Plus />} onClick={create}>
            {t('agents.new')}
          </Button>
        </EmptyState>
      )}
      {found.length > 0 && <List agents={found} />}
      {agents.items.length > 0 && found.length === 0 && !agents.hasMore && (
        <EmptyState title={t('agents.notFound')} />
      )}
      <LoadMore hasMore={agents.hasMore} busy={agents.isFetchingMore} onMore={agents.fetchMore} />
    </Page>
  );
}

function List({ agents }: { agents: readonly Agent[] }): ReactNode {
  const { t } = useTranslation();
  return (
    <Table
      label={t('shell.nav.agents')}
      items={agents}
      keyOf={({ id }) => id}
      columns={[
        {
          name: 'name',
          label: t('agents.name'),
          render: ({ id, name, description, archived_at: archivedAt }) => (
            <div className="flex min-w-0 flex-col">
              <span className="flex items-center gap-2">
                <Link
                  to="/agents/$agentId"
                  params={{ agentId: id }}
                  className="font-medium break-words hover:underline"
                >
                  {name}
                </Link>
                {archivedAt !== null && <Badge>{t('common.status.terminated')}</Badge>}
              </span>
              {description !== null && <span className="line-clamp-1 text-xs text-muted">{description}</span>}
            </div>
          ),
        },
        {
          name: 'model',
          label: t('agents.model'),
          render: ({ model }) => <code className="text-xs text-muted">{model.id}</code>,
        },
        {
          name: 'version',
          label: t('agents.column.version'),
          render: ({ version }) => (
            <span className="text-muted tabular-nums">{t('agents.version', { version })}</span>
          ),
        },
        {
          name: 'saved',
          label: t('agents.saved'),
          className: 'text-muted whitespace-nowrap',
          render: ({ updated_at: at }) => <Ago at={at} />,
        },
        {
          name: 'actions',
          label: t('agents.column.actions'),
          isUnnamed: true,
          className: 'max-sm:ml-auto',
          render: (agent) => (
            <div className="flex items-center justify-end gap-1">
              {agent.archived_at === null && (
                <Link
                  to="/start"
                  search={{ agent: agent.id }}
                  aria-label={t('agents.startWith', { name: agent.name })}
                  title={t('agents.startWith', { name: agent.name })}
                  className="inline-flex size-8 items-center justify-center rounded-md text-muted hover:bg-hover hover:text-ink"
                >
                  <Play className="size-4" aria-hidden />
                </Link>
              )}
              <AgentMenu agent={agent} />
            </div>
          ),
        },
      ]}
    />
  );
}

function fits({ id, name, description, model, metadata }: Agent, search: string): boolean {
  const text = [id, name, description, model.id, ...Object.entries(metadata).flat()].join('\n');
  return text.toLowerCase().includes(search.trim().toLowerCase());
}
