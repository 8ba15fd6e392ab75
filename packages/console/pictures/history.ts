import { join } from 'node:path';
import { systemClock } from '../../server/dist/lib/clock.js';
import { loadSqlite } from '../../server/dist/store/sqlite-driver.js';

const DAY = 86_400_000;
const MODELS = [
  { model: 'claude-opus-5-5', share: 1 },
  { model: 'claude-sonnet-5', share: 0.45 },
] as const;
/** What a team of one month spends, in dollars a day; weekends are quiet. */
const SPENT = [
  18, 22, 25, 4, 2, 27, 31, 29, 34, 26, 5, 3, 33, 38, 41, 36, 39, 6, 4, 42, 47, 38, 44, 51, 8, 5, 46, 52, 49,
];
const FAILURES = [
  { kind: 'overloaded', daysAgo: 3, runs: 4 },
  { kind: 'max_turns', daysAgo: 2, runs: 2 },
  { kind: 'process_died', daysAgo: 8, runs: 1 },
];

/** Usage of the last month, for the server to find when it starts: no program can use a model in the past. */
export async function writeHistory(dataDir: string): Promise<void> {
  const { DatabaseSync } = await loadSqlite();
  const database = new DatabaseSync(join(dataDir, 'bullpen.sqlite'), { readOnly: false });
  const today = Math.floor(systemClock.now() / DAY);
  const agents = database.prepare('select id, tenant_id as tenant from agents order by id').all() as {
    id: string;
    tenant: string;
  }[];
  const tenant = agents[0]?.tenant ?? '';
  const spend = database.prepare('insert into usage_daily values (?, ?, ?, ?, 0, ?, ?, ?, ?, ?, ?, ?)');
  SPENT.forEach((usd, index) => {
    ['', ...agents.map(({ id }) => id)].forEach((agent, place) => {
      for (const { model, share } of MODELS) {
        const cost = (usd * share * (1 + ((index * 7 + place * 3) % 5) / 4)) / (2 + place * 1.4);
        const requests = Math.ceil(cost * 9);
        const output = Math.round(cost * 9000);
        spend.all(
          tenant,
          today - SPENT.length + index,
          agent,
          model,
          requests,
          index % 6 === 0 ? 1 : 0,
          Math.round(cost * 21_000),
          output,
          Math.round(cost * 640_000),
          Math.round(cost * 18_000),
          Math.round(cost * 10_000) / 10_000,
        );
      }
    });
  });
  const fail = database.prepare('insert into failures_daily values (?, ?, ?, 0, ?)');
  for (const { kind, daysAgo, runs } of FAILURES) fail.all(tenant, today - daysAgo, kind, runs);
  database.close();
}
