/** What the address of the fleet says: a link to it shows another person the same. */
export interface FleetSearch {
  /** As it is typed: `agent:Reviewer team:ops broken`. */
  q?: string | undefined;
  status?: Segment | undefined;
  /** A column, with `-` before it from high to low. */
  sort?: string | undefined;
}

/** Into these the fleet is divided, in this order. */
export const SEGMENTS = ['waiting', 'running', 'queued', 'done', 'failed', 'cancelled', 'archived'] as const;
export type Segment = (typeof SEGMENTS)[number];

export const COLUMNS = [
  'status',
  'title',
  'agent',
  'waits',
  'cost',
  'tokens',
  'activity',
  'created',
] as const;
export type Column = (typeof COLUMNS)[number];

export interface Sort {
  column: Column;
  isDescending: boolean;
}

export function parseFleetSearch(search: Record<string, unknown>): FleetSearch {
  const q = toText(search['q']);
  const sort = toText(search['sort']);
  return {
    ...(q !== '' && { q }),
    ...(isSegment(search['status']) && { status: search['status'] }),
    ...(parseSort(sort) && { sort }),
  };
}

export function parseSort(text: string | undefined): Sort | undefined {
  const name = text?.replace(/^-/, '');
  const column = COLUMNS.find((one) => one === name);
  return column && { column, isDescending: text?.startsWith('-') ?? false };
}

/** What a press on the head of a column leads to: numbers and times begin with the highest; the third press ends it. */
export function nextSort(current: Sort | undefined, column: Column): string | undefined {
  const startsDescending = column !== 'status' && column !== 'title' && column !== 'agent';
  const first = startsDescending ? `-${column}` : column;
  const second = startsDescending ? column : `-${column}`;
  if (current?.column !== column) return first;
  return current.isDescending === startsDescending ? second : undefined;
}

function toText(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value).trim()
    : '';
}

function isSegment(value: unknown): value is Segment {
  return SEGMENTS.some((segment) => segment === value);
}
