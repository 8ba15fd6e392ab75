import { useRef, useState, type KeyboardEvent, type MouseEvent, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { formatCount, formatDuration, formatUsd } from '../../../lib/format.ts';
import type { Bar, Lane } from './lanes.ts';
import { LEAST_WIDTH, nearestBar, toStretches, type Tone } from './stretches.ts';
import { useWindow } from './use-window.ts';

const LANE_HEIGHT = 18;
const BAR_HEIGHT = 10;
/** As high as the box is at most. */
const LANES_SEEN = 14;
/** What a lane is wide, in the units of the picture. */
const WIDTH = 1000;

const TONES: readonly (readonly [Tone, string])[] = [
  ['ended', 'fill-accent'],
  ['running', 'fill-busy'],
  // Last: the one that failed is seen among a thousand others.
  ['failed', 'fill-bad'],
];

/**
 * A line for each turn, a bar for each call of the model. A slider from call to call, for the arrow keys and in words. Of
 * as many elements for one call as for thousands: all that has one colour is one path.
 */
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
  const describe = useDescription();
  const scroller = useRef<HTMLDivElement>(null);
  const [chosen, setChosen] = useState<number>();
  const { first, end, onScroll } = useWindow(lanes.length, LANE_HEIGHT, LANES_SEEN);
  const bars = lanes.flatMap((lane) => lane.bars);
  const bar = bars[(chosen ?? 0) - 1];
  const laneOf = (number: number): number =>
    lanes.findIndex((lane) => number <= (lane.bars.at(-1)?.number ?? 0));
  const choose = (number: number): void => {
    const within = Math.max(1, Math.min(bars.length, number));
    setChosen(within);
    if (scroller.current) reveal(scroller.current, laneOf(within) * LANE_HEIGHT);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const current = chosen ?? bars.length + 1;
    const lane = chosen === undefined ? -1 : laneOf(chosen);
    if (event.key === 'ArrowLeft') choose(current - 1);
    else if (event.key === 'ArrowRight') choose(current + 1);
    else if (event.key === 'Home') choose(1);
    else if (event.key === 'End') choose(bars.length);
    else if (event.key === 'ArrowUp') choose(lanes[lane - 1]?.bars[0]?.number ?? 1);
    else if (event.key === 'ArrowDown') choose(lanes[lane + 1]?.bars[0]?.number ?? bars.length);
    else return;
    event.preventDefault();
  };
  const onMouseMove = ({ currentTarget, clientX, clientY }: MouseEvent): void => {
    const { left, top, width } = currentTarget.getBoundingClientRect();
    const lane = lanes[Math.floor((clientY - top) / LANE_HEIGHT)];
    setChosen(lane && nearestBar(lane, (clientX - left) / width)?.number);
  };
  const told = bar ?? bars.at(-1);
  return (
    <>
      <div ref={scroller} onScroll={onScroll} className="max-h-60 overflow-y-auto">
        <svg
          role="slider"
          tabIndex={0}
          aria-label={t('session.panel.timeline.picture')}
          aria-valuemin={1}
          aria-valuemax={bars.length}
          aria-valuenow={chosen ?? bars.length}
          aria-valuetext={told && describe(told)}
          onKeyDown={onKeyDown}
          onFocus={() => chosen === undefined && choose(bars.length)}
          onMouseMove={onMouseMove}
          onMouseLeave={() => setChosen(undefined)}
          viewBox={`0 0 ${WIDTH} ${lanes.length * LANE_HEIGHT}`}
          preserveAspectRatio="none"
          width="100%"
          height={lanes.length * LANE_HEIGHT}
          className="block rounded"
        >
          <Shapes lanes={lanes} first={first} end={end} />
          {bar && (
            <path
              d={box(bar.from, Math.max(bar.to, bar.from + LEAST_WIDTH), middleOf(laneOf(bar.number)))}
              vectorEffect="non-scaling-stroke"
              className="fill-none stroke-ink stroke-2"
            />
          )}
        </svg>
      </div>
      <div className="flex min-h-13 items-start gap-2">
        <div className="min-w-0 flex-1 pt-1 text-xs text-muted" aria-hidden={bar !== undefined}>
          {bar ? <p>{describe(bar)}</p> : summary}
        </div>
        {children}
      </div>
    </>
  );
}

/** The lanes from `first` to before `end`. */
function Shapes({ lanes, first, end }: { lanes: readonly Lane[]; first: number; end: number }): ReactNode {
  const paths: Record<Tone | 'line' | 'cut', string> = {
    line: '',
    cut: '',
    ended: '',
    running: '',
    failed: '',
  };
  for (const [index, lane] of lanes.slice(first, end).entries()) {
    const middle = middleOf(first + index);
    paths.line += `M0 ${middle}H${(lane.bars.at(-1)?.to ?? 0) * WIDTH}`;
    for (const { tone, from, to } of toStretches(lane)) paths[tone] += box(from, to, middle);
    for (const { from } of lane.bars.filter(({ isCut }) => isCut)) {
      paths.cut += box(from - 0.02, from - 0.01, middle, 6);
    }
  }
  return (
    <>
      <path d={paths.line} vectorEffect="non-scaling-stroke" className="fill-none stroke-line-strong" />
      <path d={paths.cut} vectorEffect="non-scaling-stroke" className="fill-canvas stroke-line-strong" />
      {TONES.map(([tone, colour]) => (
        <path
          key={tone}
          d={paths[tone]}
          vectorEffect="non-scaling-stroke"
          className={`${colour} stroke-canvas`}
        />
      ))}
    </>
  );
}

function middleOf(lane: number): number {
  return (lane + 0.5) * LANE_HEIGHT;
}

/** From one share of the lane to another. */
function box(from: number, to: number, middle: number, height = BAR_HEIGHT): string {
  const [left, right] = [from * WIDTH, to * WIDTH].map((place) => place.toFixed(1));
  return `M${left} ${middle - height / 2}H${right}v${height}H${left}z`;
}

/** Scrolls as little as it takes to see the lane at `top`. */
function reveal(scroller: HTMLElement, top: number): void {
  const lowest = top + LANE_HEIGHT - scroller.clientHeight;
  scroller.scrollTop = Math.min(top, Math.max(lowest, scroller.scrollTop));
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
