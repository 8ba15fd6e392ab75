import type { Dialect } from '../dialect.ts';
import type { LeaseRenewal, Writes } from '../engine.ts';
import { firstRow, rows, type Operation, type Written } from '../operation.ts';
import { parseInput, parseView } from '../rows.ts';
import { statement } from '../statement.ts';
import type { ClaimedSession, ClaimRequest } from '../store.ts';
import { selectInputs } from './session-reads.ts';
import { selectViews } from './views.ts';

interface Lease {
  tenantId: string;
  sessionId: string;
  owner: string;
  leaseUntil: number;
}

/** Claiming, renewing and voiding leases. */
export function createLeaseWrites({
  db,
  rowLocks,
}: Dialect): Pick<Writes, 'claim' | 'renewLease' | 'voidLeases'> {
  const findClaimable = statement(
    ({ needsSlot, now, limit }: { needsSlot: number; now: number; limit: number }) =>
      db
        .selectFrom('session_heads')
        .select(['tenant_id', 'session_id', 'wake_at'])
        .where('needs_slot', '=', needsSlot)
        .where('wake_at', '<=', now)
        .where((condition) =>
          condition.or([condition('lease_until', 'is', null), condition('lease_until', '<=', now)]),
        )
        .orderBy('wake_at')
        .limit(limit)
        .$if(rowLocks, (query) => query.forUpdate().skipLocked()),
  );
  const takeLease = statement(({ tenantId, sessionId, owner, leaseUntil }: Lease) =>
    db
      .updateTable('session_heads')
      .set((column) => ({
        lease_owner: owner,
        lease_until: leaseUntil,
        lease_epoch: column('lease_epoch', '+', 1),
        // Who decided something while nobody held the session has to decide again.
        version: column('version', '+', 1),
      }))
      .where('tenant_id', '=', tenantId)
      .where('session_id', '=', sessionId),
  );
  const readView = statement(({ tenantId, sessionId }: { tenantId: string; sessionId: string }) =>
    selectViews(db, (sessions) => sessions.where('tenant_id', '=', tenantId).where('id', '=', sessionId)),
  );
  const readInputs = statement((key: { tenantId: string; sessionId: string }) => selectInputs(db, key));
  const renewLease = statement(({ tenantId, sessionId, owner, leaseUntil, epoch }: LeaseRenewal) =>
    db
      .updateTable('session_heads')
      .set({ lease_until: leaseUntil })
      .where('tenant_id', '=', tenantId)
      .where('session_id', '=', sessionId)
      .where('lease_owner', '=', owner)
      .where('lease_epoch', '=', epoch)
      .returning('session_id'),
  );
  const voidAll = statement((_: null) =>
    db
      .updateTable('session_heads')
      .set({ lease_owner: null, lease_until: null })
      .where('lease_until', 'is not', null),
  );
  const voidDeliveries = statement((_: null) =>
    db
      .updateTable('webhook_deliveries')
      .set({ lease_until: null })
      // Which keeps the log of the others out of it.
      .where('next_attempt_at', 'is not', null)
      .where('lease_until', 'is not', null),
  );

  return {
    *claim({ owner, now, leaseUntil, slots, limit }: ClaimRequest): Operation<Written<ClaimedSession[]>> {
      const withSlot = Math.min(slots, limit);
      const candidates = yield* rows(findClaimable({ needsSlot: 0, now, limit }));
      if (withSlot > 0)
        candidates.push(...(yield* rows(findClaimable({ needsSlot: 1, now, limit: withSlot }))));
      candidates.sort((a, b) => (a.wake_at ?? 0) - (b.wake_at ?? 0));
      const claimed: ClaimedSession[] = [];
      for (const { tenant_id: tenantId, session_id: sessionId } of candidates.slice(0, limit)) {
        yield [takeLease({ tenantId, sessionId, owner, leaseUntil })];
        const view = yield* firstRow(readView({ tenantId, sessionId }));
        const inputs = yield* rows(readInputs({ tenantId, sessionId }));
        if (view) claimed.push({ ...parseView(view), inputs: inputs.map(parseInput) });
      }
      return { result: claimed };
    },

    *renewLease(renewal: LeaseRenewal): Operation<Written<boolean>> {
      return { result: (yield* firstRow(renewLease(renewal))) !== undefined };
    },

    *voidLeases(): Operation<Written<void>> {
      yield [voidAll(null), voidDeliveries(null)];
      return { result: undefined };
    },
  };
}
