import type { Dialect } from '../dialect.ts';

/** Everything that the first release stores. */
export const init = {
  version: 1,
  name: 'init',
  statements({ types: { id, text, integer, real }, tableOptions, compress }: Dialect): string[] {
    return [
      `create table tenants (
        id ${id} not null primary key,
        created_at ${integer} not null
      ) ${tableOptions}`,
      `insert into tenants (id, created_at) values ('default', 0)`,

      `create table sessions (
        tenant_id ${id} not null,
        id ${id} not null,
        origin ${text} not null,
        state ${text} not null,
        title ${text},
        metadata ${text},
        workspace_kind ${text} not null,
        workspace_ref ${text} not null,
        home_node ${text},
        agent_session_id ${id},
        total_cost_usd ${real},
        created_at ${integer} not null,
        updated_at ${integer} not null,
        ended_at ${integer},
        primary key (tenant_id, id)
      ) ${tableOptions}`,
      `create index sessions_by_state on sessions (tenant_id, state, id)`,
      `create index sessions_by_end on sessions (tenant_id, ended_at, id) where ended_at is not null`,

      `create table session_heads (
        tenant_id ${id} not null,
        session_id ${id} not null,
        version ${integer} not null,
        last_seq ${integer} not null,
        message_count ${integer} not null,
        open_inputs ${integer} not null,
        last_pos ${integer} not null,
        last_ordinal ${integer},
        wake_at ${integer},
        needs_slot ${integer} not null,
        lease_owner ${text},
        lease_until ${integer},
        lease_epoch ${integer} not null,
        primary key (tenant_id, session_id)
      ) ${tableOptions}`,
      `create index session_heads_by_wake on session_heads (needs_slot, wake_at, tenant_id, session_id)
        where wake_at is not null`,
      `create index session_heads_by_lease on session_heads (lease_until, tenant_id, session_id)
        where lease_until is not null`,

      `create table inputs (
        tenant_id ${id} not null,
        session_id ${id} not null,
        pos ${integer} not null,
        id ${id} not null,
        thread_id ${id} not null,
        kind ${text} not null,
        payload ${text} not null,
        received_at ${integer} not null,
        primary key (tenant_id, session_id, pos)
      ) ${tableOptions}`,

      `create table events (
        tenant_id ${id} not null,
        session_id ${id} not null,
        seq ${integer} not null,
        message_index ${integer},
        id ${id} not null,
        thread_id ${id} not null,
        created_at ${integer} not null,
        payload ${text} not null,
        primary key (tenant_id, session_id, seq)
      ) ${tableOptions}`,
      ...compress('events', 'payload'),

      `create table runs (
        tenant_id ${id} not null,
        session_id ${id} not null,
        ordinal ${integer} not null,
        id ${id} not null,
        state ${text} not null,
        prompt ${text} not null,
        options ${text} not null,
        failure ${text},
        result ${text},
        model_usage ${text},
        cost_usd ${real},
        created_at ${integer} not null,
        started_at ${integer},
        ended_at ${integer},
        primary key (tenant_id, session_id, ordinal)
      ) ${tableOptions}`,
      `create unique index runs_by_id on runs (tenant_id, session_id, id)`,

      `create table transcripts (
        tenant_id ${id} not null,
        session_id ${id} not null,
        agent_session_id ${id} not null,
        subpath ${id} not null,
        ordinal ${integer} not null,
        uuid ${id},
        entry ${text} not null,
        primary key (tenant_id, session_id, agent_session_id, subpath, ordinal)
      ) ${tableOptions}`,
      `create unique index transcripts_by_uuid on transcripts (tenant_id, session_id, agent_session_id, subpath, uuid)
        where uuid is not null`,
      ...compress('transcripts', 'entry'),

      `create table usage (
        tenant_id ${id} not null,
        session_id ${id} not null,
        run_id ${id} not null,
        id ${id} not null,
        model ${text} not null,
        status ${integer} not null,
        request_id ${text},
        input_tokens ${integer} not null,
        output_tokens ${integer} not null,
        cache_read_input_tokens ${integer} not null,
        cache_creation_input_tokens ${integer} not null,
        cost_usd ${real} not null,
        started_at ${integer} not null,
        ended_at ${integer} not null,
        primary key (tenant_id, session_id, run_id, id)
      ) ${tableOptions}`,
    ];
  },
};
