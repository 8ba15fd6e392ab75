import { describe, expect, it } from 'vitest';
import type { Counts, Usage } from '../../../src/api/usage.ts';
import { formatDay, isPossible, parseSpanSearch, toSpan } from '../../../src/pages/usage/span.ts';
import { cachedPart, stackOf, sumFailures } from '../../../src/pages/usage/stack.ts';

function counts(cost: number, tokens: number): Counts {
  return {
    requests: 1,
    failed_requests: 0,
    input_tokens: tokens,
    output_tokens: 0,
    cache_read_input_tokens: 0,
    cache_creation_input_tokens: 0,
    cost_usd: cost,
  };
}

function usageOf(agents: number[][]): Usage {
  const days = [0, 1].map((day) => agents.reduce((sum, costs) => sum + (costs[day] ?? 0), 0));
  return {
    from: '2026-11-24',
    to: '2026-11-25',
    totals: counts(0, 0),
    days: days.map((cost, index) => ({ day: `2026-11-2${4 + index}`, ...counts(cost, cost * 100) })),
    by_agent: agents.map((costs, index) => ({
      agent_id: `agent_${index}`,
      name: index === 1 ? null : `Agent ${index}`,
      ...counts(0, 0),
      cost_by_day: costs,
      tokens_by_day: costs.map((cost) => cost * 100),
    })),
    agents_left_off: 0,
    by_model: [],
    models_left_off: 0,
    by_tenant: [],
    failures: [],
  };
}

describe('the layers of a day', () => {
  it('add up to its total, whatever has no layer', () => {
    const usage = usageOf(Array.from({ length: 9 }, (_, index) => [9 - index, 0.1]));
    for (const measure of ['cost', 'tokens'] as const) {
      const layers = stackOf(usage, 'agent', measure);
      expect(layers).toHaveLength(7);
      expect(layers.at(-1)).toMatchObject({ key: 'others', name: null });
      const totals = usage.days.map((day) => (measure === 'cost' ? day.cost_usd : day.input_tokens));
      totals.forEach((total, day) => {
        expect(layers.reduce((sum, { values }) => sum + (values[day] ?? 0), 0)).toBeCloseTo(total);
      });
    }
  });

  it('have no others when nothing is left, and name what was deleted by its id', () => {
    const layers = stackOf(
      usageOf([
        [0.1, 0.2],
        [0.3, 0.1],
      ]),
      'agent',
      'cost',
    );
    expect(layers.map(({ name }) => name)).toEqual(['Agent 0', 'agent_1']);
    // No model is listed: all of it is left.
    expect(stackOf(usageOf([[1, 2]]), 'model', 'cost')).toEqual([
      { key: 'others', name: null, values: [1, 2] },
    ]);
  });
});

it('adds up failures by kind', () => {
  expect(
    sumFailures([
      { day: '2026-11-24', kind: 'billing', count: 1 },
      { day: '2026-11-24', kind: 'budget', count: 1 },
      { day: '2026-11-25', kind: 'budget', count: 2 },
    ]),
  ).toEqual([
    { kind: 'budget', count: 3, last: '2026-11-25' },
    { kind: 'billing', count: 1, last: '2026-11-24' },
  ]);
});

it('knows which part came from the cache', () => {
  expect(cachedPart({ ...counts(0, 25), cache_read_input_tokens: 75 })).toBe(0.75);
  expect(cachedPart(counts(0, 0))).toBeUndefined();
});

describe('the span', () => {
  const now = Date.parse('2026-11-25T23:59:00Z');

  it('goes by UTC days, thirty unless others are asked for', () => {
    expect(toSpan({}, now)).toEqual({ from: '2026-10-27', to: '2026-11-25' });
    expect(toSpan({ days: 7 }, now)).toEqual({ from: '2026-11-19', to: '2026-11-25' });
    expect(toSpan({ from: '2026-01-01', to: '2026-01-02' }, now)).toEqual({
      from: '2026-01-01',
      to: '2026-01-02',
    });
  });

  it('takes from the address only what it knows', () => {
    expect(parseSpanSearch({ days: 7 })).toEqual({ days: 7 });
    expect(parseSpanSearch({ days: 8, from: 'x' })).toEqual({});
    expect(parseSpanSearch({ from: '2026-01-01', to: '2026-02-30x' })).toEqual({});
  });

  it('is possible from a day up to a year', () => {
    expect(isPossible('2026-01-01', '2026-01-01')).toBe(true);
    expect(isPossible('2026-01-02', '2026-01-01')).toBe(false);
    expect(isPossible('2025-01-01', '2026-01-01')).toBe(true);
    expect(isPossible('2025-01-01', '2026-01-02')).toBe(false);
    expect(isPossible('', '2026-01-02')).toBe(false);
  });

  it('shows the day itself, wherever the reader is', () => {
    expect(formatDay('2026-11-25', 'en')).toBe('Nov 25');
    expect(formatDay('2026-11-25', 'ja', { withYear: true })).toBe('2026年11月25日');
  });
});
