import type { Dialect } from '../dialect.ts';
import type { Reads } from '../engine.ts';
import { firstRow, rows, type Operation } from '../operation.ts';
import { statement, type Query } from '../statement.ts';
import { chunks } from './appends.ts';

/** What tells files that are still needed from those that are not. */
export function createKnownSessions({ db }: Dialect): Pick<Reads, 'findKnownSessions' | 'readDatabaseId'> {
  const known = statement((sessionIds: string[]) =>
    db
      .selectFrom('sessions')
      .select('id')
      // The primary key begins with the tenant.
      .where('tenant_id', 'in', db.selectFrom('tenants').select('id'))
      .where('id', 'in', sessionIds),
  );
  const birth: Query<{ born: number }> = {
    name: 'birth',
    sql: 'select min(applied_at) as born from schema_migrations',
    values: [],
  };

  return {
    *findKnownSessions(sessionIds: string[]): Operation<string[]> {
      const found: string[] = [];
      for (const ids of chunks(sessionIds)) {
        found.push(...(yield* rows(known(ids))).map(({ id }) => id));
      }
      return found;
    },
    *readDatabaseId(): Operation<string> {
      const row = yield* firstRow(birth);
      return String(row?.born);
    },
  };
}
