import type { IdempotencyRecord } from './records.ts';
import type { IdempotencyTable } from './tables.ts';

export function toIdempotencyRow(tenantId: string, record: IdempotencyRecord): IdempotencyTable {
  return {
    tenant_id: tenantId,
    scope: record.scope,
    idempotency_key: record.key,
    request_hash: record.requestHash,
    answer: record.answer,
    created_at: record.createdAt,
    expires_at: record.expiresAt,
  };
}

export function parseIdempotency(row: IdempotencyTable): IdempotencyRecord {
  return {
    scope: row.scope,
    key: row.idempotency_key,
    requestHash: row.request_hash,
    answer: row.answer,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
  };
}
