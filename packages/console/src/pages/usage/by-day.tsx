import { ChevronRight } from 'lucide-react';
import { lazy, Suspense, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Usage } from '../../api/usage.ts';
import { formatCount, formatUsd } from '../../lib/format.ts';
import { Table } from '../../ui/table.tsx';
import { Card } from '../../ui/page.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import { CHART_COLOURS, OTHERS_COLOUR } from './colours.ts';
import { formatDay } from './span.ts';
import { stackOf, type Division, type Layer, type Measure } from './stack.ts';

// The library is large, and the numbers are there before the picture.
const DayChart = lazy(async () => ({ default: (await import('./day-chart.tsx')).DayChart }));

/** Spend or tokens of each day, divided by agent or model: as a picture, and as a table. */
export function ByDay({ usage }: { usage: Usage }): ReactNode {
  const { t, i18n } = useTranslation();
  const [measure, setMeasure] = useState<Measure>('cost');
  const [division, setDivision] = useState<Division>('agent');
  const layers = stackOf(usage, division, measure).map((layer, index) => ({
    ...layer,
    name: nameOf(layer, t('usage.byDay.others'), t('usage.table.quick')),
    colour: layer.name === null ? OTHERS_COLOUR : (CHART_COLOURS[index] ?? OTHERS_COLOUR),
  }));
  const format = (value: number): string =>
    measure === 'cost' ? formatUsd(value, i18n.language) : formatCount(value, i18n.language);
  const days = usage.days.map(({ day }) => day);
  return (
    <Card
      title={t('usage.byDay.title')}
      actions={
        <span className="flex flex-wrap gap-2 py-1.5">
          <Segmented
            label={t('usage.byDay.measure')}
            value={measure}
            onChange={setMeasure}
            options={(['cost', 'tokens'] as const).map((value) => ({
              value,
              label: t(`usage.byDay.${value}`),
            }))}
          />
          <Segmented
            label={t('usage.byDay.stack')}
            value={division}
            onChange={setDivision}
            options={(['agent', 'model'] as const).map((value) => ({
              value,
              label: t(`usage.byDay.${value}`),
            }))}
          />
        </span>
      }
    >
      <div
        role="img"
        aria-label={t('usage.byDay.picture', {
          measure: t(`usage.byDay.${measure}`),
          from: formatDay(usage.from, i18n.language),
          to: formatDay(usage.to, i18n.language),
        })}
        className="h-64 px-2 pt-4"
      >
        <Suspense fallback={<div className="h-full animate-pulse rounded-md bg-sunken" />}>
          <DayChart days={days} layers={layers} format={format} />
        </Suspense>
      </div>
      <ul className="flex flex-wrap gap-x-4 gap-y-1 px-4 py-3 text-xs text-muted">
        {layers.map(({ key, name, colour }) => (
          <li key={key} className="flex min-w-0 items-center gap-1.5">
            <span className="size-2.5 shrink-0 rounded-xs" style={{ background: colour }} aria-hidden />
            <span className="truncate">{name}</span>
          </li>
        ))}
      </ul>
      <details className="group border-t">
        <summary className="flex min-h-9 cursor-pointer list-none items-center gap-1.5 px-4 py-2 text-sm text-muted hover:bg-hover [&::-webkit-details-marker]:hidden">
          <ChevronRight className="size-4 transition-transform group-open:rotate-90" aria-hidden />
          {t('usage.byDay.table')}
        </summary>
        <div
          role="region"
          aria-label={t('usage.byDay.table')}
          // It scrolls, so the keyboard has to get there.
          // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
          tabIndex={0}
          className="max-h-96 overflow-auto"
        >
          <DayTable days={days} layers={layers} format={format} />
        </div>
      </details>
    </Card>
  );
}

interface Props {
  days: readonly string[];
  layers: readonly (Layer & { name: string })[];
  format: (value: number) => string;
}

function DayTable({ days, layers, format }: Props): ReactNode {
  const { t, i18n } = useTranslation();
  const rows = days.map((day, index) => ({ day, values: layers.map(({ values }) => values[index] ?? 0) }));
  return (
    <Table
      inCard
      label={t('usage.byDay.title')}
      items={rows.toReversed()}
      keyOf={({ day }) => day}
      columns={[
        {
          name: 'day',
          label: t('usage.byDay.day'),
          render: ({ day }) => formatDay(day, i18n.language, { withYear: true }),
          className: 'whitespace-nowrap',
        },
        {
          name: 'sum',
          label: t('usage.byDay.sum'),
          isNumber: true,
          render: ({ values }) => format(values.reduce((sum, value) => sum + value, 0)),
        },
        ...layers.map(({ key, name }, index) => ({
          name: `layer-${key}`,
          label: name,
          isNumber: true,
          render: ({ values }: { values: number[] }) => format(values[index] ?? 0),
        })),
      ]}
    />
  );
}

function nameOf({ name }: Layer, others: string, quick: string): string {
  // What POST /execute/ starts has this agent behind it.
  return name === 'execute' ? quick : (name ?? others);
}
