import { Link } from '@tanstack/react-router';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useAgentVersions, type Agent } from '../../api/agents.ts';
import { toBody } from '../../lib/agent-body.ts';
import { toReadable } from '../../lib/readable.ts';
import { Badge } from '../../ui/badge.tsx';
import { Select } from '../../ui/field.tsx';
import { LoadMore } from '../../ui/load-more.tsx';
import { SideBySide } from '../../ui/side-by-side.tsx';
import { ErrorState, Skeleton } from '../../ui/states.tsx';
import { Table } from '../../ui/table.tsx';
import { Ago } from '../../ui/values.tsx';

/** All versions, and what differs between any two of them. */
export function Versions({ agent }: { agent: Agent }): ReactNode {
  const { t } = useTranslation();
  const versions = useAgentVersions(agent.id);
  const [chosen, setChosen] = useState<{ left?: number; right?: number }>({});
  if (versions.error) return <ErrorState error={versions.error} onRetry={versions.refetch} />;
  if (versions.isPending) return <Skeleton rows={4} />;
  const { items } = versions;
  const right = items.find(({ version }) => version === (chosen.right ?? agent.version)) ?? items[0];
  const left =
    items.find(({ version }) => version === (chosen.left ?? (right?.version ?? 1) - 1)) ??
    items[1] ??
    items[0];
  return (
    <div className="flex flex-col gap-4">
      <Table
        label={t('agents.tab.versions')}
        items={items}
        keyOf={({ version }) => String(version)}
        columns={[
          {
            name: 'version',
            label: t('agents.column.version'),
            render: ({ version }) => (
              <span className="flex items-center gap-2">
                <Link
                  to="/agents/$agentId"
                  params={{ agentId: agent.id }}
                  search={{ version }}
                  className="font-medium hover:underline"
                >
                  {t('agents.version', { version })}
                </Link>
                {version === agent.version && <Badge tone="accent">{t('agents.latest')}</Badge>}
              </span>
            ),
          },
          {
            name: 'model',
            label: t('agents.model'),
            render: ({ model }) => <code className="text-xs">{model.id}</code>,
          },
          { name: 'saved', label: t('agents.saved'), render: ({ updated_at: at }) => <Ago at={at} /> },
        ]}
      />
      <LoadMore hasMore={versions.hasMore} busy={versions.isFetchingMore} onMore={versions.fetchMore} />
      {left && right && left !== right && (
        <section className="flex flex-col gap-2" aria-label={t('agents.compare')}>
          <div className="flex flex-wrap items-center gap-2">
            <h2 className="mr-auto font-semibold max-sm:w-full">{t('agents.compare')}</h2>
            <VersionSelect
              label={t('agents.compareFrom')}
              items={items}
              value={left.version}
              onChange={(version) => setChosen({ ...chosen, left: version })}
            />
            <span aria-hidden>→</span>
            <VersionSelect
              label={t('agents.compareTo')}
              items={items}
              value={right.version}
              onChange={(version) => setChosen({ ...chosen, right: version })}
            />
          </div>
          <SideBySide
            before={toReadable(toBody(left))}
            after={toReadable(toBody(right))}
            names={[
              t('agents.version', { version: left.version }),
              t('agents.version', { version: right.version }),
            ]}
          />
        </section>
      )}
    </div>
  );
}

function VersionSelect({
  label,
  items,
  value,
  onChange,
}: {
  label: string;
  items: readonly Agent[];
  value: number;
  onChange: (version: number) => void;
}): ReactNode {
  const { t } = useTranslation();
  return (
    <Select
      aria-label={label}
      className="!w-40"
      value={value}
      onChange={(event) => onChange(Number(event.target.value))}
    >
      {items.map(({ version }) => (
        <option key={version} value={version}>
          {t('agents.version', { version })}
        </option>
      ))}
    </Select>
  );
}
