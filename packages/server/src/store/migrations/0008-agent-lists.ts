import type { Dialect } from '../dialect.ts';

/** Programs archive what they made: lists do not go through all of that. */
export const agentLists = {
  version: 8,
  name: 'agent-lists',
  statements(_dialect: Dialect): string[] {
    return ['agents', 'environments'].map(
      (table) => `create index ${table}_not_archived on ${table} (tenant_id, id) where archived_at is null`,
    );
  },
};
