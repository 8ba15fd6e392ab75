import { Boxes, Plus } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useEnvironments, type Environment } from '../../api/environments.ts';
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
import { EnvironmentDialog } from './environment-dialog.tsx';
import { EnvironmentMenu } from './environment-menu.tsx';

export function EnvironmentsPage(): ReactNode {
  const { t } = useTranslation();
  const [search, setSearch] = useState('');
  const [archived, setArchived] = useState(false);
  const [edited, setEdited] = useState<{ base: Environment | undefined }>();
  const environments = useEnvironments({ archived, whole: search !== '' });
  const create = (): void => setEdited({ base: undefined });
  useShortcuts([{ keys: 'c', label: t('environments.new'), group: 'here', run: create }]);
  const found = environments.items.filter((environment) => fits(environment, search));
  const isEmpty = !environments.isPending && environments.error === null && environments.items.length === 0;
  return (
    <Page
      title={t('shell.nav.environments')}
      actions={
        <Button kind="primary" icon={<Plus />} onClick={create}>
          {t('environments.new')}
        </Button>
      }
    >
      <div className="mb-3 flex flex-wrap items-center gap-3">
        <SearchField label={t('environments.search')} value={search} onChange={setSearch} />
        <Switch label={t('environments.showArchived')} checked={archived} onChange={setArchived} />
      </div>
      {environments.isPending && <Skeleton rows={4} />}
      {environments.error !== null && environments.items.length === 0 && (
        <ErrorState error={environments.error} onRetry={environments.refetch} />
      )}
      {isEmpty && (
        <EmptyState
          icon={<Boxes />}
          title={t('environments.empty.title')}
          text={t('environments.empty.text')}
        >
          <Button kind="primary" icon={<Plus />} onClick={create}>
            {t('environments.new')}
          </Button>
        </EmptyState>
      )}
      {found.length > 0 && (
        <List environments={found} onEdit={(environment) => setEdited({ base: environment })} />
      )}
      {environments.items.length > 0 && found.length === 0 && !environments.hasMore && (
        <EmptyState title={t('environments.notFound')} />
      )}
      <LoadMore
        hasMore={environments.hasMore}
        busy={environments.isFetchingMore}
        onMore={environments.fetchMore}
      />
      {edited && <EnvironmentDialog base={edited.base} onClose={() => setEdited(undefined)} />}
    </Page>
  );
}

function List({
  environments,
  onEdit,
}: {
  environments: readonly Environment[];
  onEdit: (environment: Environment) => void;
}): ReactNode {
  const { t } = useTranslation();
  return (
    <Table
      label={t('shell.nav.environments')}
      items={environments}
      keyOf={({ id }) => id}
      columns={[
        {
          name: 'name',
          label: t('environments.name'),
          render: (environment) => (
            <div className="flex min-w-0 flex-col">
              <span className="flex items-center gap-2">
                {environment.archived_at === null ? (
                  <button
                    type="button"
                    className="text-left font-medium break-words hover:underline"
                    onClick={() => onEdit(environment)}
                  >
                    {environment.name}
                  </button>
                ) : (
                  <>
                    <span className="font-medium break-words">{environment.name}</span>
                    <Badge>{t('common.status.terminated')}</Badge>
                  </>
                )}
              </span>
              {environment.description !== null && environment.description !== '' && (
                <span className="line-clamp-1 text-xs text-muted">{environment.description}</span>
              )}
            </div>
          ),
        },
        {
          name: 'metadata',
          label: t('environments.metadata'),
          render: ({ metadata }) =>
            Object.keys(metadata).length > 0 && (
              <span className="flex flex-wrap gap-1">
                {Object.entries(metadata).map(([key, value]) => (
                  <Badge key={key}>
                    {key}: {value}
                  </Badge>
                ))}
              </span>
            ),
        },
        {
          name: 'changed',
          label: t('environments.changed'),
          className: 'text-muted whitespace-nowrap',
          render: ({ updated_at: at }) => <Ago at={at} />,
        },
        {
          name: 'actions',
          label: t('environments.actions'),
          isUnnamed: true,
          className: 'max-sm:ml-auto',
          render: (environment) => (
            <div className="flex justify-end">
              <EnvironmentMenu environment={environment} onEdit={() => onEdit(environment)} />
            </div>
          ),
        },
      ]}
    />
  );
}

function fits({ id, name, description, metadata }: Environment, search: string): boolean {
  const text = [id, name, description, ...Object.entries(metadata).flat()].join('\n');
  return text.toLowerCase().includes(search.trim().toLowerCase());
}
