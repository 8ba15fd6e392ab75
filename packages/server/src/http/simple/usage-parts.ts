import { setImmediate } from 'node:timers/promises';
import type { DailyUsage, UsageGrouping, UsageQuery, UsageReportReads } from '../../store/usage-reports.ts';

/** So many days are read at once. */
const PART_DAYS = 31;

type Asked = UsageQuery & { by: UsageGrouping };

/** Usage in parts of some days each, between which others have their turn: a year is a lot to read for some databases. */
export async function* readUsageInParts(
  store: Pick<UsageReportReads, 'readDailyUsage'>,
  query: Asked,
): AsyncGenerator<DailyUsage[]> {
  for (let { from } = query; from <= query.to; from += PART_DAYS) {
    yield await store.readDailyUsage({ ...query, from, to: Math.min(query.to, from + PART_DAYS - 1) });
    await setImmediate();
  }
}

/** All of it. */
export async function readUsage(
  store: Pick<UsageReportReads, 'readDailyUsage'>,
  query: Asked,
): Promise<DailyUsage[]> {
  const parts: DailyUsage[][] = [];
  for await (const part of readUsageInParts(store, query)) parts.push(part);
  return parts.flat();
}
