import type { Dialect } from '../dialect.ts';

/** What a file was like when its bytes were taken, so that one that has not changed is not read again. */
export const fileStamps = {
  version: 10,
  name: 'file-stamps',
  statements({ types: { text } }: Dialect): string[] {
    return [`alter table files add column stamp ${text}`];
  },
};
