import type { Dialect } from '../dialect.ts';
import { rows, type Operation } from '../operation.ts';
import { parseView } from '../rows.ts';
import { statement } from '../statement.ts';
import type { SessionQuery, SessionView } from '../store.ts';
import { selectViews } from './views.ts';

interface Page {
  tenantId: string;
  limit: number;
  beyond?: string | undefined;
  state?: string | undefined;
  origin?: string | undefined;
  endedBefore?: number | undefined;
}

/** Pages of sessions by id. One state is read by the index on it; several are read one by one and merged. */
export function createSessionList({ db }: Dialect) {
  const select = (page: Page, order: SessionQuery['order']) => {
    let query = selectViews(db)
      .where('session.tenant_id', '=', page.tenantId)
      .where('session.state', '!=', 'deleting')
      .orderBy('session.id', order === 'newest' ? 'desc' : 'asc')
      .limit(page.limit);
    if (page.beyond !== undefined) {
      query = query.where('session.id', order === 'newest' ? '<' : '>', page.beyond);
    }
    if (page.state !== undefined) query = query.where('session.state', '=', page.state);
    if (page.origin !== undefined) query = query.where('session.origin', '=', page.origin);
    if (page.endedBefore !== undefined) query = query.where('session.ended_at', '<', page.endedBefore);
    return query;
  };
  const pages = {
    newest: statement((page: Page) => select(page, 'newest')),
    oldest: statement((page: Page) => select(page, 'oldest')),
  };

  return function* listSessions(tenantId: string, query: SessionQuery): Operation<SessionView[]> {
    const { order, states, ...page } = query;
    const sign = order === 'newest' ? -1 : 1;
    const found: SessionView[] = [];
    for (const state of states ? new Set(states) : [undefined]) {
      found.push(...(yield* rows(pages[order]({ tenantId, state, ...page }))).map(parseView));
    }
    if (states) found.sort((a, b) => (a.session.id < b.session.id ? -sign : sign));
    return found.slice(0, query.limit);
  };
}
