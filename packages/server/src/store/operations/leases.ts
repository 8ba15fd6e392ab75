import type { Dialect } from '../dialect.ts';
import type { LeaseRenewal, Reads, Writes } from '../engine.ts';
import { firstRow, rows, type Operation, type Written } from '../operation.ts';
import type { NodeRecord } from '../records.ts';
import { parseInput, parseView } from '../rows.ts';
import { statement, type Query } from '../statement.ts';
import type { ClaimedSession, ClaimRequest } from '../store.ts';
import { createPlacement } from './placement.ts';
import { selectInputs } from './session-reads.ts';
import { selectViews } from './views.ts';

interface SessionKey {
  tenantId: string;
  sessionId: string;
}
interface Search {
  needsSlot: number;
  now: number;
  limit: number;
  place?: { nodeId: string; handOverMs?: number } | undefined;
}
interface Lease extends SessionKey {
  owner: string;
  now: number;
  leaseMs: number;
}

/** Claiming, renewing and voiding leases. */
export function createLeaseWrites(
  dialect: Dialect,
): Pick<Writes, 'claim' | 'renewLease' | 'voidLeases' | 'voidLeasesOf'> {
  const { db, rowLocks, now: timeOf } = dialect;
  const placement = createPlacement(dialect);
  const findClaimable = statement(({ needsSlot, now, limit, place }: Search) =>
    db
      .selectFrom('session_heads')
      .select(['tenant_id', 'session_id', 'wake_at'])
      .where('needs_slot', '=', needsSlot)
      .where('wake_at', '<=', timeOf(now))
      .where((condition) =>
        condition.or([condition('lease_until', 'is', null), condition('lease_until', '<=', timeOf(now))]),
      )
      .where((heads) => (place ? placement.allows(heads, now, place) : heads.lit(true)))
      .orderBy('wake_at')
      .limit(limit)
      .$if(rowLocks, (query) => query.forUpdate().skipLocked()),
  );
  const takeLease = statement(({ tenantId, sessionId, owner, now, leaseMs }: Lease) =>
    db
      .updateTable('session_heads')
      .set((column) => ({
        lease_owner: owner,
        lease_until: column(timeOf(now), '+', leaseMs),
        lease_epoch: column('lease_epoch', '+', 1),
        // Who decided something while nobody held the session has to decide again.
        version: column('version', '+', 1),
      }))
      .where('tenant_id', '=', tenantId)
      .where('session_id', '=', sessionId),
  );
  const readView = statement(({ tenantId, sessionId }: SessionKey) =>
    selectViews(db, (sessions) => sessions.where('tenant_id', '=', tenantId).where('id', '=', sessionId)),
  );
  const readInputs = statement((key: SessionKey) => selectInputs(db, key));
  const renewLease = statement(({ tenantId, sessionId, owner, leaseMs, epoch, now }: LeaseRenewal & Lease) =>
    db
      .updateTable('session_heads')
      .set((column) => ({ lease_until: column(timeOf(now), '+', leaseMs) }))
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
  const voidOfNode = statement(({ prefix, length }: { prefix: string; length: number }) =>
    db
      .updateTable('session_heads')
      .set({ lease_owner: null, lease_until: null })
      .where('lease_until', 'is not', null)
      .where(({ fn, val, lit }) => fn('substr', ['lease_owner', lit(1), val(length)]), '=', prefix),
  );

  return {
    *claim(
      { owner, leaseMs, slots, limit, place }: ClaimRequest,
      now: number,
    ): Operation<Written<ClaimedSession[]>> {
      const search = { now, place: place && placement.toSearch(place) };
      const withSlot = Math.min(slots, limit);
      const candidates = yield* rows(findClaimable({ ...search, needsSlot: 0, limit }));
      if (withSlot > 0)
        candidates.push(...(yield* rows(findClaimable({ ...search, needsSlot: 1, limit: withSlot }))));
      candidates.sort((a, b) => (a.wake_at ?? 0) - (b.wake_at ?? 0));
      const claimed: ClaimedSession[] = [];
      for (const { tenant_id: tenantId, session_id: sessionId } of candidates.slice(0, limit)) {
        const key = { tenantId, sessionId };
        const taking: Query[] = [takeLease({ ...key, owner, now, leaseMs })];
        if (place) taking.push(placement.moveHome(key, place));
        yield taking;
        const row = yield* firstRow(readView(key));
        const inputs = (yield* rows(readInputs(key))).map(parseInput);
        const view = row && parseView(row);
        const awayHome: NodeRecord | undefined =
          view && place && (yield* placement.findAwayHome(view.session.homeNode, place.nodeId));
        if (view) claimed.push({ ...view, inputs, ...(awayHome && { awayHome }) });
      }
      return { result: claimed };
    },

    *renewLease(renewal: LeaseRenewal, now: number): Operation<Written<boolean>> {
      return { result: (yield* firstRow(renewLease({ ...renewal, now }))) !== undefined };
    },

    *voidLeases(): Operation<Written<void>> {
      yield [voidAll(null), voidDeliveries(null)];
      return { result: undefined };
    },

    *voidLeasesOf(nodeId: string): Operation<Written<void>> {
      const prefix = `${nodeId}:`;
      yield [voidOfNode({ prefix, length: prefix.length })];
      return { result: undefined, work: true };
    },
  };
}

export function createLeaseReads({ db, now: timeOf }: Dialect): Pick<Reads, 'isLeased'> {
  const find = statement(({ tenantId, sessionId, now }: SessionKey & { now: number }) =>
    db
      .selectFrom('session_heads')
      .select('version')
      .where('tenant_id', '=', tenantId)
      .where('session_id', '=', sessionId)
      .where('lease_until', '>', timeOf(now)),
  );
  return {
    *isLeased(tenantId: string, sessionId: string, now: number): Operation<boolean> {
      return (yield* firstRow(find({ tenantId, sessionId, now }))) !== undefined;
    },
  };
}
