import type { DailyFailures, DailyUsage, DaySpan, UsageCounts } from '../../store/usage-reports.ts';
import { roundUsd } from './project.ts';
import { formatDay } from './usage-span.ts';
import type { Counts, Usage } from './usage-schemas.ts';

/** So many agents, and models, are shown by name: clients name models, and programs make agents. */
const MAX_SHOWN = 100;

/** What the store has of a span of days. */
export interface FoundUsage {
  byAgent: readonly DailyUsage[];
  byModel: readonly DailyUsage[];
  byTenant: readonly DailyUsage[];
  failures: readonly DailyFailures[];
}

type Report = Omit<Usage, 'by_agent'> & { by_agent: Omit<Usage['by_agent'][number], 'name'>[] };

/** The report of a span of days; of agents it has the ids of the store. */
export function reportUsage(span: DaySpan, found: FoundUsage): Report {
  const length = span.to - span.from + 1;
  const days = Array.from({ length }, (_, index) => ({ day: span.from + index, ...NOTHING }));
  const totals = { ...NOTHING };
  for (const row of found.byModel) {
    add(totals, row);
    add(days[row.day - span.from] ?? { ...NOTHING }, row);
  }
  const agents = sumUp(found.byAgent, ({ agentId }) => agentId, span);
  const models = sumUp(found.byModel, ({ model }) => model, span);
  const tenants = sumUp(found.byTenant, ({ tenantId }) => tenantId, span);
  return {
    from: formatDay(span.from),
    to: formatDay(span.to),
    totals: projectCounts(totals),
    days: days.map((one) => ({ day: formatDay(one.day), ...projectCounts(one) })),
    by_agent: agents.slice(0, MAX_SHOWN).map((sum) => ({ agent_id: sum.key, ...projectSum(sum) })),
    agents_left_off: Math.max(0, agents.length - MAX_SHOWN),
    by_model: models.slice(0, MAX_SHOWN).map((sum) => ({ model: sum.key, ...projectSum(sum) })),
    models_left_off: Math.max(0, models.length - MAX_SHOWN),
    by_tenant: tenants.map(({ key, counts }) => ({ tenant: key, ...projectCounts(counts) })),
    failures: found.failures.map(({ day, kind, runs }) => ({ day: formatDay(day), kind, count: runs })),
  };
}

export function projectCounts(counts: UsageCounts): Counts {
  return {
    requests: counts.requests,
    failed_requests: counts.failedRequests,
    input_tokens: counts.inputTokens,
    output_tokens: counts.outputTokens,
    cache_read_input_tokens: counts.cacheReadInputTokens,
    cache_creation_input_tokens: counts.cacheCreationInputTokens,
    cost_usd: roundUsd(counts.costUsd),
  };
}

const NOTHING: Readonly<UsageCounts> = {
  requests: 0,
  failedRequests: 0,
  inputTokens: 0,
  outputTokens: 0,
  cacheReadInputTokens: 0,
  cacheCreationInputTokens: 0,
  costUsd: 0,
};

function add(sum: UsageCounts, more: UsageCounts): void {
  sum.requests += more.requests;
  sum.failedRequests += more.failedRequests;
  sum.inputTokens += more.inputTokens;
  sum.outputTokens += more.outputTokens;
  sum.cacheReadInputTokens += more.cacheReadInputTokens;
  sum.cacheCreationInputTokens += more.cacheCreationInputTokens;
  sum.costUsd += more.costUsd;
}

interface Sum {
  key: string;
  counts: UsageCounts;
  costByDay: number[];
  tokensByDay: number[];
}

/** The rows of each key together, the costliest first. */
function sumUp(
  rows: readonly DailyUsage[],
  keyOf: (row: DailyUsage) => string,
  { from, to }: DaySpan,
): Sum[] {
  const sums = new Map<string, Sum>();
  const zeros = (): number[] => Array.from({ length: to - from + 1 }, () => 0);
  for (const row of rows) {
    const key = keyOf(row);
    const sum = sums.get(key) ?? { key, counts: { ...NOTHING }, costByDay: zeros(), tokensByDay: zeros() };
    sums.set(key, sum);
    const index = row.day - from;
    const tokens =
      row.inputTokens + row.outputTokens + row.cacheReadInputTokens + row.cacheCreationInputTokens;
    add(sum.counts, row);
    sum.costByDay[index] = (sum.costByDay[index] ?? 0) + row.costUsd;
    sum.tokensByDay[index] = (sum.tokensByDay[index] ?? 0) + tokens;
  }
  return [...sums.values()].toSorted(
    (a, b) => b.counts.costUsd - a.counts.costUsd || b.counts.requests - a.counts.requests,
  );
}

function projectSum({
  counts,
  costByDay,
  tokensByDay,
}: Sum): Counts & { cost_by_day: number[]; tokens_by_day: number[] } {
  return { ...projectCounts(counts), cost_by_day: costByDay.map(roundUsd), tokens_by_day: tokensByDay };
}
