import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { systemClock } from '#src/lib/clock.ts';
import { createId } from '#src/lib/ids.ts';
import { createLog } from '#src/log.ts';
import { sqliteDialect } from '#src/store/dialect.ts';
import { migrate } from '#src/store/migrate.ts';
import { runSync } from '#src/store/operation.ts';
import { createSessionWalk } from '#src/store/operations/walk-sessions.ts';
import type { SessionWalk } from '#src/store/session-walk.ts';
import { loadSqlite, SqliteConnection } from '#src/store/sqlite-driver.ts';
import type { Query } from '#src/store/statement.ts';
import { TENANT } from '../suites/samples.ts';

/** What SQLite says of the queries of a page. */
async function explain(walks: Omit<SessionWalk, 'limit' | 'order'>[]): Promise<string[][]> {
  const directory = mkdtempSync(join(tmpdir(), 'bullpen-lists-'));
  const options = { readOnly: false, busyMs: 0 };
  const connection = new SqliteConnection(await loadSqlite(), join(directory, 'test.sqlite'), options);
  try {
    const log = createLog({ level: 'silent', format: 'json' });
    await migrate(
      sqliteDialect,
      async (begin) => connection.transaction(() => runSync(begin(), connection.query)),
      {
        clock: systemClock,
        log,
      },
    );
    const walkSessions = createSessionWalk(sqliteDialect);
    return walks.map((walk) => {
      const steps: string[] = [];
      const query = (asked: Query): unknown[] => {
        const plan = connection.query({ ...asked, name: '', sql: `explain query plan ${asked.sql}` });
        steps.push(...(plan as { detail: string }[]).map(({ detail }) => detail));
        return [];
      };
      for (const order of ['newest', 'oldest'] as const) {
        runSync(walkSessions(TENANT, { ...walk, order, limit: 20 }), query);
      }
      return [...new Set(steps)];
    });
  } finally {
    connection.close();
    rmSync(directory, { recursive: true, force: true });
  }
}

it('reads a page of the list of sessions by an index that has them in order, whatever is asked for', async () => {
  const agentId = createId(0);
  const plans = await explain([
    { archived: false },
    { archived: true },
    { archived: true, states: [] },
    { archived: false, states: ['new', 'completed'] },
    { archived: false, states: ['running', 'queued'] },
    { archived: false, agentId },
    { archived: true, agentId },
    { archived: false, agentId, metadata: [['a', 'b']] },
  ]);
  const searches = (index: string, columns: string): string[] =>
    ['id<?', 'id>?'].map((bound) => `SEARCH sessions USING INDEX ${index} (${columns} AND ${bound})`);
  const all = 'sqlite_autoindex_sessions_1';
  expect(plans).toEqual([
    searches('sessions_not_archived', 'tenant_id=?'),
    searches(all, 'tenant_id=?'),
    searches('sessions_archived', 'tenant_id=?'),
    searches('sessions_not_archived', 'tenant_id=?'),
    searches('sessions_by_state', 'tenant_id=? AND state=?'),
    searches('sessions_of_agent_not_archived', 'tenant_id=? AND agent_id=?'),
    searches('sessions_by_agent', 'tenant_id=? AND agent_id=?'),
    expect.arrayContaining(
      ['<', '>'].map(
        (sign) =>
          'SEARCH session_labels USING COVERING INDEX session_labels_by_label ' +
          `(tenant_id=? AND label=? AND session_id${sign}?)`,
      ),
    ),
  ]);
});
