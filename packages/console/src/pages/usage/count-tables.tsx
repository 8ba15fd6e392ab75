import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Counts, Usage } from '../../api/usage.ts';
import { Table, type Column } from '../../ui/table.tsx';
import { Card } from '../../ui/page.tsx';
import { Count, Usd } from '../../ui/values.tsx';

export function AgentTable({ usage }: { usage: Usage }): ReactNode {
  const { t } = useTranslation();
  return (
    <CountTable
      title={t('usage.sections.agents')}
      total={usage.totals.cost_usd}
      leftOff={usage.agents_left_off}
      rows={usage.by_agent}
      rowKey={({ agent_id: id }) => id}
      nameLabel={t('usage.table.agent')}
      renderName={({ agent_id: id, name }) =>
        name === null ? (
          <span className="text-muted">
            {t('usage.table.deleted')} <code className="text-2xs">{id}</code>
          </span>
        ) : (
          (name === 'execute' && t('usage.table.quick')) || name
        )
      }
    />
  );
}

export function ModelTable({ usage }: { usage: Usage }): ReactNode {
  const { t } = useTranslation();
  return (
    <CountTable
      title={t('usage.sections.models')}
      total={usage.totals.cost_usd}
      leftOff={usage.models_left_off}
      rows={usage.by_model}
      rowKey={({ model }) => model}
      nameLabel={t('usage.table.model')}
      renderName={({ model }) => <code className="text-xs">{model}</code>}
    />
  );
}

export function TenantTable({ usage }: { usage: Usage }): ReactNode {
  const { t } = useTranslation();
  return (
    <CountTable
      title={t('usage.sections.tenants')}
      total={usage.totals.cost_usd}
      leftOff={0}
      rows={usage.by_tenant}
      rowKey={({ tenant }) => tenant}
      nameLabel={t('usage.table.tenant')}
      renderName={({ tenant }) => tenant}
    />
  );
}

function CountTable<Row extends Counts>({
  title,
  total,
  leftOff,
  rows,
  rowKey,
  nameLabel,
  renderName,
}: {
  title: string;
  total: number;
  leftOff: number;
  rows: readonly Row[];
  rowKey: (row: Row) => string;
  nameLabel: string;
  renderName: (row: Row) => ReactNode;
}): ReactNode {
  const { t } = useTranslation();
  if (rows.length === 0) return null;
  const count = (name: keyof Counts, label: string): Column<Row> => ({
    name,
    label,
    isNumber: true,
    render: (row) => <Count value={row[name]} />,
  });
  return (
    <Card title={title}>
      <div className="overflow-x-auto">
        <Table
          inCard
          label={title}
          items={rows}
          keyOf={rowKey}
          columns={[
            { name: 'name', label: nameLabel, render: renderName },
            {
              name: 'share',
              label: t('usage.table.share'),
              render: (row) => <Share part={total > 0 ? row.cost_usd / total : 0} />,
              className: 'sm:w-40',
            },
            count('requests', t('usage.table.requests')),
            count('input_tokens', t('usage.table.input')),
            count('output_tokens', t('usage.table.output')),
            count('cache_read_input_tokens', t('usage.table.cacheRead')),
            count('cache_creation_input_tokens', t('usage.table.cacheWrite')),
            {
              name: 'cost',
              label: t('usage.table.cost'),
              isNumber: true,
              render: (row) => <Usd value={row.cost_usd} />,
            },
          ]}
        />
      </div>
      {leftOff > 0 && (
        <p className="border-t px-4 py-2 text-xs text-muted">
          {t('usage.table.leftOff', { count: leftOff })}
        </p>
      )}
    </Card>
  );
}

/** A bar with its number. */
export function Share({ part }: { part: number }): ReactNode {
  const { i18n } = useTranslation();
  const text = new Intl.NumberFormat(i18n.language, { style: 'percent' }).format(part);
  return (
    <span className="flex items-center gap-2">
      <span className="h-1.5 w-20 overflow-hidden rounded-full bg-sunken" aria-hidden>
        <span
          className="block h-full rounded-full bg-accent"
          style={{ width: `${Math.min(1, part) * 100}%` }}
        />
      </span>
      <span className="w-9 text-right text-xs text-muted tabular-nums">{text}</span>
    </span>
  );
}
