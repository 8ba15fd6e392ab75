import type { Dialect } from '../dialect.ts';

/** What `/v1` adds: agents with versions, environments, files, and what a session knows of them. */
export const managedAgents = {
  version: 7,
  name: 'managed-agents',
  statements({ types: { id, text, integer }, tableOptions, compress }: Dialect): string[] {
    return [
      `create table agents (
        tenant_id ${id} not null,
        id ${id} not null,
        version ${integer} not null,
        config ${text} not null,
        created_at ${integer} not null,
        updated_at ${integer} not null,
        archived_at ${integer},
        primary key (tenant_id, id)
      ) ${tableOptions}`,
      `create table agent_versions (
        tenant_id ${id} not null,
        agent_id ${id} not null,
        version ${integer} not null,
        config ${text} not null,
        created_at ${integer} not null,
        primary key (tenant_id, agent_id, version)
      ) ${tableOptions}`,
      `create table environments (
        tenant_id ${id} not null,
        id ${id} not null,
        body ${text} not null,
        created_at ${integer} not null,
        updated_at ${integer} not null,
        archived_at ${integer},
        primary key (tenant_id, id)
      ) ${tableOptions}`,
      `create table files (
        tenant_id ${id} not null,
        id ${id} not null,
        session_id ${id},
        path ${text},
        filename ${text} not null,
        mime_type ${text} not null,
        size_bytes ${integer} not null,
        digest ${text} not null,
        downloadable ${integer} not null,
        created_at ${integer} not null,
        expires_at ${integer},
        primary key (tenant_id, id)
      ) ${tableOptions}`,
      `create index files_by_session on files (tenant_id, session_id, id) where session_id is not null`,
      `create index files_by_digest on files (digest)`,
      `create index files_by_expiry on files (expires_at) where expires_at is not null`,
      `create table session_resources (
        tenant_id ${id} not null,
        session_id ${id} not null,
        id ${id} not null,
        body ${text} not null,
        secret ${text},
        created_at ${integer} not null,
        updated_at ${integer} not null,
        primary key (tenant_id, session_id, id)
      ) ${tableOptions}`,

      `alter table sessions add column environment_id ${id}`,
      `alter table sessions add column agent_id ${id}`,
      `alter table sessions add column agent_version ${integer}`,
      `alter table sessions add column agent ${text}`,
      `alter table sessions add column budget ${text}`,
      `alter table sessions add column outcomes ${text}`,
      `alter table sessions add column archived_at ${integer}`,
      `create index sessions_by_agent on sessions (tenant_id, agent_id, id) where agent_id is not null`,
      `create index sessions_not_archived on sessions (tenant_id, id) where archived_at is null`,

      `alter table events add column at_us ${integer}`,
      `alter table session_heads add column last_event_us ${integer} not null default 0`,
      `alter table session_heads add column usage ${text}`,
      `alter table session_heads add column sent ${text}`,
      ...compress('agent_versions', 'config'),
      ...compress('sessions', 'agent'),
    ];
  },
};
