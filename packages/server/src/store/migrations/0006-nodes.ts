import type { Dialect } from '../dialect.ts';

/** Several nodes on one database: which are there, and which sessions wait for one that is away. */
export const nodes = {
  version: 6,
  name: 'nodes',
  walks: 'session_heads',
  statements({ types: { id, text, integer }, tableOptions }: Dialect): string[] {
    return [
      `create table nodes (
        id ${id} not null primary key,
        name ${text} not null,
        seen_at ${integer} not null
      ) ${tableOptions}`,
      `alter table session_heads add column waits_for ${id}`,
      `create index session_heads_by_waits_for on session_heads (waits_for, tenant_id, session_id)
        where waits_for is not null`,
    ];
  },
};
