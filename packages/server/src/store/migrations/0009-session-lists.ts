import type { Dialect } from '../dialect.ts';

/** What the list of `/v1` needs so that each of its filters reads only the sessions that it shows. */
export const sessionLists = {
  version: 9,
  name: 'session-lists',
  statements({ types: { id }, tableOptions }: Dialect): string[] {
    return [
      `create table session_labels (
        tenant_id ${id} not null,
        session_id ${id} not null,
        label ${id} not null,
        primary key (tenant_id, session_id, label)
      ) ${tableOptions}`,
      `create index session_labels_by_label on session_labels (tenant_id, label, session_id)`,
      `create index sessions_archived on sessions (tenant_id, id) where archived_at is not null`,
      `create index sessions_of_agent_not_archived on sessions (tenant_id, agent_id, id)
        where agent_id is not null and archived_at is null`,
    ];
  },
};
