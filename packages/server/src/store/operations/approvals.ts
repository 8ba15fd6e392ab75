import type { Dialect } from '../dialect.ts';
import type { Reads } from '../engine.ts';
import { firstRow, rows, type Operation } from '../operation.ts';
import type { ApprovalRecord } from '../records.ts';
import { parseApproval, toApprovalRow } from '../approval-rows.ts';
import { statement, type Query } from '../statement.ts';
import type { ApprovalQuery } from '../approvals.ts';
import type { Commit } from '../store.ts';
import type { ApprovalTable } from '../tables.ts';
import { chunks } from './appends.ts';

interface Closing {
  tenantId: string;
  ids: string[];
  state: string;
  decision: string | null;
  closedAt: number;
}

/** What a commit does to approvals. */
export interface ApprovalWrites {
  /** Whether it belongs to the session and nobody has decided about it. */
  isOpen(tenantId: string, sessionId: string, id: string): Operation<boolean>;
  queries(tenantId: string, commit: Commit): Query[];
}

export function createApprovalWrites({ db, rowLocks }: Dialect): ApprovalWrites {
  const readState = statement(({ tenantId, id }: { tenantId: string; id: string }) =>
    db
      .selectFrom('approvals')
      .select(['state', 'session_id'])
      .where('tenant_id', '=', tenantId)
      .where('id', '=', id)
      .$if(rowLocks, (query) => query.forUpdate()),
  );
  const insert = statement((approvals: ApprovalTable[]) => db.insertInto('approvals').values(approvals));
  const close = statement(({ tenantId, ids, state, decision, closedAt }: Closing) =>
    db
      .updateTable('approvals')
      .set({ state, decision, closed_at: closedAt })
      .where('tenant_id', '=', tenantId)
      .where('id', 'in', ids)
      .where('state', '=', 'open'),
  );
  const deliver = statement(
    ({ tenantId, ids, deliveredAt }: { tenantId: string; ids: string[]; deliveredAt: number }) =>
      db
        .updateTable('approvals')
        .set({ delivered_at: deliveredAt })
        .where('tenant_id', '=', tenantId)
        .where('id', 'in', ids),
  );
  return {
    *isOpen(tenantId, sessionId, id) {
      const row = yield* firstRow(readState({ tenantId, id }));
      return row?.state === 'open' && row.session_id === sessionId;
    },
    queries(tenantId, { openApprovals = [], expireApprovals, deliverApprovals, answerApprovals = [] }) {
      const queries: Query[] = chunks(openApprovals.map(toApprovalRow)).map(insert);
      for (const { id, decision, closedAt } of answerApprovals) {
        const state = decision.behavior === 'allow' ? 'allowed' : 'denied';
        queries.push(close({ tenantId, ids: [id], state, decision: JSON.stringify(decision), closedAt }));
      }
      if (expireApprovals) {
        const { closedAt } = expireApprovals;
        for (const ids of chunks(expireApprovals.ids)) {
          queries.push(close({ tenantId, ids, state: 'expired', decision: null, closedAt }));
        }
      }
      if (deliverApprovals) {
        const { deliveredAt } = deliverApprovals;
        for (const ids of chunks(deliverApprovals.ids)) queries.push(deliver({ tenantId, ids, deliveredAt }));
      }
      return queries;
    },
  };
}

interface Page {
  tenantId: string;
  limit: number;
  after?: string | undefined;
  sessionId?: string | undefined;
  state?: string | undefined;
}

/** Approvals by id. One state is read by the index on it; several are read one by one and merged. */
export function createApprovalReads({ db }: Dialect): Pick<Reads, 'readApproval' | 'listApprovals'> {
  const select = statement(({ tenantId, id }: { tenantId: string; id: string }) =>
    db.selectFrom('approvals').selectAll().where('tenant_id', '=', tenantId).where('id', '=', id),
  );
  // A statement is built once, so that its order is part of it.
  const pageIn = (order: 'asc' | 'desc') =>
    statement(({ tenantId, limit, after, sessionId, state }: Page) => {
      let query = db
        .selectFrom('approvals')
        .selectAll()
        .where('tenant_id', '=', tenantId)
        .orderBy('id', order)
        .limit(limit);
      if (after !== undefined) query = query.where('id', order === 'asc' ? '>' : '<', after);
      if (sessionId !== undefined) query = query.where('session_id', '=', sessionId);
      if (state !== undefined) query = query.where('state', '=', state);
      return query;
    });
  const pages = { asc: pageIn('asc'), desc: pageIn('desc') };
  return {
    *readApproval(tenantId: string, id: string): Operation<ApprovalRecord | undefined> {
      const row = yield* firstRow(select({ tenantId, id }));
      return row && parseApproval(row);
    },
    *listApprovals(
      tenantId: string,
      { states, order = 'asc', ...query }: ApprovalQuery,
    ): Operation<ApprovalRecord[]> {
      const found: ApprovalRecord[] = [];
      for (const state of states ? new Set(states) : [undefined]) {
        found.push(...(yield* rows(pages[order]({ tenantId, state, ...query }))).map(parseApproval));
      }
      const sorted = found.toSorted((a, b) => (a.id < b.id ? -1 : 1));
      return (order === 'desc' ? sorted.toReversed() : sorted).slice(0, query.limit);
    },
  };
}
