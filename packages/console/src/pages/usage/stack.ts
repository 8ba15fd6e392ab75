import type { Counts, Usage } from '../../api/usage.ts';

export type Measure = 'cost' | 'tokens';
export type Division = 'agent' | 'model';

/** One layer of the picture. */
export interface Layer {
  key: string;
  /** Null: what is left of the total. */
  name: string | null;
  /** One for each day. */
  values: number[];
}

/** More colours than that cannot be told apart. */
const MOST_LAYERS = 6;
/** Less is what rounding leaves of nothing. */
const NOTHING = 1e-9;

/** The costliest first, and at the end what is left of the total of each day. */
export function stackOf(usage: Usage, division: Division, measure: Measure): Layer[] {
  const entries =
    division === 'agent'
      ? usage.by_agent.map((entry) => ({ key: entry.agent_id, name: entry.name ?? entry.agent_id, entry }))
      : usage.by_model.map((entry) => ({ key: entry.model, name: entry.model, entry }));
  const layers: Layer[] = entries.slice(0, MOST_LAYERS).map(({ key, name, entry }) => ({
    key,
    name,
    values: measure === 'cost' ? entry.cost_by_day : entry.tokens_by_day,
  }));
  const rest = usage.days.map((day, index) => {
    const total = measure === 'cost' ? day.cost_usd : tokensOf(day);
    const left = total - layers.reduce((sum, { values }) => sum + (values[index] ?? 0), 0);
    return left > NOTHING ? left : 0;
  });
  if (rest.some((value) => value > 0)) layers.push({ key: 'others', name: null, values: rest });
  return layers;
}

export function tokensOf(counts: Counts): number {
  return (
    counts.input_tokens +
    counts.output_tokens +
    counts.cache_read_input_tokens +
    counts.cache_creation_input_tokens
  );
}

/** Which part of what was read came from the cache; undefined when nothing was read. */
export function cachedPart(counts: Counts): number | undefined {
  const read = counts.input_tokens + counts.cache_read_input_tokens + counts.cache_creation_input_tokens;
  return read > 0 ? counts.cache_read_input_tokens / read : undefined;
}

/** By kind, the most frequent first. */
export function sumFailures(failures: Usage['failures']): { kind: string; count: number; last: string }[] {
  const kinds = new Map<string, { kind: string; count: number; last: string }>();
  for (const { kind, count, day } of failures) {
    const known = kinds.get(kind);
    const last = known && known.last > day ? known.last : day;
    kinds.set(kind, { kind, count: (known?.count ?? 0) + count, last });
  }
  return [...kinds.values()].toSorted((a, b) => b.count - a.count);
}
