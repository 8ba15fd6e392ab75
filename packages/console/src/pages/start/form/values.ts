import type { ResourceRow } from './resources.ts';
import { newRowId } from './row-id.ts';
import type { ServerRow } from './servers.ts';

export interface Pair {
  /** Tells rows apart while they are edited. */
  id: string;
  name: string;
  value: string;
}

/** What stands in the form: by the key of a field, as it was typed. Empty is absent. */
export interface Values {
  text: Record<string, string>;
  list: Record<string, string[] | undefined>;
  pairs: Record<string, Pair[]>;
  servers: ServerRow[];
  resources: ResourceRow[];
}

/** A person is there to answer, so nothing is denied unseen. */
export const EMPTY: Values = {
  text: { on_ask: 'wait' },
  list: {},
  pairs: {},
  servers: [],
  resources: [],
};

/** What was kept of a form that was not sent; what is not of this shape any more counts as nothing. */
export function parseDraft(text: string | undefined): Values {
  let draft: unknown;
  try {
    draft = JSON.parse(text ?? '');
  } catch {
    return EMPTY;
  }
  if (!isObject(draft)) return EMPTY;
  const lists = entriesOf(draft['list']).filter(
    (entry): entry is [string, string[]] =>
      Array.isArray(entry[1]) && entry[1].every((item) => typeof item === 'string'),
  );
  const pairs = entriesOf(draft['pairs']).map(
    ([key, rows]) => [key, readRows(rows, { name: '', value: '' })] as const,
  );
  return {
    text: Object.fromEntries(
      entriesOf(draft['text']).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
    ),
    list: Object.fromEntries(lists),
    pairs: Object.fromEntries(pairs),
    servers: readRows(draft['servers'], { name: '', type: 'http', url: '', command: '', rest: '' }).map(
      (row) => ({ ...row, type: row.type === 'stdio' || row.type === 'sse' ? row.type : 'http' }),
    ),
    resources: readRows(draft['resources'], {
      type: 'file',
      target: '',
      token: '',
      branch: '',
      mountPath: '',
    }).map((row) => ({
      ...row,
      type: row.type === 'local_directory' || row.type === 'github_repository' ? row.type : 'file',
    })),
  };
}

function readRows<Row extends Record<string, string>>(given: unknown, shape: Row): (Row & { id: string })[] {
  if (!Array.isArray(given)) return [];
  return given.filter(isObject).map((row) => ({
    ...(Object.fromEntries(
      Object.entries(shape).map(([name, otherwise]) => [
        name,
        typeof row[name] === 'string' ? row[name] : otherwise,
      ]),
    ) as Row),
    id: newRowId(),
  }));
}

function entriesOf(value: unknown): [string, unknown][] {
  return isObject(value) ? Object.entries(value) : [];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
