import type { Dialect } from '../dialect.ts';
import type { Reads, Writes } from '../engine.ts';
import { firstRow, rows, type Operation, type Written } from '../operation.ts';
import { statement } from '../statement.ts';
import type { EndedQuery, EndedSession, LeaseRequest } from '../bounds.ts';

interface SessionKey {
  tenantId: string;
  sessionId: string;
}
type Lease = LeaseRequest & { now: number };

/** What retention changes: one session at a time, and only one whose version is still what it saw. */
export function createRetentionWrites({
  db,
  rowLocks,
  now: timeOf,
}: Dialect): Pick<Writes, 'removeTranscript' | 'takeLease'> {
  const readHead = statement(({ tenantId, sessionId }: SessionKey) =>
    db
      .selectFrom('session_heads')
      .select('version')
      .where('tenant_id', '=', tenantId)
      .where('session_id', '=', sessionId)
      .$if(rowLocks, (query) => query.forUpdate()),
  );
  const deleteTranscript = statement(({ tenantId, sessionId }: SessionKey) =>
    db.deleteFrom('transcripts').where('tenant_id', '=', tenantId).where('session_id', '=', sessionId),
  );
  const noteRemoval = statement(
    ({
      tenantId,
      sessionId,
      set,
    }: SessionKey & { set: { version: number; transcript_removed_at: number } }) =>
      db
        .updateTable('session_heads')
        .set(set)
        .where('tenant_id', '=', tenantId)
        .where('session_id', '=', sessionId),
  );
  const takeLease = statement(
    ({ tenantId, sessionId, expectedVersion, owner, leaseMs, now }: SessionKey & Lease) =>
      db
        .updateTable('session_heads')
        .set((column) => ({
          lease_owner: owner,
          lease_until: column(timeOf(now), '+', leaseMs),
          lease_epoch: column('lease_epoch', '+', 1),
          version: column('version', '+', 1),
        }))
        .where('tenant_id', '=', tenantId)
        .where('session_id', '=', sessionId)
        .where('version', '=', expectedVersion)
        .where((condition) =>
          condition.or([condition('lease_until', 'is', null), condition('lease_until', '<=', timeOf(now))]),
        )
        .returning('lease_epoch'),
  );

  return {
    *removeTranscript(
      tenantId: string,
      sessionId: string,
      { expectedVersion, now }: { expectedVersion: number; now: number },
    ): Operation<Written<boolean>> {
      const key = { tenantId, sessionId };
      const head = yield* firstRow(readHead(key));
      if (head?.version !== expectedVersion) return { result: false };
      const set = { version: head.version + 1, transcript_removed_at: now };
      yield [deleteTranscript(key), noteRemoval({ ...key, set })];
      return { result: true, session: sessionId };
    },

    *takeLease(
      tenantId: string,
      sessionId: string,
      request: LeaseRequest,
      now: number,
    ): Operation<Written<number | undefined>> {
      const taken = yield* firstRow(takeLease({ tenantId, sessionId, ...request, now }));
      return { result: taken?.lease_epoch, session: sessionId };
    },
  };
}

/** Pages of ended sessions by the time of their end: the index on it alone finds them. */
export function createRetentionReads({ db }: Dialect): Pick<Reads, 'listEnded'> {
  const page = statement(({ tenantId, before, after, limit }: { tenantId: string } & EndedQuery) =>
    db
      .selectFrom(
        db
          .selectFrom('sessions')
          .select(['tenant_id', 'id', 'state', 'ended_at', 'home_node'])
          .where('tenant_id', '=', tenantId)
          .where('ended_at', '<', before)
          .where('ended_at', '>=', after.endedAt)
          .where((condition) =>
            condition.or([condition('ended_at', '>', after.endedAt), condition('id', '>', after.sessionId)]),
          )
          .orderBy('ended_at')
          .orderBy('id')
          .limit(limit)
          .as('session'),
      )
      .innerJoin('session_heads as head', (join) =>
        join.onRef('head.tenant_id', '=', 'session.tenant_id').onRef('head.session_id', '=', 'session.id'),
      )
      .select([
        'session.id',
        'session.state',
        'session.ended_at',
        'session.home_node',
        'head.version',
        'head.transcript_removed_at',
        'head.workspace_removed_at',
      ])
      .orderBy('session.ended_at')
      .orderBy('session.id'),
  );

  return {
    *listEnded(tenantId: string, query: EndedQuery): Operation<EndedSession[]> {
      const found = yield* rows(page({ tenantId, ...query }));
      return found.map((row) => ({
        sessionId: row.id,
        isDeleting: row.state === 'deleting',
        endedAt: row.ended_at ?? 0,
        homeNode: row.home_node,
        version: row.version,
        transcriptRemovedAt: row.transcript_removed_at,
        workspaceRemovedAt: row.workspace_removed_at,
      }));
    },
  };
}
