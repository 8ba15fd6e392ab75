import type { ConversationItem, Span } from '../../../live/session-items.ts';

/** A call of the model in the picture; places are shares of the lane, 0 to 1. */
export interface Bar {
  span: Span;
  /** Counted from 1, over all lanes. */
  number: number;
  durationMs: number;
  from: number;
  to: number;
  /** How long tools and people took before it; 0 for the first of a turn. */
  gapMs: number;
  /** That gap is drawn shorter than it was. */
  isCut: boolean;
}

/** A turn: the calls between what a person said and the rest after it. */
export interface Lane {
  turn: number;
  bars: readonly Bar[];
}

export interface Lanes {
  lanes: readonly Lane[];
  modelMs: number;
  otherMs: number;
}

/** A gap is drawn as long as the longest call at most, or so long: hours of waiting would press the rest together. */
const LONG_GAP_MS = 5000;

/** Model calls as a picture: a line for each turn, all in the scale of the longest. Pure. */
export function toLanes(spans: readonly Span[], items: readonly ConversationItem[], now: number): Lanes {
  const starts = turnStarts(items);
  const lengthOf = ({ startedAt, endedAt = now }: Span): number => Math.max(0, endedAt - startedAt);
  const mostGap = spans.reduce((most, span) => Math.max(most, lengthOf(span)), LONG_GAP_MS);
  const drawn = new Map<number, Bar[]>();
  let longest = 1;
  let modelMs = 0;
  let otherMs = 0;
  let turn = 0;
  let at = 0;
  let before: Span | undefined;
  for (const [index, span] of spans.entries()) {
    while ((starts[turn + 1] ?? Infinity) <= span.startedAt) turn++;
    const bars = drawn.get(turn) ?? [];
    drawn.set(turn, bars);
    const isFirst = bars.length === 0;
    const gapMs = isFirst || !before ? 0 : Math.max(0, span.startedAt - (before.endedAt ?? span.startedAt));
    if (isFirst) at = 0;
    const from = at + Math.min(gapMs, mostGap);
    at = from + lengthOf(span);
    bars.push({
      span,
      number: index + 1,
      durationMs: lengthOf(span),
      from,
      to: at,
      gapMs,
      isCut: gapMs > mostGap,
    });
    longest = Math.max(longest, at);
    modelMs += lengthOf(span);
    otherMs += gapMs;
    before = span;
  }
  const lanes = [...drawn].map(([number, bars]) => ({
    turn: number,
    bars: bars.map((bar) => ({ ...bar, from: bar.from / longest, to: bar.to / longest })),
  }));
  return { lanes, modelMs, otherMs };
}

/** When each turn began, by its number. */
function turnStarts(items: readonly ConversationItem[]): number[] {
  const starts: number[] = [];
  for (const { turn, at } of items) starts[turn] ??= at;
  return starts;
}
