import type { Dialect } from '../dialect.ts';

/** Where a session that goes on from another one comes from. */
export const forks = {
  version: 13,
  name: 'forks',
  statements({ types: { text } }: Dialect): string[] {
    return [`alter table sessions add column forked_from ${text}`];
  },
};
