import type { Bar, Lane } from './lanes.ts';

export type Tone = 'ended' | 'running' | 'failed';

/** What is drawn as one: a call, or calls so short and so near each other that no eye could tell them apart. */
export interface Stretch {
  tone: Tone;
  from: number;
  to: number;
  isOfShort: boolean;
}

/** As a share of the lane: so wide that it can be seen. */
export const LEAST_WIDTH = 0.008;

/** However many calls a lane has, these are a few hundred at most. Pure. */
export function toStretches({ bars }: Lane): Stretch[] {
  const stretches: Stretch[] = [];
  const latest: Partial<Record<Tone, Stretch>> = {};
  for (const bar of bars) {
    const { from } = bar;
    const tone = toneOf(bar);
    const before = latest[tone];
    const isOfShort = bar.to - from < LEAST_WIDTH;
    const to = isOfShort ? from + LEAST_WIDTH : bar.to;
    if (isOfShort && before?.isOfShort === true && from <= before.to) before.to = to;
    else stretches.push((latest[tone] = { tone, from, to, isOfShort }));
  }
  return stretches;
}

/** The call at this place of a lane, or the nearest to it. */
export function nearestBar({ bars }: Lane, at: number): Bar | undefined {
  const distance = ({ from, to }: Bar): number => Math.max(from - at, at - to, 0);
  const nearest = bars.reduce<Bar | undefined>(
    (best, bar) => (best === undefined || distance(bar) < distance(best) ? bar : best),
    undefined,
  );
  return nearest && distance(nearest) <= 2 * LEAST_WIDTH ? nearest : undefined;
}

function toneOf({ span }: Bar): Tone {
  if (span.isError === true) return 'failed';
  return span.endedAt === undefined ? 'running' : 'ended';
}
