import type { Dialect } from '../dialect.ts';
import type { Reads } from '../engine.ts';
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
export function createSessionList({ db }: Dialect): Reads['listSessions'] {
  const select = (page: Page, order: SessionQuery['order']) =>
    selectViews(db, (sessions) => {
      let query = sessions
        .where('tenant_id', '=', page.tenantId)
        .where('state', '!=', 'deleting')
        .orderBy('id', order === 'newest' ? 'desc' : 'asc')
        .limit(page.limit);
      if (page.beyond !== undefined) query = query.where('id', order === 'newest' ? '<' : '>', page.beyond);
      if (page.state !== undefined) query = query.where('state', '=', page.state);
      if (page.origin !== undefined) query = query.where('origin', '=', page.origin);
      if (page.endedBefore !== undefined) query = query.where('ended_at', '<', page.endedBefore);
      return query;
    });
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
    found.sort((a, b) => (a.session.id < b.session.id ? -sign : sign));
    return found.slice(0, query.limit);
  };
}
