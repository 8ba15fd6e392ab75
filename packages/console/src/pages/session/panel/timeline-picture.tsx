import { useId, useState, type KeyboardEvent, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { formatCount, formatDuration, formatUsd } from '../../../lib/format.ts';
import type { Bar, Lane } from './lanes.ts';

const LANE_HEIGHT = 18;
const BAR_HEIGHT = 10;
/** In percent, so that the shortest call can be seen and pointed at. */
const LEAST_WIDTH = 0.8;

/** A line for each turn, a bar for each call of the model. Arrow keys go from bar to bar. */
export function TimelinePicture({
  lanes,
  summary,
  children,
}: {
  lanes: readonly Lane[];
  summary: string;
  /** Beside the summary. */
  children: ReactNode;
}): ReactNode {
  const { t } = useTranslation();
  const id = useId();
  const [chosen, setChosen] = useState<number>();
  const bars = lanes.flatMap((lane) => lane.bars);
  const bar = bars.find(({ number }) => number === chosen);
  const choose = (number: number): void => {
    const within = Math.max(1, Math.min(bars.length, number));
    setChosen(within);
    document.getElementById(`${id}${within}`)?.scrollIntoView({ block: 'nearest' });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const current = chosen ?? bars.length + 1;
    const lane = lanes.findIndex((one) => one.bars.some(({ number }) => number === chosen));
    if (event.key === 'ArrowLeft') choose(current - 1);
    else if (event.key === 'ArrowRight') choose(current + 1);
    else if (event.key === 'Home') choose(1);
    else if (event.key === 'End') choose(bars.length);
    else if (event.key === 'ArrowUp') choose(lanes[lane - 1]?.bars[0]?.number ?? 1);
    else if (event.key === 'ArrowDown') choose(lanes[lane + 1]?.bars[0]?.number ?? bars.length);
    else return;
    event.preventDefault();
  };
  return (
    <>
      <div className="max-h-60 overflow-y-auto">
        <svg
          role="listbox"
          tabIndex={0}
          aria-label={t('session.panel.timeline.picture')}
          aria-activedescendant={chosen === undefined ? undefined : `${id}${chosen}`}
          onKeyDown={onKeyDown}
          onFocus={() => chosen === undefined && choose(bars.length)}
          onMouseLeave={() => setChosen(undefined)}
          width="100%"
          height={lanes.length * LANE_HEIGHT}
          className="block rounded"
        >
          {lanes.map((lane, index) => (
            <LaneShape
              key={lane.turn}
              lane={lane}
              y={index * LANE_HEIGHT + (LANE_HEIGHT - BAR_HEIGHT) / 2}
              id={id}
              chosen={chosen}
              onChoose={setChosen}
            />
          ))}
        </svg>
      </div>
      <div className="flex min-h-13 items-start gap-2">
        <div className="min-w-0 flex-1 pt-1 text-xs text-muted" aria-hidden={bar !== undefined}>
          {bar ? <Detail bar={bar} /> : summary}
        </div>
        {children}
      </div>
    </>
  );
}

function LaneShape({
  lane,
  y,
  id,
  chosen,
  onChoose,
}: {
  lane: Lane;
  y: number;
  id: string;
  chosen: number | undefined;
  onChoose: (number: number) => void;
}): ReactNode {
  const describe = useDescription();
  const middle = y + BAR_HEIGHT / 2;
  const end = lane.bars.at(-1)?.to ?? 0;
  return (
    <g role="presentation">
      <line x1="0" x2={`${end * 100}%`} y1={middle} y2={middle} className="stroke-line-strong" />
      {lane.bars.map((bar) => (
        <g key={bar.number} role="presentation">
          {bar.isCut && (
            <rect
              x={`${bar.from * 100 - 2}%`}
              width="1%"
              y={middle - 3}
              height={6}
              className="fill-canvas stroke-line-strong"
            />
          )}
          <rect
            id={`${id}${bar.number}`}
            role="option"
            aria-selected={bar.number === chosen}
            aria-label={describe(bar)}
            onMouseEnter={() => onChoose(bar.number)}
            x={`${bar.from * 100}%`}
            width={`${Math.max(LEAST_WIDTH, (bar.to - bar.from) * 100)}%`}
            y={y}
            height={BAR_HEIGHT}
            rx={2}
            className={`${bar.span.isError === true ? 'fill-bad' : bar.span.endedAt === undefined ? 'fill-busy' : 'fill-accent'} ${bar.number === chosen ? 'stroke-ink stroke-2' : 'stroke-canvas'}`}
          />
        </g>
      ))}
    </g>
  );
}

function Detail({ bar }: { bar: Bar }): ReactNode {
  return <p>{useDescription()(bar)}</p>;
}

/** A call in words. */
function useDescription(): (bar: Bar) => string {
  const { t, i18n } = useTranslation();
  const locale = i18n.language;
  return ({ span, number, durationMs, gapMs }) => {
    const { tokens } = span;
    const count = (value: number): string => formatCount(value, locale);
    return [
      t('session.panel.timeline.call', { number }),
      span.isError === true && t('session.panel.timeline.failed'),
      span.endedAt === undefined && t('session.panel.timeline.running'),
      formatDuration(durationMs, locale),
      tokens && t('session.panel.timeline.input', { tokens: count(tokens.input + tokens.cacheWrite) }),
      tokens &&
        tokens.cacheRead > 0 &&
        t('session.panel.timeline.cached', { tokens: count(tokens.cacheRead) }),
      tokens && t('session.panel.timeline.output', { tokens: count(tokens.output) }),
      span.costUsd !== undefined && formatUsd(span.costUsd, locale),
      span.model,
      gapMs > 0 && t('session.panel.timeline.between', { time: formatDuration(gapMs, locale) }),
    ]
      .filter(Boolean)
      .join(' · ');
  };
}
