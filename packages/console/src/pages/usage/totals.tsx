import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useServerState } from '../../api/server.ts';
import type { Usage } from '../../api/usage.ts';
import { formatUsd } from '../../lib/format.ts';
import { Meter } from '../../ui/meter.tsx';
import { Count, Usd } from '../../ui/values.tsx';
import { cachedPart, tokensOf } from './stack.ts';

/** The span in four numbers, and what runs now. */
export function Totals({ usage: { totals, days } }: { usage: Usage }): ReactNode {
  const { t, i18n } = useTranslation();
  const cached = cachedPart(totals);
  const percent = new Intl.NumberFormat(i18n.language, { style: 'percent' });
  const perDay = formatUsd(totals.cost_usd / Math.max(1, days.length), i18n.language);
  return (
    <dl aria-label={t('usage.totals.label')} className="grid grid-cols-2 gap-3 lg:grid-cols-4">
      <Tile
        name={t('usage.totals.cost')}
        value={<Usd value={totals.cost_usd} />}
        hint={`${t('usage.totals.perDay', { amount: perDay })} · ${t('usage.totals.costHint')}`}
      />
      <Tile
        name={t('usage.totals.tokens')}
        value={<Count value={tokensOf(totals)} />}
        hint={cached === undefined ? '' : t('usage.totals.cached', { percent: percent.format(cached) })}
      />
      <Tile
        name={t('usage.totals.requests')}
        value={<Count value={totals.requests} />}
        hint={t('usage.totals.failed', { count: totals.failed_requests })}
      />
      <Running />
    </dl>
  );
}

/** Not of the span: it is renewed while the page is open. */
function Running(): ReactNode {
  const { t } = useTranslation();
  const { data } = useServerState();
  if (!data) return <Tile name={t('usage.totals.running')} value="–" hint="" />;
  const { running, max, waiting } = data.agents;
  const slots = t('usage.totals.ofSlots', { max });
  return (
    <Tile
      name={t('usage.totals.running')}
      value={
        <>
          {running} <span className="text-sm font-normal text-muted">{slots}</span>
        </>
      }
      hint={
        <span className="mt-1 flex items-center gap-2">
          <Meter
            label={t('usage.totals.running')}
            value={running}
            max={max}
            text={`${running} ${slots}`}
            tone={running >= max ? 'wait' : 'accent'}
          />
          <span className="shrink-0">{t('usage.totals.waiting', { count: waiting ?? 0 })}</span>
        </span>
      }
    />
  );
}

function Tile({ name, value, hint }: { name: string; value: ReactNode; hint: ReactNode }): ReactNode {
  return (
    <div className="flex flex-col rounded-lg border bg-surface px-4 py-3">
      <dt className="text-xs text-muted">{name}</dt>
      <dd className="text-xl font-semibold tabular-nums">{value}</dd>
      <dd className="min-h-4 text-xs text-muted">{hint}</dd>
    </div>
  );
}
