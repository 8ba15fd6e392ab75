import type { Dialect } from '../dialect.ts';

/** Runs that were cut go on, and calls wait for a person. */
export const recovery = {
  version: 2,
  name: 'recovery',
  statements({ types: { id, text, integer }, tableOptions, compress }: Dialect): string[] {
    return [
      `alter table runs add column attempts ${integer} not null default 0`,
      `alter table sessions add column grants ${text}`,

      `create table approvals (
        tenant_id ${id} not null,
        id ${id} not null,
        session_id ${id} not null,
        run_id ${id} not null,
        tool_use_id ${text} not null,
        kind ${text} not null,
        name ${text} not null,
        input ${text} not null,
        rules ${text} not null,
        reason ${text},
        parent_tool_use_id ${text},
        state ${text} not null,
        decision ${text},
        created_at ${integer} not null,
        closed_at ${integer},
        delivered_at ${integer},
        primary key (tenant_id, id)
      ) ${tableOptions}`,
      `create index approvals_by_session on approvals (tenant_id, session_id, id)`,
      `create index approvals_by_state on approvals (tenant_id, state, id)`,
      ...compress('approvals', 'input'),
    ];
  },
};
