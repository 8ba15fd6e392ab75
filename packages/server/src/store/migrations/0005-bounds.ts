import type { Dialect } from '../dialect.ts';

/** How large a session's log is, and what retention has removed of it. Logs of earlier releases count from now on. */
export const bounds = {
  version: 5,
  name: 'bounds',
  statements({ types: { integer } }: Dialect): string[] {
    return [
      `alter table session_heads add column log_bytes ${integer} not null default 0`,
      `alter table session_heads add column transcript_removed_at ${integer}`,
      `alter table session_heads add column workspace_removed_at ${integer}`,
    ];
  },
};
