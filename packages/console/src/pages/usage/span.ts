import type { Span } from '../../api/usage.ts';

export const PRESETS = [7, 30, 90] as const;
export type Preset = (typeof PRESETS)[number];

/** What stands in the address: so many days up to today, or from one day to another. */
export interface SpanSearch {
  days?: Preset;
  from?: string;
  to?: string;
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const DAY_MS = 86_400_000;
/** What the server takes. */
const MOST_DAYS = 366;

export function parseSpanSearch(search: Record<string, unknown>): SpanSearch {
  const { from, to } = search;
  if (isDay(from) && isDay(to)) return { from, to };
  const days = PRESETS.find((preset) => preset === Number(search['days']));
  return days === undefined ? {} : { days };
}

/** `now`: today is the UTC day in it. */
export function toSpan({ days = 30, from, to }: SpanSearch, now: number): Required<Span> {
  if (from !== undefined && to !== undefined) return { from, to };
  return { from: dayOf(now - (days - 1) * DAY_MS), to: dayOf(now) };
}

export function isPossible(from: string, to: string): boolean {
  const length = (Date.parse(to) - Date.parse(from)) / DAY_MS + 1;
  return isDay(from) && isDay(to) && length >= 1 && length <= MOST_DAYS;
}

/** `Nov 25`; with the year where it is asked for. */
export function formatDay(day: string, locale: string, { withYear = false } = {}): string {
  return new Intl.DateTimeFormat(locale, {
    month: 'short',
    day: 'numeric',
    timeZone: 'UTC',
    ...(withYear && { year: 'numeric' }),
  }).format(Date.parse(day));
}

function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

function isDay(value: unknown): value is string {
  return typeof value === 'string' && DAY.test(value) && !Number.isNaN(Date.parse(value));
}
