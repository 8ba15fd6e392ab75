import { z } from 'zod';
import { DAY } from '../../lib/duration.ts';
import type { DaySpan } from '../../store/usage-reports.ts';
import { ValidationError } from '../errors.ts';
import { optional } from '../fields.ts';

const MAX_DAYS = 366;
const DEFAULT_DAYS = 30;

const day = z.iso
  .date('Input should be a day such as 2026-11-25')
  .transform((text) => Date.parse(text) / DAY);

/** The days that a report is about, as parameters. */
export const spanQuery = z.object({
  from: optional(day).describe(`The first day, in UTC. Default: ${DEFAULT_DAYS} days in all.`),
  to: optional(day).describe(
    `The last day, which is part of it; at most ${MAX_DAYS} in all. Default: today.`,
  ),
});

/** The days that a client asks for. Throws ValidationError when there are none, or too many. */
export function toSpan(query: z.infer<typeof spanQuery>, now: number): DaySpan {
  const to = query.to ?? Math.max(Math.floor(now / DAY), query.from ?? 0);
  const from = query.from ?? to - DEFAULT_DAYS + 1;
  if (from > to) throw refuse(from, 'Input should not be after `to`');
  if (to - from >= MAX_DAYS)
    throw refuse(from, `Input should be at most ${MAX_DAYS} days before the end of \`to\``);
  return { from, to };
}

/** As it is written. */
export function formatDay(dayNumber: number): string {
  return new Date(dayNumber * DAY).toISOString().slice(0, 10);
}

function refuse(from: number, msg: string): ValidationError {
  return new ValidationError([{ type: 'value_error', loc: ['query', 'from'], msg, input: formatDay(from) }]);
}
