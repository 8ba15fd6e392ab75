import { z } from 'zod';
import { queryList } from './query.ts';

// What `include[]` adds to the events of a session. An extension: without it they are those of the hosted API.

const PARTS = ['thinking', 'subagents', 'results'] as const;
type Part = (typeof PARTS)[number];

export type Included = ReadonlySet<Part>;

export const NOTHING_MORE: Included = new Set();
/** For whoever looks for an event: ids and places are the same with any parts. */
export const EVERYTHING: Included = new Set(PARTS);

export const includeField = queryList(z.enum(PARTS)).describe(
  'An extension. Also the text of thinking, the events of subagents, how runs and calls ended.',
);

export function toIncluded(include: readonly Part[] | undefined): Included {
  return include && include.length > 0 ? new Set(include) : NOTHING_MORE;
}

/** In the filters of a page's cursor; undefined: nothing more, as in cursors without the parameter. */
export function nameIncluded(included: Included): string[] | undefined {
  return included.size > 0 ? [...included].toSorted() : undefined;
}
