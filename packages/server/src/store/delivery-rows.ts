import type { DeliveryRecord } from './records.ts';
import { parseJson, toJson } from './rows.ts';
import type { DeliveryOutcome, NewDelivery } from './deliveries.ts';
import type { DeliveryTable } from './tables.ts';

export function toDeliveryRow(tenantId: string, sessionId: string, delivery: NewDelivery): DeliveryTable {
  return {
    tenant_id: tenantId,
    id: delivery.id,
    session_id: sessionId,
    type: delivery.type,
    payload: delivery.payload,
    state: 'pending',
    attempts: 0,
    failures: 0,
    next_attempt_at: delivery.createdAt,
    lease_until: null,
    last_attempt_at: null,
    response_status: null,
    error: null,
    created_at: delivery.createdAt,
  };
}

/** The columns that an attempt's outcome sets; the others are undefined. */
export function toOutcomeColumns(set: DeliveryOutcome['set']): {
  [Column in keyof DeliveryTable]?: DeliveryTable[Column] | undefined;
} {
  return {
    lease_until: null,
    state: set.state,
    failures: set.failures,
    next_attempt_at: set.nextAttemptAt,
    last_attempt_at: set.lastAttemptAt,
    response_status: set.responseStatus,
    error: toJson(set.error),
  };
}

export function parseDelivery(row: DeliveryTable): DeliveryRecord {
  return {
    tenantId: row.tenant_id,
    id: row.id,
    sessionId: row.session_id,
    type: row.type as DeliveryRecord['type'],
    payload: row.payload,
    state: row.state as DeliveryRecord['state'],
    attempts: row.attempts,
    failures: row.failures,
    nextAttemptAt: row.next_attempt_at,
    lastAttemptAt: row.last_attempt_at,
    responseStatus: row.response_status,
    error: parseJson(row.error) as DeliveryRecord['error'],
    createdAt: row.created_at,
  };
}
