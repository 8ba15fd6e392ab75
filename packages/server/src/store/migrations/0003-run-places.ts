import type { Dialect } from '../dialect.ts';

/** A run that was cut is compared with its part of the log: where that begins. */
export const runPlaces = {
  version: 3,
  name: 'run-places',
  statements({ types: { integer } }: Dialect): string[] {
    return [`alter table runs add column first_seq ${integer}`];
  },
};
