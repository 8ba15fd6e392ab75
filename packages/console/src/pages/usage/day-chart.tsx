import { useEffect, useRef, type ReactNode, type RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import { Bar, BarChart, CartesianGrid, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts';
import { formatDay } from './span.ts';

interface ShownLayer {
  key: string;
  name: string;
  colour: string;
  values: number[];
}

/** One stacked bar for each day. For eyes only: the table beside it has the numbers. */
export function DayChart({
  days,
  layers,
  format,
}: {
  days: readonly string[];
  layers: readonly ShownLayer[];
  format: (value: number) => string;
}): ReactNode {
  const { i18n } = useTranslation();
  const data = days.map((day, index) => ({
    day,
    index,
    ...Object.fromEntries(layers.map(({ values }, layer) => [`layer${layer}`, values[index] ?? 0])),
  }));
  const tick = { fill: 'var(--muted)', fontSize: 11 };
  const root = useRef<HTMLDivElement>(null);
  useNoStops(root);
  return (
    <div ref={root} className="h-full">
      <ResponsiveContainer width="100%" height="100%">
        <BarChart data={data} accessibilityLayer={false} margin={{ top: 4, right: 8, bottom: 0, left: 0 }}>
          <CartesianGrid vertical={false} stroke="var(--line)" />
          <XAxis
            dataKey="day"
            tick={tick}
            tickLine={false}
            axisLine={{ stroke: 'var(--line-strong)' }}
            minTickGap={24}
            tickFormatter={(day: string) => formatDay(day, i18n.language)}
          />
          <YAxis
            width={64}
            tick={tick}
            tickLine={false}
            axisLine={false}
            tickFormatter={(value: number) => format(value).replace('.00', '')}
          />
          <Tooltip
            cursor={{ fill: 'var(--hover)' }}
            isAnimationActive={false}
            content={<DayTip days={days} layers={layers} format={format} />}
          />
          {layers.map(({ key, name, colour }, layer) => (
            <Bar
              key={key}
              dataKey={`layer${layer}`}
              name={name}
              stackId="day"
              fill={colour}
              stroke="var(--surface)"
              strokeWidth={0.5}
              maxBarSize={36}
              isAnimationActive={false}
            />
          ))}
        </BarChart>
      </ResponsiveContainer>
    </div>
  );
}

/**
 * React listens for the focus in each layer that the library draws into, and Chromium takes what listens for it in a picture
 * for a stop of the Tab key.
 */
function useNoStops(root: RefObject<HTMLDivElement | null>): void {
  useEffect(() => {
    const picture = root.current;
    if (!picture) return undefined;
    const observer = new MutationObserver(() => {
      for (const layer of picture.querySelectorAll('g[class*="zIndex"]:not([tabindex])')) {
        layer.setAttribute('tabindex', '-1');
      }
    });
    observer.observe(picture, { childList: true, subtree: true });
    return () => observer.disconnect();
  }, [root]);
}

function DayTip({
  days,
  layers,
  format,
  active = false,
  label: day,
}: {
  days: readonly string[];
  layers: readonly ShownLayer[];
  format: (value: number) => string;
  /** These two come from the library. */
  active?: boolean;
  label?: unknown;
}): ReactNode {
  const { t, i18n } = useTranslation();
  if (!active || typeof day !== 'string') return null;
  const index = days.indexOf(day);
  const used = layers.filter(({ values }) => (values[index] ?? 0) > 0);
  const sum = used.reduce((total, { values }) => total + (values[index] ?? 0), 0);
  return (
    <div className="rounded-md border bg-surface px-3 py-2 text-xs shadow-lg">
      <p className="flex justify-between gap-6 font-medium tabular-nums">
        <span>{formatDay(day, i18n.language, { withYear: true })}</span>
        <span>{format(sum)}</span>
      </p>
      <ul aria-label={t('usage.byDay.sum')}>
        {used.map(({ key, name, colour, values }) => (
          <li key={key} className="mt-1 flex items-center gap-1.5 tabular-nums">
            <span className="size-2 shrink-0 rounded-xs" style={{ background: colour }} />
            <span className="mr-auto max-w-48 truncate pr-4">{name}</span>
            {format(values[index] ?? 0)}
          </li>
        ))}
      </ul>
    </div>
  );
}
