import type { DeliveryState } from '../domain/webhook.ts';
import type { DeliveryRecord, IdempotencyRecord } from './records.ts';

export type NewDelivery = Pick<DeliveryRecord, 'id' | 'type' | 'payload' | 'createdAt'>;

export interface DeliveryOutcome {
  tenantId: string;
  sessionId: string;
  id: string;
  /** Which attempt: the record's as it was claimed. */
  attempts: number;
  /** What changes, and nothing else: an attempt that was broken off only gives the lease back. */
  set: Partial<
    Pick<
      DeliveryRecord,
      'state' | 'failures' | 'nextAttemptAt' | 'lastAttemptAt' | 'responseStatus' | 'error'
    >
  >;
}

export interface DeliveryReplay {
  id: string;
  now: number;
  idempotency?: IdempotencyRecord | undefined;
}

/** `gone`: there is no such delivery. `repeated`: see Commit.idempotency. */
export type ReplayResult = { ok: true } | { ok: false; conflict: 'gone' | 'repeated' };

export interface DeliveryQuery {
  limit: number;
  state?: DeliveryState | undefined;
  /** Only those before this id. */
  before?: string | undefined;
}
