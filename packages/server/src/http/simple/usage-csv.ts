import type { DailyUsage } from '../../store/usage-reports.ts';
import type { NamedAgent } from './named-agents.ts';
import { projectCounts } from './usage-report.ts';
import { formatDay } from './usage-span.ts';

const COLUMNS = [
  'day',
  'tenant',
  'agent_id',
  'agent',
  'model',
  'requests',
  'failed_requests',
  'input_tokens',
  'output_tokens',
  'cache_read_input_tokens',
  'cache_creation_input_tokens',
  'cost_usd',
];

const LINE_END = '\r\n';

/** The first line of a table of usage: RFC 4180. */
export const CSV_HEADER = `${COLUMNS.join(',')}${LINE_END}`;

/** Its other lines. */
export function toCsv(rows: readonly DailyUsage[], agents: ReadonlyMap<string, NamedAgent>): string {
  const lines = rows.map((row) => {
    const agent = agents.get(row.agentId);
    const names = [formatDay(row.day), row.tenantId, agent?.id ?? '', agent?.name ?? '', row.model];
    return `${[...names.map(quote), ...Object.values(projectCounts(row))].join(',')}${LINE_END}`;
  });
  return lines.join('');
}

/** A text as a field, which no spreadsheet takes for a formula. */
function quote(text: string): string {
  const harmless = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
