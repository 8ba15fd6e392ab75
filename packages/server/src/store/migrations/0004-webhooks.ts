import type { Dialect } from '../dialect.ts';

/** Requests that are made once, and messages to the operator's webhook. */
export const webhooks = {
  version: 4,
  name: 'webhooks',
  statements({ types: { id, text, integer }, tableOptions, compress }: Dialect): string[] {
    return [
      `create table idempotency_keys (
        tenant_id ${id} not null,
        scope ${id} not null,
        idempotency_key ${id} not null,
        request_hash ${text} not null,
        answer ${text} not null,
        created_at ${integer} not null,
        expires_at ${integer} not null,
        primary key (tenant_id, scope, idempotency_key)
      ) ${tableOptions}`,
      `create index idempotency_keys_by_end on idempotency_keys (expires_at)`,

      `create table webhook_deliveries (
        tenant_id ${id} not null,
        id ${id} not null,
        session_id ${id} not null,
        type ${text} not null,
        payload ${text} not null,
        state ${text} not null,
        attempts ${integer} not null,
        failures ${integer} not null,
        next_attempt_at ${integer},
        lease_until ${integer},
        last_attempt_at ${integer},
        response_status ${integer},
        error ${text},
        created_at ${integer} not null,
        primary key (tenant_id, id)
      ) ${tableOptions}`,
      `create index webhook_deliveries_by_attempt on webhook_deliveries (next_attempt_at)
        where next_attempt_at is not null`,
      `create index webhook_deliveries_by_session on webhook_deliveries (tenant_id, session_id, id)`,
      `create index webhook_deliveries_by_state on webhook_deliveries (tenant_id, state, id)`,
      `create index webhook_deliveries_by_age on webhook_deliveries (created_at)`,
      ...compress('webhook_deliveries', 'payload'),
    ];
  },
};
